-- Who pays. A row without part and labour is the header decision of the job.
SELECT d.dec_no     AS decision_id,
       d.job_no     AS wo_id,
       d.jp_no      AS usage_id,
       d.lb_no      AS time_id,
       d.verdict    AS decision_class,
       d.cover_ref  AS coverage_ref,
       d.approval   AS approval_id,
       d.ts_decided AS decided_at,
       d.overruled  AS is_override
FROM svc.svc_cover_decision d
WHERE d.ts_decided >= :history_start AND d.ts_decided < :window_end;
