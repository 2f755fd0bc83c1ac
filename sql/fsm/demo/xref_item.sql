-- The app's part numbers and the ERP's material numbers.
SELECT p.part_no AS fsm_id, p.erp_material AS erp_id
FROM svc.part_catalogue p
WHERE p.erp_material IS NOT NULL;
