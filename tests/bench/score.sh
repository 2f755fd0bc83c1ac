#!/bin/sh
# score.sh - what a run found on the benchmark's data, against the key, as sets of (check, order, item).
#
#   tests/bench/score.sh DISCREPANCIES.csv DATA-FOLDER three-way|every
#
# Prints a line a check and last `bench: found N, missed M, unplanned U`. Exit code 0 only when nothing is missed and
# nothing unplanned. A finding that stands twice counts as unplanned. BUILD names the build folder.
set -u
export LC_ALL=C
csv=${1:?} data=${2:?} policy=${3:?}
stage=$(mktemp -d "${TMPDIR:-/tmp}/tieout-score.XXXXXX") || exit 73
trap 'rm -rf "$stage"' EXIT

case $policy in
three-way) keys=$data/answer.csv ;;
every) keys="$data/answer.csv $data/answer_every.csv" ;;
*) echo "score.sh: $policy: three-way or every" >&2; exit 64 ;;
esac
# shellcheck disable=SC2086 # one or two files, their names are ours
for key in $keys; do
    tail -n +2 "$key" || exit 66
done >"$stage/rows" || exit 66
sort "$stage/rows" >"$stage/planted"
"${BUILD:-build}/tests/bench/tool_columns" "$csv" check work_order item >"$stage/rows" || exit
sort "$stage/rows" >"$stage/said"

# comm pairs line by line, so the second of two equal lines stands alone
{
    comm -12 "$stage/planted" "$stage/said" | sed 's/^/found,/'
    comm -23 "$stage/planted" "$stage/said" | sed 's/^/missed,/'
    comm -13 "$stage/planted" "$stage/said" | sed 's/^/unplanned,/'
} >"$stage/all"
grep -v '^found,' "$stage/all" | head -n 20
awk -F, '{ n[$1]++; of[$2 "," $1]++; checks[$2] }
    END {
        for (c in checks)
            printf "%s found %d, missed %d, unplanned %d\n", c, of[c ",found"], of[c ",missed"],
                of[c ",unplanned"] | "sort"
        close("sort")
        printf "bench: found %d, missed %d, unplanned %d\n", n["found"], n["missed"], n["unplanned"]
        exit n["found"] == 0 || n["missed"] > 0 || n["unplanned"] > 0
    }' "$stage/all"
