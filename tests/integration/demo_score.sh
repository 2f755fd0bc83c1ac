#!/bin/sh
# demo_score.sh - the whole demo company, scored: everything planted is found, nothing else is, every amount is right.
#
# The full size, unlike the other scripts, with the job exactly as it is shipped; the answer key never asks the engine.
. "$(dirname "$0")/lib.sh"
stores_start
call preflight "$job" --as-of "$as_of"
check "preflight" ends 0
run a
check "the run" ends 0
score() { "$BUILD/tests/demo/tool_score" "$(latest a)/discrepancies.csv" "$stage/s/answer.csv"; }
check "found all, missed none, unplanned none, every figure right" score
score >"$stage/said" 2>&1
sed -n '$s/^/# /p' "$stage/said"
sed -i 2d "$(latest a)/discrepancies.csv"
unscored() { ! score; }
check "one finding less would be noticed" unscored
finish
