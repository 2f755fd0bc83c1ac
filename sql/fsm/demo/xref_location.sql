-- The app's vans and the ERP's storage bins.
SELECT v.van_code AS fsm_id, v.erp_bin AS erp_id
FROM svc.van v
WHERE v.erp_bin IS NOT NULL;
