#!/bin/sh
# memory.sh - [limits] memory holds, also when one order is as large as a third of the night.
#
# The benchmark's files with a giant order (40,000 usage rows of 120,000, with their movements and bills): where its
# rows don't fit beside those of other threads it is judged alone, with the same result; where they don't fit at all the
# run ends with 78 and names the order. And more findings than their share of the memory takes go to a file in between.
# What is measured is the sum of resident memory of the whole process tree, mapped
# frames and libraries included.
. "$(dirname "$0")/lib.sh"
data=$stage/data
mkdir "$data"
"$BUILD/tests/bench/tool_data" "$data" --usage 80000 --giant 50 >"$stage/counts" || exit 74
giant=$(tail -n 1 "$data/work_order.csv" | cut -d , -f 1 | sed 's/WO-0*/WO-/') # its reference: without zeros in front

limited() { # NAME MEMORY [options]: a run of its own; sets code, its peak in $stage/NAME.peak
    limited_name=$1
    limited_memory=$2
    shift 2
    code=0
    TIEOUT_BENCH_DATA="$data" TIEOUT_BENCH_OUT="$stage/$limited_name" \
        TIEOUT_BENCH_POLICY="$PWD/tests/bench/jobs/three-way.ini" \
        "$BUILD/tests/bench/tool_time" --out "$stage/$limited_name.cost" "$tieout" run tests/bench/jobs/files.ini \
        --as-of 2026-05-15 --quiet --set "limits.memory=$limited_memory" --set limits.threads=2 "$@" \
        >"$stage/$limited_name.out" 2>"$stage/$limited_name.err" || code=$?
}
ended() { # CODE
    [ "$code" -eq "$1" ] || { echo "ended with $code, expected $1"; cat "$stage/$limited_name.err"; return 1; }
}
found() { echo "$stage/$1/bench/latest/discrepancies.csv"; }
# shellcheck disable=SC2016
stays_below() { # MIB: the largest sum of resident sets over the process tree
    awk -F '\t' -v most="$1" '$1 == "memory" { seen = 1; print "peak " $2 " MiB"; if ($2 > most) bad = 1 }
        END { exit bad || !seen }' "$stage/$limited_name.cost"
}
names_the_giant() { grep -q "memory limit too small: the dossier of order '$giant' does not fit" "$stage/small.err"; }
found_nothing() { [ ! -e "$(found small)" ]; }

limited free 2GiB
check "with memory to spare the giant is judged" ended 0
limited capped 128MiB
check "with 128 MiB it is judged alone" ended 0
check "with the same result" cmp "$(found free)" "$(found capped)"
is_sanitized=$(nm "$tieout" 2>/dev/null | grep -c __asan_init)
if [ "$is_sanitized" -eq 0 ]; then
    check "and the process tree stays below 128 MiB" stays_below 128
else
    skip "and the process tree stays below 128 MiB" "the sanitizer's shadow memory counts"
fi
limited one 128MiB --set limits.threads=1 --set limits.shards=7
check "so it is by one thread in seven shards" cmp "$(found free)" "$(found one)"
limited small 64MiB
check "with 64 MiB the run ends with 78" ended 78
check "and names the order that is too large" names_the_giant
check "and nothing is published" found_nothing
limited small 64MiB --set limits.threads=1
check "on one thread no less" ended 78

data=$stage/many
mkdir "$data"
"$BUILD/tests/bench/tool_data" "$data" --usage 100000 --discrepant 50 >"$stage/counts" || exit 74
limited loose 2GiB
check "half of all that was used deviates" ended 0
limited tight 64MiB
check "with 64 MiB what is found has to lie in a file" ended 0
check "with the same result" cmp "$(found loose)" "$(found tight)"
finish
