#!/bin/sh
# bench.sh - the parts of make bench that decide whether its figures may be believed.
. "$(dirname "$0")/lib.sh"
tools=$BUILD/tests/bench

cost() { # the figure of the last timed run
    awk -F '\t' -v what="$1" '$1 == what { print $2 }' "$stage/cost"
}

timed() { # WORDS: tool_time with these; sets code
    rm -f "$stage/cost"
    "$tools/tool_time" --out "$stage/cost" "$@" >/dev/null 2>"$stage/err"
    code=$?
}

between() { # WHAT LEAST MOST
    awk -v got="$(cost "$1")" -v least="$2" -v most="$3" 'BEGIN {
        if (got != "" && got + 0 >= least && got + 0 <= most) exit 0
        print "got \"" got "\", wanted " least " to " most
        exit 1
    }'
}

# ---- what a command cost ----

# Loops that end by their own processor time, so that the figures don't depend on who else is working.
cat >"$stage/burn.py" <<'PY'
import sys, time
held = b"x" * (int(sys.argv[1]) << 20)
while time.process_time() < 0.4: pass
PY
burn="/usr/bin/python3 $stage/burn.py 0"
hold="/usr/bin/python3 $stage/burn.py 64"
# shellcheck disable=SC2086 # words
timed $burn
check "processor time of the command itself" between cpu 0.4 0.9
timed sh -c "$burn & $burn & wait"
check "of all its children, at once" between cpu 0.8 1.6
# shellcheck disable=SC2086 # words
timed $hold
check "memory of one process" between memory 64 120
check "without the files it has mapped" between anonymous 64 80
timed sh -c "sh -c '$hold & wait' & $hold & wait"
check "memory is the sum over children and their children at one time" between memory 128 240
timed sh -c "$hold; $hold"
check "not over those that came one after the other" between memory 64 120

# A server works in a child while the command waits for its answer.
cat >"$stage/server.py" <<'PY'
import os, sys, time
while open(sys.argv[1]).read() == "go\n":
    if os.fork() == 0:
        while time.process_time() < 0.4: pass
        os._exit(0)
    os.wait()
    open(sys.argv[2], "w").write("done\n")
PY
mkfifo "$stage/question" "$stage/answer"
/usr/bin/python3 "$stage/server.py" "$stage/question" "$stage/answer" &
server=$!
timed --server "$server" sh -c "echo go >'$stage/question'; cat '$stage/answer'"
# the kernel tells it in ticks of 10 ms, each process cut down to whole ones
check "processor time of a server that worked for the command" between server 0.36 0.9
check "is part of the whole" between cpu 0.36 1.0
timed sh -c 'exit 3'
echo end >"$stage/question"
wait "$server"
check "the command's exit code is handed on" is_code 3
timed sh -c 'kill -9 $$'
check "a signal is told as 128 and its number" is_code 137
timed "$stage/absent"
check "a command that isn't there is an error" ends 66 "$stage/absent"
timed --server 999999999 true
check "so is a server that isn't there" ends 69 "the server is not there"

# ---- the report ----

figure() { # ROUND COMMAND WHAT VALUE
    printf '%s\t%s\t%s\t%s\ts\n' "$@" >>"$stage/figures"
}

row() { # KEY: its line of the report
    sh tests/bench/report.sh "$stage/figures" "$stage/skipped" 1000 2 | grep "^| $1 |"
}

row_is() { # KEY TEXT...: ratio and outcome
    said=$(row "$1") || { echo "no row $1"; return 1; }
    key=$1
    shift
    for text in "$@"; do
        case $said in
        *"$text"*) ;;
        *) echo "row $key lacks \"$text\": $said"; return 1 ;;
        esac
    done
}

printf 'tieout_every\tno such machine\ntieout_odbc\tfailed with 78: too small\n' >"$stage/skipped"
# The peer is slow in the second round, and we with it: ratios 0.09, 0.10, 0.12, not 0.9 : 10.
figure 1 tieout_three reconcile 0.90
figure 1 duckdb reconcile 10.0
figure 2 tieout_three reconcile 4.00
figure 2 duckdb reconcile 40.0
figure 3 tieout_three reconcile 1.08
figure 3 duckdb reconcile 9.0
figure 1 tieout_single reconcile 3
figure 1 duckdb_single reconcile 10
figure 1 tieout_three cpu 5
figure 1 duckdb_csv cpu 20
figure 1 tieout_three wall 3.9
figure 1 duckdb_csv wall 10
check "the median of the ratios within the rounds" row_is three "| 0.100 (0.090 to 0.120) |" "| reached |"
check "worse than the target, better than the least" row_is csv "| 0.390 | 0.250 |" "| least reached |"
check "worse than both" row_is single "| 0.300 |" "| not reached |"
check "what was not run says why" row_is every "| - | - |" "not measured: no such machine"
check "what failed has not reached anything" row_is odbc "not reached: failed with 78: too small"
figure 1 tieout_small memory 256.1
check "a limit is a limit" row_is cap "not reached"

# ---- the whole, small ----

bench() { # ROWS: one round on 20,000 rows of usage; sets code
    rm -f "$stage/RESULTS.md"
    N=20000 PAIRS=1 ROWS=$1 WORK=$stage/work RESULTS=$stage/RESULTS.md sh tests/bench/bench.sh \
        >"$stage/out" 2>"$stage/err" </dev/null
    code=$?
}

measured() { # KEY: the row has a ratio
    grep "^| $1 |.*reached |" "$stage/RESULTS.md" && return
    cat "$stage/RESULTS.md" "$stage/err"
    false
}

bench "three small copy sql"
check "a bench ends well: every engine here finds what the key says" ends 0 "round 1: tieout_three: wall"
check "PostgreSQL is one of them" measured copy
if grep -q "round 1: duckdb: duckdb.sh" "$stage/err"; then
    skip "DuckDB is another" "$(sed -n 's/.*round 1: duckdb: //p' "$stage/err")"
else
    check "DuckDB is another" measured three
fi
sed -i 2d "$stage/work/data-20000-/answer.csv"
bench three
check "a finding that the key doesn't have ends it, and no time counts" ends 70 "unplanned 1" "nothing counts"
check "then there is no report" [ ! -e "$stage/RESULTS.md" ]

finish
