-- The app's own count and sum of what usage_line.sql must deliver.
SELECT count(*) AS rows, sum(p.qty) AS sum_quantity, min(p.jp_no) AS min_usage_id, max(p.jp_no) AS max_usage_id
FROM svc.svc_job_part p
WHERE p.ts_server >= :history_start AND coalesce(p.ts_device, p.ts_server) < :window_end;
