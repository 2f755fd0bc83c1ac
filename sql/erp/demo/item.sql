-- Materials and services.
SELECT m.matnr AS item_id, m.base_unit AS base_uom, m.kind AS stock_type, m.serial_mgmt AS serial_profile,
       m.class AS product_class
FROM material m;
