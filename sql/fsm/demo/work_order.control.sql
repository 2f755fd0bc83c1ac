-- The app's own count of what work_order.sql must deliver.
SELECT count(*) AS rows, min(j.job_no) AS min_wo_id, max(j.job_no) AS max_wo_id
FROM svc.svc_job j
WHERE j.ts_created < :window_end
  AND (j.ts_created >= :history_start OR j.ts_closed >= :history_start
       OR j.state IN ('NEW', 'PLANNED', 'DONE', 'REWORK'));
