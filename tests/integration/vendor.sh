# vendor.sh - "connect your own ERP": a vendor that nobody has seen, from a job with five mistakes to a first result.
#
# Proves: preflight names the mistakes one after the other with what to do, each fix leads to the next, and at the end
# it says that the job is ready and which checks are off for want of what. The run then finds the three planted
# discrepancies, the delay of the one that nobody billed, and nothing else. The stores stand in vendor/: another schema, other codes, types and order numbers,
# and the minimum job of five queries.
. "$(dirname "$0")/lib.sh"

# In place of the demo company's tables the vendor's; the servers are the same.
servers_fill() {
    echo "CREATE DATABASE fsm TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'" |
        servers_psql "$1/pg" postgres &&
        servers_psql "$1/pg" fsm <tests/integration/vendor/fsm.sql &&
        sqlite3 -bail "$1/vendor.db" <tests/integration/vendor/erp.sql
}
stores_start --orders 600
export VENDOR_PG="$stage/s/pg" VENDOR_ERP="$stage/s/vendor.db"
cp -r tests/integration/vendor "$stage/v"
home=$stage/v

preflight() {
    "$tieout" preflight "$home/job.ini" --as-of "$as_of" "$@" >"$stage/out" 2>"$stage/err" </dev/null
    code=$?
}

# What was printed, with breaks and double blanks taken out: where a line is broken is no promise.
flat() { tr -s ' \n' '  ' <"$stage/out"; }

# told CODE TEXT...: the exit code, and each text on stdout
told() {
    is_code "$1" || return
    shift
    for text in "$@"; do
        flat | grep -qF -- "$text" && continue
        echo "stdout lacks \"$text\"; it is:"
        cat "$stage/out"
        return 1
    done
}

narrow() { # no line is longer than the page, but for one whose only word is
    awk 'length($0) > 112 && NF > 3 { print "too long: " $0; bad = 1 } END { exit bad }' "$stage/out"
}

spoil() { # FILE SCRIPT: sed on a file of the job
    sed -i "$2" "$home/$1"
}

# ---- five mistakes, as they are made ----

spoil job.ini '/^\[map movement.movement_class\]/,/^$/s/^issue_wo /issue_w0 /'
spoil sql/work_order.sql 's/^FROM montage.einsatz/FORM montage.einsatz/'
spoil sql/usage_line.sql 's/menge   AS/menge::float8 AS/; s/artikel AS/zusatz AS/'
spoil sql/movement.sql 's/AS posting_date/AS postng_date/'
spoil sql/invoice_line.sql 's/^       p.menge   AS quantity,//'

preflight
check "1: a word that is none is told with those allowed, before any source is asked" ends 78 \
    "job.ini:45: [map movement.movement_class] issue_w0 = A: issue_w0 is no word of movement.movement_class; \
allowed are issue_wo, return_wo, issue_cc, return_cc, transfer_out, transfer_in, receipt_po, return_vendor, core_in, count, scrap, \
other; did you mean issue_wo?"
check "and nothing is on stdout" test ! -s "$stage/out"
spoil job.ini 's/^issue_w0 /issue_wo /'

preflight
check "the four others are told at once, the outcome first" told 78 \
    "NOT READY: 4 of 5 datasets can't be read yet. Mend what is marked FAULT and ask again." \
    "FAULT work_order: $home/sql/work_order.sql (source app)" \
    "FAULT usage_line: $home/sql/usage_line.sql (source app)" \
    "FAULT movement: $home/sql/movement.sql (source erp)" \
    "ok invoice: 6 of 20 columns, source erp" \
    "FAULT invoice_line: $home/sql/invoice_line.sql (source erp)" \
    "Which checks run is told as soon as every dataset can be read."
check "and stderr says it in one line" says \
    "error preflight: 4 of 5 datasets of job montage can't be read yet; see FAULT above"
check "no line is too long" narrow
check "2: a syntax error stands with file, line and the server's words" told 78 \
    "$home/sql/work_order.sql:9: syntax error at or near \"FORM\" (SQLSTATE 42601)"
