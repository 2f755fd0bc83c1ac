-- Parts reported by devices. Not joined to the job: a row whose job does not exist is a finding, not a row to lose.
SELECT p.jp_no       AS usage_id,
       p.device_key  AS external_id,
       p.job_no      AS wo_id,
       p.apt_no      AS visit_id,
       p.user_code   AS technician_id,
       p.part_no     AS item_id,
       p.action      AS direction,
       p.qty         AS quantity,
       p.unit        AS uom,
       p.serial      AS serial_no,
       p.taken_from  AS location_id,
       p.stock_owner AS owner,
       p.state       AS line_status,
       p.verdict     AS reason_code,
       p.ts_device   AS device_at,
       p.ts_server   AS server_at,
       p.is_deleted  AS deleted
FROM svc.svc_job_part p
WHERE p.ts_server >= :history_start AND coalesce(p.ts_device, p.ts_server) < :window_end;
