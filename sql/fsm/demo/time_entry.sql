-- Labour. The activity is the app's word; price and sales code hang on it through [map time_entry.kind].
SELECT l.lb_no     AS time_id,
       l.job_no    AS wo_id,
       l.apt_no    AS visit_id,
       l.user_code AS technician_id,
       l.activity  AS kind,
       l.minutes   AS minutes,
       l.ts_start  AS start_at,
       l.ts_end    AS end_at,
       l.verdict   AS reason_code
FROM svc.svc_labour l
WHERE l.ts_start >= :history_start AND l.ts_start < :window_end;
