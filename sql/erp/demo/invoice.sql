-- Headers of billing documents.
SELECT b.vbeln AS inv_id,
       b.fkart AS kind,
       b.state AS status,
       b.source AS origin,
       b.debtor AS customer_id,
       b.ccy AS currency,
       b.company AS legal_entity_id,
       substr(b.fkdat, 1, 4) || '-' || substr(b.fkdat, 5, 2) || '-' || substr(b.fkdat, 7, 2) AS doc_date,
       substr(b.fkdat, 1, 4) || '-' || substr(b.fkdat, 5, 2) || '-' || substr(b.fkdat, 7, 2) AS posting_date,
       substr(b.fkdat, 1, 4) || '-' || substr(b.fkdat, 5, 2) || '-' || substr(b.fkdat, 7, 2) || ' ' ||
       substr(b.released_time, 1, 2) || ':' || substr(b.released_time, 3, 2) || ':' || substr(b.released_time, 5, 2)
           AS released_at,
       b.cancels AS cancels_inv_id,
       b.corrects AS corrects_inv_id
FROM billdoc b
WHERE b.fkdat >= replace(substr(:history_start, 1, 10), '-', '')
  AND b.fkdat <= replace(substr(:as_of, 1, 10), '-', '');
