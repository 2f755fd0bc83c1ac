-- Unit conversions.
SELECT u.matnr AS item_id, u.unit AS uom, u.num AS factor_num, u.den AS factor_den
FROM material_unit u;
