-- Debtors. invoice_run names the billing calendar of the policy.
SELECT d.debtor AS customer_id, d.name AS name, d.invoice_run AS billing_calendar, d.ccy AS currency,
       d.company AS legal_entity_id, d.land AS country
FROM debtor d;
