-- The ERP of the demo company: SQLite behind ODBC, the ERP's own words.
-- On purpose not Tieout's model: dates are text YYYYMMDD, quantities and amounts are text without sign (DECIMAL
-- affinity would
-- turn them into binary floats), movement types and document kinds give the direction, orders are spelled as
-- clerks do.

CREATE TABLE company_period (company TEXT NOT NULL, period TEXT NOT NULL, first_day TEXT NOT NULL,
    last_day TEXT NOT NULL, closed_on TEXT, PRIMARY KEY (company, period));
CREATE TABLE exchange_rate (from_ccy TEXT NOT NULL, to_ccy TEXT NOT NULL, day TEXT NOT NULL, kind TEXT NOT NULL,
    rate TEXT NOT NULL, PRIMARY KEY (from_ccy, to_ccy, day, kind));
CREATE TABLE debtor (debtor TEXT PRIMARY KEY, name TEXT NOT NULL, invoice_run TEXT, ccy TEXT, company TEXT, land TEXT);
CREATE TABLE material (matnr TEXT PRIMARY KEY, descr TEXT NOT NULL, base_unit TEXT NOT NULL, kind TEXT NOT NULL,
    serial_mgmt TEXT NOT NULL, class TEXT);
CREATE TABLE material_unit (matnr TEXT NOT NULL, unit TEXT NOT NULL, num INTEGER NOT NULL, den INTEGER NOT NULL,
    PRIMARY KEY (matnr, unit));
CREATE TABLE material_cost (matnr TEXT NOT NULL, plant TEXT NOT NULL, valid_from TEXT NOT NULL, std_price TEXT NOT NULL,
    ccy TEXT NOT NULL, PRIMARY KEY (matnr, plant, valid_from));
CREATE TABLE sales_code (used TEXT NOT NULL, sold TEXT NOT NULL, PRIMARY KEY (used, sold));
CREATE TABLE storage_bin (bin TEXT PRIMARY KEY, kind TEXT NOT NULL, company TEXT NOT NULL, plant TEXT NOT NULL);
CREATE TABLE price_condition (list TEXT NOT NULL, used TEXT NOT NULL, debtor TEXT NOT NULL, valid_from TEXT NOT NULL,
    valid_to TEXT, price TEXT NOT NULL, unit TEXT NOT NULL, ccy TEXT NOT NULL, min_minutes TEXT, step_minutes TEXT,
    PRIMARY KEY (list, used, debtor, valid_from));
CREATE TABLE service_contract (contract TEXT PRIMARY KEY, debtor TEXT NOT NULL, first_day TEXT NOT NULL, last_day TEXT,
    state TEXT NOT NULL, ccy TEXT NOT NULL, company TEXT NOT NULL, signed_on TEXT);
CREATE TABLE service_contract_pos (contract TEXT NOT NULL, pos INTEGER NOT NULL, cover_pct INTEGER NOT NULL,
    parts_discount_pct INTEGER NOT NULL, budget TEXT, PRIMARY KEY (contract, pos));
CREATE TABLE service_ledger (entry TEXT PRIMARY KEY, contract TEXT NOT NULL, pos INTEGER NOT NULL, posted TEXT NOT NULL,
    kind TEXT NOT NULL, amount TEXT NOT NULL, order_txt TEXT, fsm_part TEXT, fsm_labour TEXT);
CREATE TABLE matdoc (mblnr TEXT PRIMARY KEY, bldat TEXT NOT NULL, budat TEXT NOT NULL, entered TEXT NOT NULL,
    usnam TEXT NOT NULL);
CREATE TABLE matdoc_item (mblnr TEXT NOT NULL, zeile INTEGER NOT NULL, bwart TEXT NOT NULL, shkzg TEXT NOT NULL,
    matnr TEXT NOT NULL, menge TEXT NOT NULL, meins TEXT NOT NULL, dmbtr TEXT NOT NULL, waers TEXT NOT NULL,
    order_txt TEXT, cost_centre TEXT, bin_from TEXT, bin_to TEXT, fsm_part TEXT, if_key TEXT, sernr TEXT,
    stock_owner TEXT NOT NULL, smbln TEXT, smblp INTEGER, PRIMARY KEY (mblnr, zeile));
CREATE TABLE billdoc (vbeln TEXT PRIMARY KEY, fkart TEXT NOT NULL, state TEXT NOT NULL, source TEXT NOT NULL,
    debtor TEXT NOT NULL, ccy TEXT NOT NULL, company TEXT NOT NULL, fkdat TEXT NOT NULL, cancels TEXT, corrects TEXT,
    released_time TEXT);
CREATE TABLE billdoc_item (vbeln TEXT NOT NULL, posnr INTEGER NOT NULL, order_txt TEXT, fsm_part TEXT, fsm_labour TEXT,
    matnr TEXT, pos_kind TEXT NOT NULL, outcome TEXT NOT NULL, qty TEXT NOT NULL, unit TEXT, price TEXT, discount TEXT,
    netwr TEXT NOT NULL, vat TEXT, item_text TEXT, bundle TEXT, contract TEXT, cancels_pos INTEGER,
    PRIMARY KEY (vbeln, posnr));
CREATE TABLE warranty_claim (claim TEXT PRIMARY KEY, kind TEXT NOT NULL, vendor TEXT, wty_no TEXT, order_txt TEXT,
    fsm_part TEXT, fsm_labour TEXT, matnr TEXT, qty TEXT, parts TEXT NOT NULL, labour TEXT NOT NULL, ccy TEXT NOT NULL,
    filed TEXT, state TEXT NOT NULL);
