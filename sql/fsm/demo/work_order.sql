-- Orders since the start of the history, with the ERP's words left to the job's [map] sections.
SELECT j.job_no       AS wo_id,
       j.master_job   AS parent_wo_id,
       j.invoice_job  AS billing_owner_wo_id,
       j.kind         AS wo_type,
       j.state        AS status,
       j.acc_no       AS customer_id,
       j.equip_no     AS asset_id,
       j.agreement_no AS contract_id,
       j.area         AS region,
       j.company      AS legal_entity_id,
       j.ccy          AS currency,
       j.ts_created   AS created_at,
       j.ts_done      AS completed_at,
       j.ts_closed    AS closed_at,
       j.ts_cancelled AS cancelled_at,
       j.free_reason  AS no_charge_reason,
       j.price_mode   AS price_mode,
       j.billing_rule AS billing_terms,
       j.fixed_price  AS quote_amount,
       j.is_deleted   AS deleted
FROM svc.svc_job j
WHERE j.ts_created < :window_end
  AND (j.ts_created >= :history_start OR j.ts_closed >= :history_start
       OR j.state IN ('NEW', 'PLANNED', 'DONE', 'REWORK'));
