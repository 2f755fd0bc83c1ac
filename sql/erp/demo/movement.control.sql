-- The ERP's own count of what movement.sql must deliver.
SELECT count(*) AS "rows", min(i.mblnr) AS min_mov_id, max(i.mblnr) AS max_mov_id
FROM matdoc d
JOIN matdoc_item i ON i.mblnr = d.mblnr
WHERE d.budat >= replace(substr(:history_start, 1, 10), '-', '')
  AND d.budat <= replace(substr(:as_of, 1, 10), '-', '');
