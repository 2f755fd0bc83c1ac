-- A field-service app that is not the demo's: numbered states, a kind kept as an enum, names in German, its own schema.
-- 200 orders, one every few hours of May and June; every third has two lines. All are closed by 12 June.
CREATE SCHEMA montage;
CREATE TYPE montage.art AS ENUM ('STOERUNG', 'WARTUNG', 'EINBAU');
CREATE TABLE montage.einsatz (
    nummer     text PRIMARY KEY,          -- T/2026/17
    art        montage.art NOT NULL,
    stand      smallint NOT NULL,         -- 10 new, 30 done, 90 closed, 99 called off
    kunde      integer NOT NULL,
    waehrung   char(3) NOT NULL,
    angelegt   timestamptz NOT NULL,
    geschlossen timestamptz
);
CREATE TABLE montage.verbrauch (
    id         bigint PRIMARY KEY,
    einsatz    text NOT NULL,
    artikel    varchar(20) NOT NULL,
    menge      numeric(10, 2) NOT NULL,
    einheit    text NOT NULL,
    erfasst    timestamp NOT NULL,        -- without a zone: the job says which
    zusatz     jsonb
);
INSERT INTO montage.einsatz
SELECT 'T/2026/' || n, (ARRAY['STOERUNG', 'WARTUNG', 'EINBAU'])[1 + n % 3]::montage.art, 90, 1000 + n % 23, 'CHF',
       timestamptz '2026-05-04 07:00+02' + n * interval '2 hours',
       timestamptz '2026-05-04 07:00+02' + n * interval '2 hours' + interval '5 days 2 hours'
FROM generate_series(1, 200) n;
INSERT INTO montage.verbrauch
SELECT n * 10 + k, 'T/2026/' || n, 'A-' || 100 + n % 7 * 10 + k, 1 + (n + k) % 3, 'ST',
       timestamp '2026-05-04 09:00' + n * interval '2 hours' + interval '2 days', '{"geraet": "tablet"}'
FROM generate_series(1, 200) n, generate_series(1, 2) k
WHERE k = 1 OR n % 3 = 0;
