-- Parts used, not joined to their order: a line without one is a finding.
SELECT id      AS usage_id,
       einsatz AS wo_id,
       artikel AS item_id,
       menge   AS quantity,
       einheit AS uom,
       erfasst AS device_at
FROM montage.verbrauch
WHERE erfasst >= :history_start;
