-- Lines of billing documents. The ERP keeps credits (G2) and cancellations (S1) positive: the sign is put before the
-- text, and not before a zero, which is a text of zeros and a point.
SELECT i.vbeln AS inv_id,
       i.posnr AS line_no,
       i.order_txt AS wo_ref,
       i.fsm_part AS usage_ref,
       i.fsm_labour AS time_ref,
       i.contract AS contract_ref,
       b.cancels AS cancels_inv_id,
       i.cancels_pos AS cancels_line_no,
       i.matnr AS sales_item_id,
       i.pos_kind AS line_kind,
       i.outcome AS outcome,
       CASE WHEN b.fkart IN ('G2', 'S1') AND replace(replace(i.qty, '0', ''), '.', '') <> ''
            THEN '-' ELSE '' END || i.qty AS quantity,
       i.unit AS uom,
       i.price AS unit_price,
       CASE WHEN b.fkart IN ('G2', 'S1') AND replace(replace(i.discount, '0', ''), '.', '') <> ''
            THEN '-' ELSE '' END || i.discount AS discount_amount,
       CASE WHEN b.fkart IN ('G2', 'S1') AND replace(replace(i.netwr, '0', ''), '.', '') <> ''
            THEN '-' ELSE '' END || i.netwr AS net_amount,
       CASE WHEN b.fkart IN ('G2', 'S1') AND replace(replace(i.vat, '0', ''), '.', '') <> ''
            THEN '-' ELSE '' END || i.vat AS tax_amount,
       i.bundle AS billing_group,
       i.item_text AS line_text
FROM billdoc b
JOIN billdoc_item i ON i.vbeln = b.vbeln
WHERE b.fkdat >= replace(substr(:history_start, 1, 10), '-', '')
  AND b.fkdat <= replace(substr(:as_of, 1, 10), '-', '');
