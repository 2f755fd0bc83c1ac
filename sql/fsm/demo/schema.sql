-- The field-service app of the demo company: PostgreSQL, the app's own words.
-- On purpose not Tieout's model: enum types, timestamptz, other names and other codes. The queries beside this
-- file translate.
-- There are no foreign keys from the reports of a device to jobs: the real app takes them as they come.

CREATE SCHEMA svc;
SET search_path = svc;

CREATE TYPE job_kind    AS ENUM ('REPAIR', 'MAINT', 'INSTALL', 'INSPECT', 'INHOUSE', 'TRAINING');
CREATE TYPE job_state   AS ENUM ('NEW', 'PLANNED', 'DONE', 'CLOSED', 'CANCELLED', 'REWORK');
CREATE TYPE visit_result AS ENUM ('DONE', 'PARTLY', 'NOBODY_HOME', 'CALLED_OFF');
CREATE TYPE part_action AS ENUM ('USED', 'BROUGHT_BACK', 'TAKEN_OUT', 'SCRAPPED');
CREATE TYPE line_state  AS ENUM ('ESTIMATE', 'BOOKED', 'VOID');
CREATE TYPE verdict     AS ENUM ('BILLABLE', 'VENDOR_WTY', 'OWN_WTY', 'AGREEMENT', 'GOODWILL', 'SHARED', 'NOBODY');

CREATE TABLE account (
    acc_no      text PRIMARY KEY,
    title       text NOT NULL,
    erp_debtor  text,                    -- the ERP's number, filled by the interface
    pays_for_us text REFERENCES account,
    country_iso char(2),
    ccy         char(3),
    on_hold     boolean NOT NULL DEFAULT false,
    area        text
);
CREATE TABLE equipment_owner (           -- one row an owner
    equip_no text NOT NULL,
    from_day date NOT NULL,
    to_day   date,
    acc_no   text NOT NULL REFERENCES account,
    PRIMARY KEY (equip_no, from_day)
);
CREATE TABLE warranty (
    wty_no       text PRIMARY KEY,
    equip_no     text NOT NULL,
    granted_by   text NOT NULL CHECK (granted_by IN ('VENDOR', 'OWN', 'PART')),
    vendor_no    text,
    first_day    date NOT NULL,
    last_day     date
);
CREATE TABLE part_catalogue (
    part_no      text PRIMARY KEY,
    label        text NOT NULL,
    erp_material text                    -- the ERP's number
);
CREATE TABLE van (                       -- and warehouses
    van_code text PRIMARY KEY,
    erp_bin  text                        -- the ERP's storage bin; empty for a hired van
);
CREATE TABLE app_user (                  -- technicians; the app knows no others
    user_code   text PRIMARY KEY,
    full_name   text NOT NULL,
    erp_person  text,
    van_code    text REFERENCES van,
    company     text NOT NULL,
    hour_cost   numeric(10,2),
    ccy         char(3)
);
CREATE TABLE svc_job (
    job_no        text PRIMARY KEY,
    kind          job_kind NOT NULL,
    state         job_state NOT NULL,
    acc_no        text NOT NULL,
    equip_no      text,
    agreement_no  text,                  -- the ERP's contract number
    area          text NOT NULL,
    company       text NOT NULL,
    ccy           char(3) NOT NULL,
    master_job    text,
    invoice_job   text,                  -- the job on which this one is billed
    price_mode    text NOT NULL,
    billing_rule  text NOT NULL,
    fixed_price   numeric(12,2),
    free_reason   text,
    ts_created    timestamptz NOT NULL,
    ts_done       timestamptz,
    ts_closed     timestamptz,
    ts_cancelled  timestamptz,
    is_deleted    boolean NOT NULL DEFAULT false
);
CREATE TABLE svc_appointment (
    apt_no     text PRIMARY KEY,
    job_no     text NOT NULL,
    user_code  text,
    van_code   text,
    tour_code  text,
    ts_start   timestamptz,
    ts_end     timestamptz,
    result     visit_result NOT NULL
);
CREATE TABLE svc_job_part (
    jp_no       text PRIMARY KEY,
    device_key  text,
    job_no      text NOT NULL,           -- not checked: devices work off line
    apt_no      text,
    user_code   text,
    part_no     text NOT NULL,
    action      part_action NOT NULL,
    qty         numeric(14,3) NOT NULL,
    unit        text NOT NULL,
    serial      text,
    taken_from  text,
    stock_owner text NOT NULL DEFAULT 'OURS',
    verdict     verdict,
    state       line_state NOT NULL,
    ts_device   timestamptz,
    ts_server   timestamptz NOT NULL,
    is_deleted  boolean NOT NULL DEFAULT false
);
CREATE TABLE svc_labour (
    lb_no     text PRIMARY KEY,
    job_no    text NOT NULL,
    apt_no    text,
    user_code text NOT NULL,
    activity  text NOT NULL,
    minutes   numeric(8,2) NOT NULL,
    ts_start  timestamptz,
    ts_end    timestamptz,
    verdict   verdict
);
CREATE TABLE svc_cover_decision (
    dec_no     text PRIMARY KEY,
    job_no     text NOT NULL,
    jp_no      text,
    lb_no      text,
    verdict    verdict NOT NULL,
    cover_ref  text,
    approval   text,
    ts_decided timestamptz,
    overruled  boolean NOT NULL DEFAULT false
);
CREATE TABLE svc_sign_off (              -- approvals
    so_no       text PRIMARY KEY,
    object_kind text NOT NULL,
    object_no   text NOT NULL,
    topic       text NOT NULL,
    state       text NOT NULL,
    limit_amt   numeric(12,2),
    ccy         char(3),
    by_user     text,
    ts_signed   timestamptz
);
CREATE TABLE svc_proof (                 -- signatures and other evidence
    pr_no       text PRIMARY KEY,
    object_kind text NOT NULL,
    object_no   text NOT NULL,
    proof_kind  text NOT NULL,
    ts_captured timestamptz
);
