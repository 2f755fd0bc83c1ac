-- The app's own count and sum of what time_entry.sql must deliver.
SELECT count(*) AS rows, sum(l.minutes) AS sum_minutes
FROM svc.svc_labour l
WHERE l.ts_start >= :history_start AND l.ts_start < :window_end;
