-- Technicians; erp_person is the cross-reference to the ERP's resource.
SELECT u.user_code  AS technician_id,
       u.erp_person AS erp_resource_id,
       u.van_code   AS van_location_id,
       u.company    AS legal_entity_id,
       u.hour_cost  AS labour_unit_cost,
       u.ccy        AS currency
FROM svc.app_user u;
