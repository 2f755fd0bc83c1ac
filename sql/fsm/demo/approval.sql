-- Sign-offs of managers.
SELECT s.so_no       AS approval_id,
       CASE s.object_kind WHEN 'BILL' THEN 'invoice' WHEN 'DECISION' THEN 'decision' ELSE s.object_kind END
                     AS object_type,
       s.object_no   AS object_id,
       CASE s.topic WHEN 'OVERRULE' THEN 'override' WHEN 'CREDIT' THEN 'credit' WHEN 'RELEASE' THEN 'release'
                    ELSE s.topic END
                     AS kind,
       s.state       AS status,
       s.limit_amt   AS amount_limit,
       s.ccy         AS currency,
       s.by_user     AS approved_by,
       s.ts_signed   AS approved_at
FROM svc.svc_sign_off s
WHERE s.ts_signed >= :history_start AND s.ts_signed < :window_end;
