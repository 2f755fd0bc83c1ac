-- Standard prices, by plant where a plant has its own.
SELECT k.matnr AS item_id, k.plant AS plant_id,
       substr(k.valid_from, 1, 4) || '-' || substr(k.valid_from, 5, 2) || '-' || substr(k.valid_from, 7, 2)
           AS valid_from,
       k.std_price AS unit_cost, k.ccy AS currency
FROM material_cost k;
