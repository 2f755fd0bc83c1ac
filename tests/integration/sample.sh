#!/bin/sh
# sample.sh - the audit sample of a run: the frame against SQL, evidence against both stores, bytes, and the way back
# through a spreadsheet into tieout evaluate.
#
# The oracle is sample_check.py: other readers, digests worked out anew from their description in sample.h.
. "$(dirname "$0")/lib.sh"
stores_start --orders 600
if ! /usr/bin/python3 -c 'import openpyxl' 2>/dev/null; then
    skip "the audit sample" "no openpyxl here (package python3-openpyxl)"
    finish
fi
oracle() { /usr/bin/python3 tests/integration/sample_check.py "$@"; }

run a
check "a run with [output sample]" ends 0 "sample: "
sample=$(latest a)/sample
check "frame, picks, seals and record give their digests" oracle digests "$sample"
check "the workbook opens and equals the CSV, every link leads to its block and back" oracle book "$sample"

# ---- against the stores ----

# Billing owners that closed in the window, by business date of their region.
cat >"$stage/orders.sql" <<'SQL'
SELECT j.area, count(*)
FROM svc.svc_job j
LEFT JOIN svc.svc_job o ON o.job_no = j.invoice_job
WHERE j.state IN ('CLOSED', 'DONE') AND NOT coalesce(j.is_deleted, false)
  AND (j.invoice_job IS NULL OR j.invoice_job = j.job_no OR o.job_no IS NULL)
  AND (j.ts_closed AT TIME ZONE CASE j.area WHEN 'UK' THEN 'Europe/London' ELSE 'Europe/Brussels' END)::date
      BETWEEN '2026-06-30'::date - 61 AND '2026-06-30'
  AND j.kind NOT IN ('INHOUSE', 'TRAINING')
GROUP BY 1 ORDER BY 1
SQL
sql <"$stage/orders.sql" >"$stage/orders"
check "as many closed orders in each region as SQL counts" oracle orders "$sample" "$stage/orders"

cat >"$stage/rows.sql" <<'SQL'
SELECT 'usage_line', job_no, jp_no FROM svc.svc_job_part
UNION ALL SELECT 'time_entry', job_no, lb_no FROM svc.svc_labour
UNION ALL SELECT 'visit', job_no, apt_no FROM svc.svc_appointment
UNION ALL SELECT 'entitlement_decision', job_no, dec_no FROM svc.svc_cover_decision
SQL
sql <"$stage/rows.sql" >"$stage/rows"
check "every row of the drawn orders stands in their evidence, and no other order's" \
    oracle evidence "$sample" "$stage/rows" "$stage/s/erp.db"

# The oracles must be able to say no.
no() { ! "$@"; }
sed -i '1s/|\([0-9]*\)/|1\1/' "$stage/orders"
check "another count would be noticed" no oracle orders "$sample" "$stage/orders"
cp -a "$sample" "$stage/other"
sed -i '2s/,no,/,yes,/' "$stage/other/frame.csv"
check "another order of the frame would be noticed" no oracle digests "$stage/other"

# ---- the same bytes ----

same_sample() { ends 0 && diff -r "$sample" "$(latest "$1")/sample"; }
run b --set limits.threads=1 --set limits.shards=1
check "one thread, one shard: the same bytes" same_sample b
run c --set limits.threads=3 --set limits.shards=7 --set limits.memory=64MiB
check "3 threads, 7 shards, little memory: the same bytes" same_sample c

# ---- other designs ----

run d --set 'output sample.method=srs' --set 'output sample.strata=region, who_pays' --set 'output sample.seed=2026'
check "simple random selection in strata" ends 0
check "digests of it" oracle digests "$(latest d)/sample"
check "its seed" grep -q '"seed": "2026"' "$(latest d)/sample/sample.json"
check "its strata" grep -q '"name": "UK / warranty"' "$(latest d)/sample/sample.json"
run e --set 'output sample.strata=colour'
check "an unknown stratum: 78" ends 78 "[output sample]" "strata" "region"
run e --set 'output sample.size=3'
check "too few orders for the strata: 78, by name" ends 78 "[output sample]"

# ---- the way back ----

cp -a "$sample" "$stage/back"
oracle fill "$stage/back/sample.xlsx"
call evaluate "$stage/back/sample.xlsx" --json
check "filled in without an error: evaluated" is_code 0
check "nothing projected, the limit is the interval times the factor" oracle clean "$stage/out" "$sample"
cp "$sample/sample.xlsx" "$stage/back/half.xlsx"
oracle fill "$stage/back/half.xlsx" half
call evaluate "$stage/back/half.xlsx"
check "half filled in: 65, with rows" ends 65 "have no result yet"
cp "$sample/sample.xlsx" "$stage/back/tampered.xlsx"
oracle fill "$stage/back/tampered.xlsx" tamper
call evaluate "$stage/back/tampered.xlsx"
check "a changed book amount: 65, by name" ends 65 "was changed after the draw"
check "the sample is sealed with the run" verifies a
finish
