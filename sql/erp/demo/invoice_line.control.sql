-- The ERP's own count of what invoice_line.sql must deliver.
SELECT count(*) AS "rows", min(i.vbeln) AS min_inv_id, max(i.vbeln) AS max_inv_id
FROM billdoc b
JOIN billdoc_item i ON i.vbeln = b.vbeln
WHERE b.fkdat >= replace(substr(:history_start, 1, 10), '-', '')
  AND b.fkdat <= replace(substr(:as_of, 1, 10), '-', '');
