-- Accounts; erp_debtor is the cross-reference to the ERP's customer.
SELECT a.acc_no      AS customer_id,
       a.erp_debtor  AS erp_id,
       a.pays_for_us AS bill_to_id,
       a.title       AS name,
       a.country_iso AS country,
       a.ccy         AS currency,
       a.on_hold     AS is_blocked,
       a.area        AS region
FROM svc.account a;
