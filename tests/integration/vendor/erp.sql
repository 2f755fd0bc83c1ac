-- An ERP that is not the demo's: amounts in whole Rappen, the direction of stock in a letter, order numbers typed by
-- people. It agrees with fsm.sql but for three things, each planted below with the check that must find it.
CREATE TABLE auftrag_zahl (n INTEGER, k INTEGER);  -- order and line, only to fill the tables
WITH RECURSIVE z(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM z WHERE n < 200)
INSERT INTO auftrag_zahl SELECT n, 1 FROM z UNION ALL SELECT n, 2 FROM z WHERE n % 3 = 0;

CREATE TABLE lager (beleg TEXT, pos INTEGER, art TEXT, auftrag TEXT, artikel TEXT, menge INTEGER, einheit TEXT,
    tag TEXT);
CREATE TABLE rechnung (nr TEXT PRIMARY KEY, art TEXT, stand TEXT, kunde TEXT, waehrung TEXT, tag TEXT);
CREATE TABLE rechnung_pos (nr TEXT, pos INTEGER, auftrag TEXT, artikel TEXT, menge INTEGER, rappen INTEGER);

INSERT INTO lager
SELECT 'L' || printf('%05d', n), k, 'A',
       CASE n % 4 WHEN 0 THEN 'T/2026/' || n WHEN 1 THEN printf('T2026-%05d', n)
                  WHEN 2 THEN 't 2026 ' || n ELSE 'Einsatz T/2026/' || n || ' Lager' END,
       'A-' || (100 + n % 7 * 10 + k), 1 + (n + k) % 3, 'ST', date('2026-05-06', '+' || (n * 2 / 24) || ' days')
FROM auftrag_zahl;
INSERT INTO rechnung
SELECT 'R' || (70000 + n), 'RE', 'F', 'K' || (1000 + n % 23), 'CHF', date('2026-05-11', '+' || (n * 2 / 24) || ' days')
FROM auftrag_zahl WHERE k = 1;
INSERT INTO rechnung_pos
SELECT 'R' || (70000 + n), k, printf('T2026-%05d', n), 'A-' || (100 + n % 7 * 10 + k), 1 + (n + k) % 3,
       (1 + (n + k) % 3) * (1995 + n % 7 * 500)
FROM auftrag_zahl;

-- INV-01: order 57, second line: used and billed, never issued
DELETE FROM lager WHERE beleg = 'L00057' AND pos = 2;
-- BIL-01: order 118: used and issued, never billed
DELETE FROM rechnung_pos WHERE nr = 'R70118';
DELETE FROM rechnung WHERE nr = 'R70118';
-- INV-21: issued to an order that does not exist
INSERT INTO lager VALUES ('L90001', 1, 'A', 'T2026-09999', 'A-777', 3, 'ST', '2026-05-20');
