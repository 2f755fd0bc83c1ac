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
agrees() { /usr/bin/python3 tests/integration/workbook_check.py "$(latest a)/discrepancies.xlsx" "$(latest a)/discrepancies.csv"; }
check "every sheet opens, every row equals discrepancies.csv" agrees
# the oracle must be able to say no
cp "$(latest a)/discrepancies.csv" "$stage/other.csv"
sed -i '2s/,S[1-4],/,S9,/' "$stage/other.csv"
differs() { ! /usr/bin/python3 tests/integration/workbook_check.py "$(latest a)/discrepancies.xlsx" "$stage/other.csv"; }
check "a single other cell would be noticed" differs
no_formula() {
    /usr/bin/python3 - "$(latest a)/discrepancies.xlsx" <<'PY'
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
check "no formula, no external link, no macro" no_formula
finish
