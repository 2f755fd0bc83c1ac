-- tables.sql - the two stores of the proof: schema fsm as the field-service store, erp as the ERP, in the words of the
-- data model, so that job.ini needs no map of codes. Columns that are not here are not delivered, and the checks that
-- need them are off.
CREATE SCHEMA fsm;
CREATE SCHEMA erp;
CREATE SCHEMA plan;

CREATE TABLE fsm.work_order (wo_id text, wo_type text, status text, customer_id text, asset_id text, contract_id text,
    region text, currency text, created_at timestamptz, completed_at timestamptz, closed_at timestamptz,
    cancelled_at timestamptz, no_charge_reason text, deleted bool);
CREATE TABLE fsm.usage_line (usage_id text, wo_id text, item_id text, direction text, quantity numeric(18,6), uom text,
    serial_no text, owner text, item_condition text, line_status text, device_at timestamptz, deleted bool);
CREATE TABLE fsm.entitlement_decision (decision_id text, wo_id text, usage_id text, decision_class text);
CREATE TABLE fsm.approval (approval_id text, object_type text, object_id text, kind text, status text,
    amount_limit numeric(18,2), approved_by text, approved_at timestamptz);
CREATE TABLE fsm.evidence (evidence_id text, object_type text, object_id text, kind text, is_accepted bool,
    captured_at timestamptz);
CREATE TABLE fsm.asset (asset_id text, customer_id text);
CREATE TABLE fsm.asset_cover (cover_id text, asset_id text, kind text, provider_id text, start_date date,
    parts_end_date date);
CREATE TABLE fsm.fsm_customer (customer_id text, erp_id text, name text);
CREATE TABLE fsm.xref_item (fsm_id text, erp_id text);

CREATE TABLE erp.movement (mov_id text, line_no int, usage_ref text, movement_class text, status text, wo_ref text,
    item_id text, quantity numeric(18,6), uom text, cost_amount numeric(18,2), currency text, serial_no text,
    owner text, item_condition text, posting_date date, entry_at timestamptz, entered_by text, reverses_mov_id text,
    reverses_line_no int);
CREATE TABLE erp.invoice (inv_id text, kind text, status text, origin text, customer_id text, currency text,
    posting_date date,
    cancels_inv_id text, corrects_inv_id text);
CREATE TABLE erp.invoice_line (inv_id text, line_no int, wo_ref text, usage_ref text, sales_item_id text,
    line_kind text, item_condition text, outcome text, quantity numeric(18,6), uom text, net_amount numeric(18,2),
    cancels_inv_id text, cancels_line_no int);
CREATE TABLE erp.contract_ledger (entry_id text, contract_id text, contract_line_no int, posting_date date, kind text,
    quantity numeric(18,6), amount numeric(18,2), wo_ref text, usage_ref text);
CREATE TABLE erp.claim (claim_id text, kind text, party_id text, wo_ref text, usage_ref text, item_id text,
    item_condition text, quantity numeric(18,6), parts_amount numeric(18,2), labour_amount numeric(18,2),
    currency text, filed_date date,
    status text);
CREATE TABLE erp.customer (customer_id text, name text, currency text);
CREATE TABLE erp.item (item_id text, base_uom text, stock_type text, serial_profile text, product_class text);
CREATE TABLE erp.item_uom (item_id text, uom text, factor_num int, factor_den int);
CREATE TABLE erp.item_cost (item_id text, item_condition text, valid_from date, unit_cost numeric(18,6),
    currency text);
CREATE TABLE erp.sales_map (used_item_id text, sales_item_id text);
CREATE TABLE erp.contract (contract_id text, customer_id text, start_date date, end_date date, currency text);
CREATE TABLE erp.contract_line (contract_id text, line_no int, share_parts numeric(9,6), price_list_id text,
    discount_parts_pct numeric(9,6), allowance_kind text, allowance_qty numeric(18,6));
CREATE TABLE erp.price (price_list_id text, used_item_id text, customer_id text, item_condition text, valid_from date,
    valid_to date, unit_price numeric(18,6), uom text, currency text);
CREATE TABLE erp.fx_rate (from_currency text, to_currency text, rate_date date, rate_kind text, rate numeric(24,12));
