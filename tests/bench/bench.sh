#!/bin/sh
# bench.sh - Tieout and its peers on the same data in the same run, interleaved; README.md says what is measured and
# how.
#
#   BUILD=build tests/bench/bench.sh
#
#   N        usage rows (100000)        PAIRS    rounds: each times every command once (3)
#   THREADS  of both sides (2)          ROWS     which rows of rows.tsv, by key (all)
#   RESULTS  the report (WORK/RESULTS.md)  WORK  where data and figures are kept (build/bench)
#
# A round begins one command later than the one before, so that no pair always meets the machine in the same state.
# After each run its verdicts are compared with the answer key; the first that differs ends the whole, and no time
# counts.
set -u
export LC_ALL=C TZ=UTC
cd "$(dirname "$0")/../.." || exit 66
BUILD=$(cd "${BUILD:-build}" 2>/dev/null && pwd) || { echo "bench.sh: no build folder; run make first" >&2; exit 66; }
export BUILD
tieout=$BUILD/tieout bench=$PWD/tests/bench tools=$BUILD/tests/bench
rows=${N:-100000} pairs=${PAIRS:-3} threads=${THREADS:-2}
made='' data=''
work=${WORK:-$BUILD/bench}
figures=$work/figures.tsv skipped=$work/skipped.tsv
results=${RESULTS:-$work/RESULTS.md}

say() { echo "bench: $*" >&2; }
die() {
    code=$1
    shift
    say "$@"
    exit "$code"
}
. tests/bench/commands.sh

# A command runs beside the shell, which waits for it: a signal then ends both, and what the command started, at once.
running=
end_tree() { # PID: its children first, so that none is left to nobody
    for child in $(ps -o pid= --ppid "$1"); do
        end_tree "$child"
    done
    kill -TERM "$1" 2>/dev/null
}
ended() {
    [ -z "$running" ] || end_tree "$running"
    commands_end
}
trap ended EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# The commands that the rows asked for compare, each once, in the order of the table.
wanted() {
    awk -F '\t' -v rows="${ROWS:-}" '
        BEGIN { count = split(rows, list, " "); for (i = 1; i <= count; i++) asked[list[i]] = 1 }
        NR > 1 && (count == 0 || $1 in asked) {
            for (f = 2; f <= 3; f++)
                if (split($f, part, ":") == 2 && !seen[part[1]]++) print part[1]
        }' "$bench/rows.tsv"
}

# one ROUND COMMAND: in a folder of its own, $now, which is gone before the next
one() {
    now=$work/now
    rm -rf "$now"
    mkdir "$now" || exit 73
    : >"$now/figures"
    ("command_$2") >"$now/said" 2>&1 &
    running=$!
    wait "$running"
    code=$?
    running=
    why=$(tail -n 1 "$now/said")
    case $code in
    0)
        awk -F '\t' -v round="$1" -v command="$2" 'BEGIN { OFS = "\t" } { print round, command, $1, $2, $3 }' \
            "$now/figures" >>"$figures"
        say "round $1: $2: $(awk -F '\t' '{ printf "%s %s %s  ", $1, $2, $3 }' "$now/figures")"
        return
        ;;
    1)
        tail -n 40 "$now/said" >&2
        die 70 "$2: wrong answers; nothing counts"
        ;;
    77) ;;
    *) why="failed with $code: $why" ;;
    esac
    printf '%s\t%s\n' "$2" "$why" >>"$skipped"
    say "round $1: $2: $why"
}

rounds() {
    list=$(wanted | tr '\n' ' ')
    [ -n "$list" ] || die 64 "no such row in rows.tsv: ${ROWS:-}"
    round=1
    while [ "$round" -le "$pairs" ]; do
        for command in $list; do
            grep -q "^$command	" "$skipped" || one "$round" "$command"
        done
        list="${list#* }${list%% *} "
        round=$((round + 1))
    done
}

mkdir -p "$work" || exit 73
: >"$figures"
: >"$skipped"
commands_begin
if wanted | grep -q 'postgres\|copy'; then
    say "filling PostgreSQL"
    postgres_start "$data" >"$work/postgres.log" 2>&1 || say "PostgreSQL: $(tail -n 1 "$work/postgres.log")"
fi
wanted | grep -qx 'duckdb\|duckdb_single' && one 1 duckdb_load # the tables that "its own format" means
rounds
sh "$bench/report.sh" "$figures" "$skipped" "$rows" "$threads" >"$results.part" && mv "$results.part" "$results" ||
    die 74 "$results could not be written"
sed -n '/^| row/,/^$/p' "$results"
say "report: $results"
