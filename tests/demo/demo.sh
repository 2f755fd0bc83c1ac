#!/bin/sh
# demo.sh - the demo company from nothing to a workbook: makes two private stores, fills them, runs jobs/nightly.ini
# on them, compares what was found with the answer key, and stops the server again. Running it twice works: every
# run has stores of its own, and the run folder of the second is a new one below build/demo.
#
#   BUILD=build tests/demo/demo.sh [further options of tieout run]
set -eu

AS_OF=2026-06-30
BUILD=${BUILD:-build}
export BUILD
cd "$(dirname "$0")/../.."
. tests/demo/servers.sh

stage=$(mktemp -d /tmp/tieout.XXXXXX)
trap 'servers_stop "$stage/s"; rm -rf "$stage"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# The owner of the cluster has to pass through; what lies inside is closed to others.
chmod 711 "$stage"
servers_start "$stage/s"
code=0
"$BUILD/tieout" run jobs/nightly.ini --as-of "$AS_OF" "$@" || code=$?
if [ "$code" -ne 0 ] && [ "$code" -ne 1 ]; then
    echo "demo: tieout run ended with $code" >&2
    exit "$code"
fi
output=build/demo/nightly
run=$output/$(readlink "$output/latest")
score=0
"$BUILD/tests/demo/tool_score" "$run/discrepancies.csv" "$stage/s/answer.csv" || score=$?
cp "$stage/s/answer.csv" "$output/answer.csv"
cat <<TEXT

workbook:    $run/discrepancies.xlsx
findings:    $run/discrepancies.csv
corrections: $run/corrections/
sample:      $run/sample/sample.xlsx
run record:  $run/run.json
answer key:  $output/answer.csv
TEXT
exit "$score"
