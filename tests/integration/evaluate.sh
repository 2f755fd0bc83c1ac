#!/bin/sh
# evaluate.sh - tieout evaluate on worked evaluations: a workbook, a CSV with sample.json, what LibreOffice makes of it.
#
# evaluate_make.py writes the files and computes every digest anew from the description in sample.h.
. "$(dirname "$0")/lib.sh"

made() { # CASE [CHANGE]: $stage/case with the files
    rm -rf "$stage/case"
    mkdir "$stage/case"
    /usr/bin/python3 tests/integration/evaluate_make.py "$1" "$stage/case" ${2:+"$2"} || exit 70
}

# figures FILE [options]: of the JSON, what the reference tells: shortfall projected; exact basic, incremental, upper;
# table upper; over-recovery projected, upper; net
figures() {
    call evaluate "$@" --json
    is_code 0 || return
    /usr/bin/python3 - "$stage/out" <<'PY' >"$stage/figures"
import json, sys
value = json.load(open(sys.argv[1], encoding="utf-8"))
s, o = value["shortfall"], value["over_recovery"]
print(s["projected"], s["exact"]["basic"], s["exact"]["incremental"], s["exact"]["upper"], s["table"]["upper"],
      o["projected"], o["exact"]["upper"], s["net_upper"])
PY
}
are() { # FILE FIGURES
    figures "$1" || return
    [ "$(cat "$stage/figures")" = "$2" ] && return
    echo "$(cat "$stage/figures"), wanted"
    echo "$2"
    false
}
prints() { # TEXT...: every text stands on stdout of the last call
    for text in "$@"; do
        grep -qF -- "$text" "$stage/out" && continue
        echo "stdout lacks \"$text\"; it is:"
        cat "$stage/out"
        return 1
    done
}

# ---- worked evaluations ----

worked() { # CASE FIGURES
    made "$1"
    check "$1 from a workbook" are "$stage/case/sample.xlsx" "$2"
    check "$1 from a CSV" are "$stage/case/Selection.csv" "$2"
}
worked e1 "0.00 80530.44 0.00 80530.44 80645.16 0.00 80530.44 80530.44"
worked e2 "1912.00 33951.63 1160.65 37024.28 37073.67 0.00 33951.63 37024.28"
worked e3 "13980.00 36847.51 7784.12 58611.63 58670.00 0.00 36847.51 58611.63"
worked e4 "2488.95 4965.30 1422.96 8877.21 8886.74 0.00 4965.30 8877.21"
worked e5 "25435.48 38654.61 14236.94 78327.03 78403.23 0.00 38654.61 78327.03"
worked e6 "11000.00 29957.32 7640.85 48598.17 48650.00 5000.00 38697.98 43598.17"

# ---- the page ----

made e3
call evaluate "$stage/case/sample.xlsx" --tolerable 65000
check "a tolerable amount above the limit: accepted" is_code 0
check "the page says so in words" prints "13980.00" "58611.63" "58670.00" "Tolerable 65000.00: accepted" \
    "one can be 95 % sure that it is not more than 58611.63"
call evaluate "$stage/case/sample.xlsx" --tolerable 58611.62
check "a cent too little: not accepted" prints "not accepted, the upper limit 58611.63 is above it"
call evaluate "$stage/case/sample.xlsx" --confidence 90%
check "another confidence" prints "confidence 90 %" "upper limit at 90 %"
made e4
call evaluate "$stage/case/sample.xlsx"
check "what can't be audited is told" prints "1 could not be audited and count as not recovered at all"
made e6
call evaluate "$stage/case/sample.xlsx"
check "zero-book orders by number" prints "Orders without a book amount: 0 of 1 drawn from 5 were wrong"
made srs
call evaluate "$stage/case/sample.xlsx" --tolerable 9000
check "a simple random sample" is_code 0
check "its estimates" prints "4500.00" "2013.98" "8191.85" "4628.57" "1972.59" "8244.55" "4 of 10 drawn from 500" \
    "4 selected orders differ in amount; the estimates want 20" "Tolerable 9000.00: not judged"

# ---- refusals ----

made e3 book
call evaluate "$stage/case/sample.xlsx"
check "a changed book amount: 65, by name" ends 65 "sheet Selection, row" "order WO-0002 was changed after the draw"
made e3 book-unsealed
call evaluate "$stage/case/Selection.csv"
check "without its seal: the digest" ends 65 "is not the sample that was drawn"
made e3 gone
call evaluate "$stage/case/sample.xlsx"
check "a row gone" ends 65 "1 of the" "the first is no 3"
made e3 twice
call evaluate "$stage/case/sample.xlsx"
check "a row twice" ends 65 "no 2 stands there twice"
made e3 pending
call evaluate "$stage/case/sample.xlsx"
check "seven without a result" ends 65 "7 of 40 orders have no result yet: row" "(WO-0002)" ", ...;"
made e3 comma
call evaluate "$stage/case/Selection.csv"
check "a comma for the point" ends 65 "column audit_amount: \"4000,00\" is no amount" "write 1234.50"
made e3 cents
call evaluate "$stage/case/sample.xlsx"
check "a tenth of a cent" ends 65 "column audit_amount: \"4000.001\" is no amount"
made e3 interval
call evaluate "$stage/case/sample.xlsx"
check "a changed interval" ends 65 "sheet Design: a value was changed after the draw"
made e3 no-column
call evaluate "$stage/case/sample.xlsx"
check "a column gone" ends 65 "sheet Selection has no column audit_amount"
made e3
rm "$stage/case/sample.json"
call evaluate "$stage/case/Selection.csv"
check "no sample.json" ends 66 "sample.json"
call evaluate "$stage/nothing.xlsx"
check "no file" ends 66 "nothing.xlsx"
call evaluate jobs/nightly.ini
check "another kind of file" ends 64 "a filled-in sample is the workbook"
call evaluate "$stage/case/sample.xlsx" --tolerable 1.001
check "a tolerable amount with a tenth of a cent" ends 64 "--tolerable 1.001"
call evaluate "$stage/case/sample.xlsx" --confidence 120%
check "a confidence above all" ends 64 "--confidence 120%"
call status "$job" --json
check "options of another command" ends 64 "go with evaluate only"

# ---- saved by others ----

made e3 semicolon
check "a CSV with semicolons" are "$stage/case/Selection.csv" \
    "13980.00 36847.51 7784.12 58611.63 58670.00 0.00 36847.51 58611.63"
if command -v soffice >/dev/null 2>&1; then
    mkdir "$stage/saved"
    HOME=$stage/saved soffice --headless --convert-to xlsx --outdir "$stage/saved" "$stage/case/sample.xlsx" \
        >"$stage/said" 2>&1 || cat "$stage/said"
    check "saved by LibreOffice" are "$stage/saved/sample.xlsx" \
        "13980.00 36847.51 7784.12 58611.63 58670.00 0.00 36847.51 58611.63"
else
    skip "saved by LibreOffice" "soffice is not installed"
fi
finish
