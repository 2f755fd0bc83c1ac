-- Headers of billing documents.
SELECT nr       AS inv_id,
       art      AS kind,
       stand    AS status,
       kunde    AS customer_id,
       waehrung AS currency,
       tag      AS posting_date
FROM rechnung
WHERE tag BETWEEN substr(:history_start, 1, 10) AND :as_of;