spoil sql/work_order.sql 's/^FORM /FROM /'

preflight
check "3: wrong types, each with what to write instead" told 78 "NOT READY: 3 of 5" \
    "ok work_order: 7 of 36 columns, source app" \
    "Column 3, item_id: jsonb can't be read into item_id, a column of type id; cast it to a text or integer type." \
    "Column 4, quantity: double precision is a binary float, which can't hold decimal amounts exactly; cast it to an \
exact type such as numeric(18,6), or list the column in allow_float."
spoil sql/usage_line.sql 's/menge::float8 AS/menge   AS/; s/zusatz AS/artikel AS/'

preflight
check "4: a name that is none, with the one that was meant" told 78 "NOT READY: 2 of 5" \
    "Column 8, postng_date: postng_date is no column of dataset movement: leave it out or rename it; did you \
mean posting_date?" \
    "Missing column: posting_date (date)."
spoil sql/movement.sql 's/AS postng_date/AS posting_date/'

preflight
check "5: a column without which no job can run" told 78 "NOT READY: 1 of 5" "Missing column: quantity (decimal)."
cp tests/integration/vendor/sql/invoice_line.sql "$home/sql/"
check "every fix led back to what the vendor's folder holds" diff -r tests/integration/vendor "$home"

preflight
check "the job is ready" told 0 "READY: all 5 datasets can be read; \`tieout run $home/job.ini\` can start." \
    "ok app: PostgreSQL" "ok erp: SQLite" \
    "Checks: 25 on; off: 20 need data that the job does not deliver, 0 by the policy, " \
    "on: INV-01, INV-02, INV-03, INV-04," "off, needs claim (3 checks): WTY-01, WTY-02, WTY-13" \
    "off, needs usage_line.serial_no, movement.serial_no (1 check): INV-06" "--verbose and the workbook name them"
check "stderr is silent" test ! -s "$stage/err"
check "no line is too long" narrow
preflight --verbose
check "--verbose names columns and checks in full" told 0 "on INV-01 Usage without goods movement" \
    "optional, not given: external_id, origin, bill_to_id" "not judged by this version (" "FIN-01"
preflight --quiet
check "--quiet says nothing when all is well" told 0
check "at all" test ! -s "$stage/out"
mv "$VENDOR_ERP" "$VENDOR_ERP.away"
preflight
check "a store that is away is told once, its datasets are not judged" told 69 "NOT READY: 3 of 5" \
    "FAULT erp: no answer; 3 datasets of it can't be judged" "- movement: not judged, source erp does not answer" \
    "ok usage_line: 6 of 22 columns, source app"
mv "$VENDOR_ERP.away" "$VENDOR_ERP"

# ---- the run ----

"$tieout" run "$home/job.ini" --as-of "$as_of" --set "job.output=$stage/r" >"$stage/out" 2>"$stage/err" </dev/null
code=$?
check "the run ends well" ends 0 "4 findings"
found() {
    /usr/bin/python3 - "$stage/r/montage/latest/discrepancies.csv" >"$stage/found" <<'PY'
import csv, sys
for row in sorted(csv.DictReader(open(sys.argv[1], encoding="utf-8", newline="")), key=lambda row: row["check"]):
    print(*(row[name] or "-" for name in ("check", "primary", "work_order", "item", "usage_qty", "movement_qty",
        "billed_qty", "usage_ids", "movement_ids", "correction")))
PY
    cat >"$stage/planted" <<'TEXT'
BIL-01 yes T/2026/118 A-161 3 3 0 1181 L00118/1 INV
INV-01 yes T/2026/57 A-112 3 0 3 572 - GI
INV-21 yes - A-777 - 3 - - L90001/1 INVST
TIM-01 yes T/2026/118 - - - - 1181 L00118/1 NONE
TEXT
    same "$stage/planted" "$stage/found"
}
check "it finds the three planted discrepancies, the delay of the one not billed, and nothing else" found
none_rejected() { [ "$(wc -l <"$stage/r/montage/latest/rejected.csv")" -eq 1 ]; }
check "no row is rejected" none_rejected
finish
