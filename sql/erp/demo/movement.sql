-- Stock movements, one row a leg. The ERP keeps quantities without sign; shkzg H goes out, S comes in. The sign is
-- put before
-- the text, so no amount ever becomes a binary float. A transfer is told apart by its side: 301H and 301S.
SELECT i.mblnr AS mov_id,
       i.zeile AS line_no,
       i.if_key AS external_id,
       i.fsm_part AS usage_ref,
       CASE i.bwart WHEN '301' THEN i.bwart || i.shkzg ELSE i.bwart END AS movement_class,
       i.order_txt AS wo_ref,
       i.matnr AS item_id,
       CASE i.shkzg WHEN 'S' THEN '-' ELSE '' END || i.menge AS quantity,
       i.meins AS uom,
       CASE i.shkzg WHEN 'S' THEN '-' ELSE '' END || i.dmbtr AS cost_amount,
       i.waers AS currency,
       i.sernr AS serial_no,
       i.stock_owner AS owner,
       i.bin_from AS from_location_id,
       i.bin_to AS to_location_id,
       substr(d.bldat, 1, 4) || '-' || substr(d.bldat, 5, 2) || '-' || substr(d.bldat, 7, 2) AS doc_date,
       substr(d.budat, 1, 4) || '-' || substr(d.budat, 5, 2) || '-' || substr(d.budat, 7, 2) AS posting_date,
       substr(d.entered, 1, 4) || '-' || substr(d.entered, 5, 2) || '-' || substr(d.entered, 7, 2)
           || ' 18:00:00' AS entry_at,
       d.usnam AS entered_by,
       i.smbln AS reverses_mov_id,
       i.smblp AS reverses_line_no
FROM matdoc d
JOIN matdoc_item i ON i.mblnr = d.mblnr
WHERE d.budat >= replace(substr(:history_start, 1, 10), '-', '')
  AND d.budat <= replace(substr(:as_of, 1, 10), '-', '');
