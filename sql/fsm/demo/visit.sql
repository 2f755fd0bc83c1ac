-- Appointments. A visit that has not begun has no start; it is read with its job.
SELECT a.apt_no    AS visit_id,
       a.job_no    AS wo_id,
       a.user_code AS technician_id,
       a.van_code  AS van_location_id,
       a.tour_code AS tour_id,
       a.ts_start  AS started_at,
       a.ts_end    AS ended_at,
       a.result    AS outcome
FROM svc.svc_appointment a
WHERE a.ts_start >= :history_start AND a.ts_start < :window_end;
