-- Storage bins: warehouses and vans.
SELECT b.bin AS location_id, b.kind AS kind, b.company AS legal_entity_id, b.plant AS plant_id
FROM storage_bin b;
