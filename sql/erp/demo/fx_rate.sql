-- Rates of exchange.
SELECT r.from_ccy AS from_currency, r.to_ccy AS to_currency,
       substr(r.day, 1, 4) || '-' || substr(r.day, 5, 2) || '-' || substr(r.day, 7, 2) AS rate_date,
       r.kind AS rate_kind, r.rate AS rate
FROM exchange_rate r
WHERE r.day <= replace(substr(:as_of, 1, 10), '-', '');
