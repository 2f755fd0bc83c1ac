-- Draws on contract budgets. The budgets are amounts, so the quantity is the amount.
SELECT l.entry AS entry_id,
       l.contract AS contract_id,
       l.pos AS contract_line_no,
       substr(l.posted, 1, 4) || '-' || substr(l.posted, 5, 2) || '-' || substr(l.posted, 7, 2) AS posting_date,
       l.kind AS kind,
       l.amount AS quantity,
       l.amount AS amount,
       l.order_txt AS wo_ref,
       l.fsm_part AS usage_ref,
       l.fsm_labour AS time_ref
FROM service_ledger l
WHERE l.posted >= replace(substr(:history_start, 1, 10), '-', '')
  AND l.posted <= replace(substr(:as_of, 1, 10), '-', '');
