-- Ledger periods.
SELECT p.company AS legal_entity_id, p.period AS period_id,
       substr(p.first_day, 1, 4) || '-' || substr(p.first_day, 5, 2) || '-' || substr(p.first_day, 7, 2) AS start_date,
       substr(p.last_day, 1, 4) || '-' || substr(p.last_day, 5, 2) || '-' || substr(p.last_day, 7, 2) AS end_date,
       substr(p.closed_on, 1, 4) || '-' || substr(p.closed_on, 5, 2) || '-' || substr(p.closed_on, 7, 2)
           || ' 12:00:00' AS closed_at
FROM company_period p;
