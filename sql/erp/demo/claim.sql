-- Warranty claims: V on a vendor, R on the own reserve.
SELECT w.claim AS claim_id,
       w.kind AS kind,
       w.vendor AS party_id,
       w.wty_no AS cover_id,
       w.order_txt AS wo_ref,
       w.fsm_part AS usage_ref,
       w.fsm_labour AS time_ref,
       w.matnr AS item_id,
       w.qty AS quantity,
       w.parts AS parts_amount,
       w.labour AS labour_amount,
       w.ccy AS currency,
       substr(w.filed, 1, 4) || '-' || substr(w.filed, 5, 2) || '-' || substr(w.filed, 7, 2) AS filed_date,
       w.state AS status
FROM warranty_claim w
WHERE w.filed >= replace(substr(:history_start, 1, 10), '-', '')
  AND w.filed <= replace(substr(:as_of, 1, 10), '-', '');
