-- Service contracts.
SELECT c.contract AS contract_id, c.debtor AS customer_id,
       substr(c.first_day, 1, 4) || '-' || substr(c.first_day, 5, 2) || '-' || substr(c.first_day, 7, 2) AS start_date,
       substr(c.last_day, 1, 4) || '-' || substr(c.last_day, 5, 2) || '-' || substr(c.last_day, 7, 2) AS end_date,
       c.state AS status, c.ccy AS currency, c.company AS legal_entity_id,
       substr(c.signed_on, 1, 4) || '-' || substr(c.signed_on, 5, 2) || '-' || substr(c.signed_on, 7, 2) AS signed_date
FROM service_contract c;
