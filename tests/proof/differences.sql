-- differences.sql - the run's findings beside the oracle's, row by row: what stands in discrepancies.csv and what the
-- oracle says. Prints nothing when both agree. psql variable: checks, those that are compared; a finding of another
-- check
-- is left out by its code and by nothing else. A currency is compared where there is an amount, the three quantities in
-- findings of groups.
SET search_path = oracle;
CREATE TEMP VIEW run AS
SELECT s.finding_id, ARRAY[work_order, s.status, s.due::text, s.bucket, s.certainty, s.severity,
    trim_scale(s.exposure)::text,
    trim_scale(s.book_effect)::text, CASE WHEN s.exposure <> 0 THEN s.currency END,
        trim_scale(s.exposure_reporting)::text,
    s.correction, s."primary"] || CASE WHEN item IS NOT NULL AND s."check" NOT IN ('INV-04', 'INV-07', 'INV-08',
        'INV-16',
    'INV-21', 'BIL-08', 'WTY-02') THEN ARRAY[trim_scale(s.usage_qty)::text, trim_scale(s.movement_qty)::text,
    trim_scale(s.billed_qty)::text] END AS told
FROM said s WHERE s."check" = ANY (:'checks'::text[]);
CREATE TEMP VIEW sql AS
SELECT finding_id, ARRAY[wo_id, status, due::text, bucket, certainty, severity, trim_scale(exposure)::text,
    trim_scale(book_effect)::text, CASE WHEN exposure <> 0 THEN currency END, trim_scale(exposure_reporting)::text,
    correction, "primary"] || CASE WHEN of_group AND "check" <> 'INV-04' THEN ARRAY[trim_scale(usage_qty)::text,
    trim_scale(movement_qty)::text, trim_scale(billed_qty)::text] END AS told
FROM finding WHERE "check" = ANY (:'checks'::text[]);
SELECT COALESCE(run.finding_id, sql.finding_id) || E'\n  run    ' || COALESCE(run.told::text, 'has it not')
    || E'\n  oracle ' || COALESCE(sql.told::text, 'has it not')
FROM run FULL JOIN sql USING (finding_id) WHERE run.told IS DISTINCT FROM sql.told ORDER BY 1;
