-- Signatures and photos.
SELECT e.pr_no       AS evidence_id,
       e.object_kind AS object_type,
       e.object_no   AS object_id,
       e.proof_kind  AS kind,
       e.ts_captured AS captured_at
FROM svc.svc_proof e
WHERE e.ts_captured >= :history_start AND e.ts_captured < :window_end;
