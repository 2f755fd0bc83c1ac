#!/bin/sh
# formats.sh - the second example job: corrections as Oracle's file-based data import takes them. Python's zipfile and
# csv are the oracle: every cell is compared with discrepancies.csv, every figure of the sidecars counted again.
. "$(dirname "$0")/lib.sh"
stores_start --orders 600
job=jobs/fusion.ini
checked() { /usr/bin/python3 tests/integration/formats_check.py "$stage/$1/fusion/latest" ${2:+"$2"}; }
stock() { echo "$stage/$1/fusion/latest/corrections/stock"; }

run a
check "the second example runs as it is" ends 0
check "each cell of its zips is the finding's, each figure counted again" checked a
kinds() { [ "$(ls "$(stock a)" | grep -cE '^inv_(GI|GR-REV|TRF)_20260630\.zip$')" -eq 3 ]; }
check "a zip for issues, returns and transfers" kinds

# ---- the same bytes everywhere ----

TZ=Asia/Tokyo LC_ALL=C.UTF-8 run b
check "in another zone" ends 0
check "the same zips, byte for byte" diff -r "$(stock a)" "$(stock b)"

# ---- what a format may say is tried before anything is read ----

tree small
job=$tree/jobs/fusion.ini
format=$tree/config/formats/oracle-fbdi-inv.ini
sed -i 's/^max_rows .*/max_rows = 4/' "$format"
run c
check "at most four rows a file" ends 0
check "further files hold the rest" checked c 4
numbered() { [ -f "$(stock c)/inv_GI_20260630.zip" ] && [ -f "$(stock c)/inv_GI_20260630.2.zip" ]; }
check "under numbers" numbered

line_of() { grep -n -m 1 -F "$1" "$format" | cut -d : -f 1; }
wrong() { # WHY FROM TO TEXT...
    wrong_why=$1
    cp config/formats/oracle-fbdi-inv.ini "$format"
    sed -i "s/$2/$3/" "$format"
    shift 3
    call preflight "$job"
    check "$wrong_why: 78, file and line" ends 78 "oracle-fbdi-inv.ini:" "$@"
}
wrong "a column behind the last" "^columns = 273" "columns = 260" \
    ":$(line_of "[document issue]"): [document issue]: column 267 (EXTERNAL_SYS_TXN_REFERENCE) stands behind the last"
wrong "a word that is none" "^length = 300" "length = 300\nlength_unit = byte" "length_unit" "chars, bytes"
wrong "a position that stands twice" "^\[column issue 006\]" "[column issue 0001]" "have the same position 1"
wrong "a constant that is no code" "^const = TIEOUT" "const = TIE OUT" \
    "\"TIE OUT\" does not fit the column: it holds \" \""
wrong "a verb without sign" "^2 = GR-REV -> 1" "2 = GR_REV -> 1" "add GR-REV -> 1 or -1 to [sign]"
finish
