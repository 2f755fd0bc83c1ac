-- said.sql - a table with the columns of discrepancies.csv (contract, section 5), to be filled by COPY.
DROP TABLE IF EXISTS oracle.said;
CREATE TABLE oracle.said (finding_id text, "check" text, title text, severity text, status text, "primary" text,
    bucket text, certainty text, verdict text, reason text, first_seen text, due date, age_days text, region text,
    legal_entity text, work_order text, customer text, asset text, contract text, item text, serial text, location text,
    technician text, uom text, usage_qty numeric, movement_qty numeric, billed_qty numeric, expected_qty numeric,
    expected_amount numeric, actual_amount numeric, exposure numeric, book_effect numeric, currency text,
    exposure_reporting numeric, reporting_currency text, pass text, usage_ids text, movement_ids text, billing_ids text,
    other_ids text, correction text, correction_id text, explanation text);
