-- The app's technicians and the ERP's persons.
SELECT u.user_code AS fsm_id, u.erp_person AS erp_id
FROM svc.app_user u
WHERE u.erp_person IS NOT NULL;
