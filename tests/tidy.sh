#!/bin/sh
# tidy.sh - rules of the tree that no compiler checks. Prints one line a fault and TAP at the end.
#
#   order     a module includes only headers of modules named before it
#   foreign   a library's header is included in its own module only
#   pure      match, expect, verdict and check touch no file, clock, environment or log
#   banned    functions that have no place here
#   lines     no line of C above 120 columns, no tab, no blank at the end
#   alone     each public header compiles alone
#   top       the top level holds what it ought to, and nothing else
set -u
cd "$(dirname "$0")/.."
faults=$(mktemp)
trap 'rm -f "$faults"' EXIT
number=0
result=0

# Which module owns which public header.
owner() {
    case "$1" in
    status | arena | text | decimal | date | hash | library | log | sort | bytes) echo base ;;
    file | lock | child | digest | csv | json | zip_check | archive_reader | archive_writer) echo io ;;
    zip_writer | xlsx_reader | spill | trim) echo io ;;
    config) echo config ;;
    model | model_columns | policy | world | frame | frame_csv | shard) echo model ;;
    source) echo source ;;
    match | trace) echo match ;;
    expect) echo expect ;;
    verdict) echo verdict ;;
    check | check_table | closed) echo check ;;
    ledger) echo ledger ;;
    publish | sample | sample_math | sample_file | evaluate) echo publish ;;
    reconcile | job | pipeline | bundle | budget) echo run ;;
    *) echo unknown ;;
    esac
}
order="base io config model source match expect verdict check ledger publish run cli"

rank() {
    i=0
    for module in $order; do
        i=$((i + 1))
        [ "$module" = "$1" ] && { echo $i; return; }
    done
    echo 99
}

report() { # rule
    number=$((number + 1))
    if [ -s "$faults" ]; then
        echo "not ok $number - $1"
        sed 's/^/# /' "$faults"
        result=1
    else
        echo "ok $number - $1"
    fi
    : >"$faults"
}

for header in include/tieout/*.h; do
    name=$(basename "$header" .h)
    [ "$(owner "$name")" = unknown ] && echo "$header: no module owns it; add it to tests/tidy.sh" >>"$faults"
done
grep -n '#include "tieout/' include/tieout/*.h src/*/*.[ch] | sed 's,^\([^:]*\):\([0-9]*\):.*"tieout/\([a-z_]*\)\.h".*,\1 \2 \3,' |
    while read -r file line header; do
        case "$file" in
        include/*) from=$(owner "$(basename "$file" .h)") ;;
        *) from=$(echo "$file" | cut -d/ -f2) ;;
        esac
        to=$(owner "$header")
        [ "$(rank "$to")" -le "$(rank "$from")" ] || echo "$file:$line: $from includes $header.h of $to"
    done >>"$faults"
report "order: modules include only what stands before them"

while read -r pattern module; do
    grep -nE "#include [<\"]($pattern)[>\"]" include/tieout/*.h src/*/*.[ch] | grep -v "^src/$module/" |
        sed "s/\$/  (belongs to src\/$module\/)/"
done >>"$faults" <<'TABLE'
openssl/.* io
jansson\.h io
archive(_entry)?\.h io
expat\.h io
zlib\.h io
iniparser.*\.h config
libpq.*\.h source
(sql|sqlext|sqltypes|sqlucode|odbcinst)\.h source
sqlite3\.h ledger
xlsxwriter.*\.h publish
getopt\.h cli
TABLE
report "foreign: a library's header stays in its module"

grep -nE '\b(fopen|open|getenv|time|gettimeofday|clock_gettime|tie_now|tie_clock_us|tie_log|printf|fprintf|setlocale|localtime_r?)\(' \
    src/match/*.c src/expect/*.c src/verdict/*.c src/check/*.c >>"$faults"
grep -nE '#include "tieout/(log|file|child|lock|csv|json)\.h"' src/match/*.[ch] src/expect/*.[ch] src/verdict/*.[ch] src/check/*.[ch] >>"$faults"
report "pure: the judging modules touch nothing outside"

grep -nE '\b(sprintf|vsprintf|strcpy|strcat|strtok|atoi|atol|atof|gets|scanf|sscanf|alloca|system|popen|tmpnam|mktemp|rand|srand)\(' \
    src/*/*.[ch] include/tieout/*.h >>"$faults"
grep -nE '\b(double|float)\b' src/*/*.[ch] include/tieout/*.h | grep -v '^src/publish/' | grep -v '^src/run/' | grep -v '^src/base/log.c' |
    grep -vE '^[^:]*:[0-9]+: *(\*|/\*|//)' | grep -vE '/\*.*\b(double|float)\b|".*\b(double|float)\b.*"' >>"$faults"
report "banned: no function without bounds, no floating point outside output"

awk 'length > 120 { print FILENAME ":" FNR ": " length " columns" } /\t/ && FILENAME !~ /Makefile/ { print FILENAME ":" FNR ": tab" }
    / $/ { print FILENAME ":" FNR ": blank at the end" }' src/*/*.[ch] include/tieout/*.h tests/*/*.[ch] tests/*/*/*.[ch] >>"$faults"
report "lines: at most 120 columns, no tabs, no blanks at the end"

for header in include/tieout/*.h; do
    # the two tables are parts of model.h and check.h
    case "$header" in */model_columns.h | */check_table.h) continue ;; esac
    printf '#include "tieout/%s"\n#include "tieout/%s"\n' "$(basename "$header")" "$(basename "$header")" |
        ${CC:-gcc} -std=c17 -D_GNU_SOURCE -Wall -Wextra -Wpedantic -Werror -Iinclude -fsyntax-only -x c - >>"$faults" 2>&1
done
report "alone: each public header compiles alone, and twice"

for entry in *; do
    case "$entry" in
    Makefile | README.md | LICENSE | jobs | src | include | sql | reports | tests | config | build | var) ;;
    *) echo "$entry: does not belong to the top level" >>"$faults" ;;
    esac
done
report "top: the top level holds the agreed entries"
exit $result
