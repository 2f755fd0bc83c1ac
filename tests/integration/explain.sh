#!/bin/sh
# explain.sh - every finding of a run is explained with the figures of its CSV; what can't be explained says what to do.
. "$(dirname "$0")/lib.sh"
stores_start

run first
check "a first night" is_code 0
csv=$(latest first)/discrepancies.csv
id_of() { grep "^$1" "$csv" | head -n "${2:-1}" | tail -n 1 | cut -d, -f1; } # CHECK
cell_of() { /usr/bin/python3 -c 'import csv, sys
print(next(r[sys.argv[3]] for r in csv.DictReader(open(sys.argv[1], newline="")) if r["finding_id"] == sys.argv[2]))' \
    "$csv" "$1" "$2"; } # ID COLUMN
explain() { # IDS
    call explain "$job" "$@" --set "job.output=$stage/first"
}
unwrapped() { tr -s '\n ' '  ' <"$1"; } # FILE: as one line
page_says() { # TEXT...: the page holds each, wherever its lines break
    unwrapped "$stage/out" >"$stage/flat"
    for page_text in "$@"; do
        grep -qF -- "$page_text" "$stage/flat" && continue
        echo "not said: $page_text"
        cat "$stage/out" "$stage/err"
        return 1
    done
}

all_ids() { cut -d, -f1 "$csv" | tail -n +2 | tr -d '\r' >"$stage/ids"; }
all_pages() {
    all_ids && "$BUILD/tests/integration/tool_explain" "$job" "$stage/first" <"$stage/ids" >"$stage/pages" \
        2>"$stage/err" && /usr/bin/python3 tests/integration/explain_check.py "$csv" "$stage/pages"
}
check "each finding has its page: figures, ids, status and correction are the CSV's, no line too long" all_pages

used=$(id_of INV-01)
one_finding() {
    explain "$used" && is_code 0 && page_says "Usage without goods movement" "How they were put together" \
        "Presence table (9.2): use yes, stock no" "What it should cost the customer" "What would put it right"
}
check "one finding, by itself" one_finding
cp "$stage/out" "$stage/page"
same_again() { explain "$used" && cmp "$stage/out" "$stage/page"; }
check "once more: the same bytes" same_again

given=$(cell_of "$(id_of INV-15)" movement_ids)
given_to=$(cell_of "$(id_of INV-15)" work_order)
a_row() {
    explain "movement/$given" && is_code 0 && page_says "Row movement/$given" "Movement posted to the wrong object" \
        "given to use" "of order $given_to"
}
check "a row that was given to another order says to which" a_row
an_order() { explain "$given_to" && is_code 0 && page_says "Work order $given_to" "$given is given to"; }
check "the order shows the row that it was given, and by which pass" an_order
use=$(unwrapped "$stage/pages" | grep -o "$given is given to [^ ]* for" | head -n 1 | cut -d' ' -f5)
two_rows() {
    explain "$use" "$given" && is_code 0 &&
        page_says "$use and $given" "They were put together." "$given is given to $use"
}
check "two rows that were put together, and by what" two_rows
two_strangers() {
    explain "$given" "$(cell_of "$used" usage_ids | cut -d';' -f1)" && is_code 0 &&
        page_says "They do not stand in the same comparison." "They were never held against each other." \
            "order as written:"
}
check "two rows that were never compared: what differs" two_strangers

check "an unknown id: 66, and the nearest one" sh -c '
    "$1" explain "$2" "$3" --set "job.output=$4" >/dev/null 2>"$5"; [ $? -eq 66 ] && grep -qF "did you mean $6" "$5"' \
    - "$tieout" "$job" "${given_to}x" "$stage/first" "$stage/err" "$given_to"
no_bundle() { rm "$(latest first)/bundle.tar.zst" && explain "$used"; ends 66 "[output bundle]"; }
check "a run without evidence: 66, and what to switch on" no_bundle
no_run() { call explain "$job" "$used" --set "job.output=$stage/nowhere"; ends 66 "no kept run"; }
check "a job that never ran: 66" no_run
finish
