-- Machines, one row an owner.
SELECT o.equip_no AS asset_id,
       o.from_day AS valid_from,
       o.to_day   AS valid_to,
       o.acc_no   AS customer_id
FROM svc.equipment_owner o;
