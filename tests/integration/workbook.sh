#!/bin/sh
# workbook.sh - the workbook of a fresh run, opened and compared with discrepancies.csv cell by cell by openpyxl.
#
# A reader of its own, so a fault of the writer's library is not answered by the same library. What is compared and how:
# workbook_check.py. Does not prove: that it looks well, and what Excel itself says.
. "$(dirname "$0")/lib.sh"
stores_start --orders 600
if ! /usr/bin/python3 -c 'import openpyxl' 2>/dev/null; then
    skip "the workbook equals the CSV" "no openpyxl here (package python3-openpyxl)"
    finish
fi
as_of=2026-06-29
run a
check "a first day" ends 0
as_of=2026-06-30
run a
check "a second day, so that there is a trend" ends 0
checked() { /usr/bin/python3 tests/integration/workbook_check.py "$1" reports/nightly.ini; }
check "every sheet opens, every row equals discrepancies.csv, every link leads somewhere" checked "$(latest a)"

# The oracle must be able to say no: one word of one line is another.
cp -a "$(latest a)" "$stage/other"
sed -i '2s/,S[1-4],/,S9,/' "$stage/other/discrepancies.csv"
differs() { ! checked "$stage/other"; }
check "a single other cell would be noticed" differs

no_formula() {
    /usr/bin/python3 - "$1/discrepancies.xlsx" <<'PY'
import re, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as book:
    assert book.testzip() is None
    for name in book.namelist():
        if name.startswith("xl/externalLinks") or name.endswith("vbaProject.bin"):
            sys.exit(name)
        if name.startswith("xl/worksheets/sheet") and re.search(rb"<f[ >]", book.read(name)):
            sys.exit(name + " holds a formula")
PY
}
check "no formula, no external link, no macro" no_formula "$(latest a)"

# ---- data that would like to be a formula ----

tree evil
sed -i "s/i.order_txt AS wo_ref/replace(i.order_txt, 'garage', '=1+2') AS wo_ref/" "$tree/sql/erp/demo/movement.sql"
job=$tree/jobs/nightly.ini
run b
check "text that starts with =" ends 0
check "stands in the results" grep -q '""=1+2""' "$(latest b)/discrepancies.csv"
check "is text in the workbook" no_formula "$(latest b)"
check "which equals the CSV" checked "$(latest b)"
finish
