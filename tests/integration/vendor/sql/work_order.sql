-- Orders that may be in scope; an order without an end is always read.
SELECT nummer      AS wo_id,
       art         AS wo_type,
       stand       AS status,
       kunde       AS customer_id,
       waehrung    AS currency,
       angelegt    AS created_at,
       geschlossen AS closed_at
FROM montage.einsatz
WHERE angelegt < :window_end AND (geschlossen IS NULL OR geschlossen >= :history_start);
