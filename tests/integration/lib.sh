# lib.sh - what the scripts of this folder share: two private stores, runs on them, TAP. To be sourced first:
#
#   . "$(dirname "$0")/lib.sh"
#   stores_start [options of tool_company]
#   ...
#   finish
#
# After it the working directory is the source root and $stage a folder of this script alone, removed at its end, the
# servers with it. Everything a test writes lies below $stage. BUILD names the build folder (default: build).
set -u
export LC_ALL=C TZ=UTC
cd "$(dirname "$0")/../.." || exit 66
BUILD=$(cd "${BUILD:-build}" 2>/dev/null && pwd) || { echo "lib.sh: no build folder; run make first" >&2; exit 66; }
export BUILD
tieout=$BUILD/tieout
job=jobs/nightly.ini
as_of=2026-06-30 # the demo company's last day
. tests/demo/servers.sh

# Short, because the path of a socket is limited; 711, because the owner of the cluster has to pass through.
stage=$(mktemp -d /tmp/tieout.XXXXXX)
chmod 711 "$stage"
number=0 failed=0 code=0
clean() {
    servers_stop "$stage/s"
    rm -rf "$stage"
}
trap clean EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# ---- TAP ----

# check TEXT COMMAND...: one line of TAP. The command runs in this shell; what it prints is shown when it fails.
check() {
    check_text=$1
    shift
    number=$((number + 1))
    if "$@" >"$stage/said" 2>&1; then
        echo "ok $number - $check_text"
    else
        failed=$((failed + 1))
        echo "not ok $number - $check_text"
        head -n 40 "$stage/said" | cut -c 1-300 | sed 's/^/# /'
    fi
}

skip() { # TEXT REASON
    number=$((number + 1))
    echo "ok $number - $1 # SKIP $2"
}

finish() {
    echo "1..$number"
    [ "$failed" -eq 0 ]
    exit
}

# ---- stores ----

stores_start() {
    SERVERS_COMPANY="$*"
    servers_start "$stage/s" 2>"$stage/servers.log" || {
        cat "$stage/servers.log"
        echo "Bail out! the stores could not be started"
        exit 69
    }
    # What a run starts inherits this word, so its processes are found without touching anybody else's.
    TIEOUT_TEST_MARK=$stage
    export TIEOUT_TEST_MARK
}

sql() { servers_psql "$stage/s/pg" fsm -A -t "$@"; } # statements on stdin

# servers_psql takes two words; further ones go to psql.
servers_psql() {
    psql_socket=$1 psql_database=$2
    shift 2
    psql -X -q -v ON_ERROR_STOP=1 -h "$psql_socket" -U tieout -d "$psql_database" "$@"
}

cluster() { # pg_ctl on the private cluster: "restart -m immediate", "stop ..."
    servers_as_owner "$SERVERS_PG/pg_ctl" -D "$stage/s/data" -w -s -t 60 -l "$stage/s/data/server.log" "$@"
}

# ---- jobs and runs ----

# tree NAME: a copy of job, queries, policy and layouts in $stage/NAME, to be changed by a test. Sets tree.
tree() {
    tree=$stage/$1
    mkdir "$tree"
    cp -rL jobs sql config reports "$tree"
}

# window DAYS: from now on $job looks back so many days only. A short window makes the same steps and the same files with
# fewer rows in them, in half of the time: for what is tried hundreds of times.
window() {
    tree window
    sed -i "s/^lookback_days .*/lookback_days = $1/" "$tree/jobs/nightly.ini"
    job=$tree/jobs/nightly.ini
}

# wrap TREE STORE QUERY BEFORE AFTER: puts a query of a tree between two texts.
wrap() {
    wrap_file=$1/sql/$2/demo/$3.sql
    { echo "$4"; sed 's/;[[:space:]]*$//' "$wrap_file"; echo "$5"; } >"$wrap_file.new"
    mv "$wrap_file.new" "$wrap_file"
}

slow() { # SECONDS: a query of the tree takes so long
    wrap "$tree" fsm usage_line "SELECT q.* FROM (" ") q CROSS JOIN (SELECT pg_sleep($1)) AS nap"
}
sleeping() { # COUNT: at least so many slow queries are under way
    [ "$(echo "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'" | sql)" -ge "$1" ]
}

call() { # WORDS: the program with these. Sets code; $stage/out and $stage/err hold what it said.
    "$tieout" "$@" >"$stage/out" 2>"$stage/err" </dev/null
    code=$?
}

run() { # NAME [options]: a run of $job with output $stage/NAME. Sets code, and run_took in milliseconds.
    run_name=$1 run_start=$(now_ms)
    shift
    call run "$job" --as-of "$as_of" --set "job.output=$stage/$run_name" "$@"
    run_took=$(($(now_ms) - run_start))
}

run_later() { # the same in the background; sets runner, its process id
    run_name=$1
    shift
    # A background job of a shell ignores SIGINT; env sets it back, as for a program started by hand.
    env --default-signal=INT "$tieout" run "$job" --as-of "$as_of" --set "job.output=$stage/$run_name" "$@" \
        >"$stage/out" 2>"$stage/err" </dev/null &
    runner=$!
}

run_end() { # waits for what run_later started; sets code
    wait "$runner" 2>/dev/null
    code=$?
}

folder() { echo "$stage/$1/nightly"; }
latest() { echo "$stage/$1/nightly/$(readlink "$stage/$1/nightly/latest")"; }

# ---- questions; each prints why not ----

is_code() { # WANT: of the last run
    [ "$code" -eq "$1" ] && return
    echo "exit code $code, wanted $1; it said:"
    cat "$stage/err"
    false
}

says() { # TEXT...: every text stands on stderr of the last run
    for text in "$@"; do
        grep -qF -- "$text" "$stage/err" && continue
        echo "stderr lacks \"$text\"; it is:"
        cat "$stage/err"
        return 1
    done
}

ends() { # CODE TEXT...
    is_code "$1" || return
    shift
    says "$@"
}

same() { # FILE FILE
    cmp -s "$1" "$2" && return
    echo "$1 and $2 differ:"
    diff -a "$1" "$2" | head -n 20
    false
}

# result FILE [members to leave out]: the "result" of a run.json as it stands there; without some members, made anew.
result() {
    if [ $# -eq 1 ]; then
        sed -n '/^  "result": {$/,$p' "$1"
        return
    fi
    /usr/bin/python3 - "$@" <<'PY'
import json, sys
value = json.load(open(sys.argv[1], encoding="utf-8"))["result"]
for name in sys.argv[2:]:
    value.pop(name)
print(json.dumps(value, indent=1, sort_keys=True))
PY
}

same_result() { # FOLDER FOLDER [members to leave out]
    left=$1 right=$2
    shift 2
    result "$left/run.json" "$@" >"$stage/left" && result "$right/run.json" "$@" >"$stage/right" || return
    [ -s "$stage/left" ] && same "$stage/left" "$stage/right"
}

# All result files of two runs, byte for byte; of run.json the part that must not depend on time and machine. The bundle
# tells when the sources were read.
same_run() {
    diff -r --brief -x run.json -x bundle.tar.zst "$1" "$2" || return
    same_result "$1" "$2"
}

# What an undisturbed end leaves, and nothing else.
no_leftovers() { # NAME
    ls -A "$(folder "$1")" | grep -vxE '\.lock|latest|state\.db|ledger\.jsonl|runs|dry' && return 1
    for place in runs dry; do
        [ ! -d "$(folder "$1")/$place" ] || ! ls -A "$(folder "$1")/$place" |
            grep -vxE '[0-9]{4}-[0-9]{2}-[0-9]{2}(\.[0-9]+)?' || return 1
    done
}

marked() { # process ids of runs and of what runs started
    grep -lszxF "TIEOUT_TEST_MARK=$stage" /proc/[0-9]*/environ | while read -r marked_path; do
        marked_path=${marked_path%/environ}
        read -r marked_name 2>/dev/null <"$marked_path/comm" || continue
        case $marked_name in
        tieout* | tool_* | exe) echo "${marked_path#/proc/}" ;; # a child is the binary again, by /proc/self/exe
        esac
    done
}

no_process() { [ -z "$(marked)" ]; }

no_processes() {
    poll 5 no_process && return
    for process in $(marked); do
        echo "still there: $process $(tr '\0' ' ' <"/proc/$process/cmdline")"
    done
    false
}

verifies() { # NAME
    "$tieout" verify "$(folder "$1")"
}

# Everything a job keeps, as one text: names, digests, link.
state_of() { # NAME
    (cd "$(folder "$1")" && find . -type f ! -name .lock -exec sha256sum {} + | sort -k 2 && readlink latest)
}

keeps() { # NAME FILE: the state is as it was when `state_of NAME >FILE` was called
    state_of "$1" >"$stage/state" && same "$2" "$stage/state"
}

# ---- what is left by a run that was disturbed, in the folder k ----

# calm_runs: what undisturbed runs leave. base: a first day; calm: that, then the next day, twice; fresh: the next day
# as the first one ever, twice. as_of is the next day from then on.
calm_runs() {
    as_of=2026-06-29
    run base
    check "a first day is kept" ends 0
    as_of=2026-06-30
    cp -a "$stage/base" "$stage/calm"
    run calm
    check "a second day is kept" ends 0
    run calm
    check "and the same day again" ends 0
    run fresh
    check "the second day as the first one ever" ends 0
    run fresh
    check "and once more" ends 0
}

# A run that is visible is whole: latest, if there is one, is what an undisturbed run left.
visible_is_whole() { # CALM
    [ -e "$(folder k)/latest" ] || { [ ! -L "$(folder k)/latest" ]; return; }
    same_run "$(folder "$1")/$(readlink "$(folder k)/latest")" "$(latest k)"
}

recovers() { # CALM LINES-BEFORE: sets outcome
    no_processes && visible_is_whole "$1" && goes_on "$@"
}

goes_on() { # CALM LINES-BEFORE: its second half, what the next start makes of what is left
    outcome=
    run k
    ends 0 && no_leftovers k && no_processes && verifies k || return
    lines=$(wc -l <"$(folder k)/ledger.jsonl")
    outcome=$([ "$lines" -eq $(($2 + 1)) ] && echo old || echo new)
    [ "$lines" -le $(($2 + 2)) ] || { echo "$lines lines in the ledger, $2 before the kill"; return 1; }
    # Old state: this was the first run of the day. New state: the killed one was, and this is the second.
    for name in "$(folder k)"/runs/*; do
        same_run "$(folder "$1")/runs/${name##*/}" "$name" || return
    done
}

start_from() { # EMPTY-OR-BASE: sets calm and before
    rm -rf "$stage/k"
    calm=fresh before=0
    [ "$1" = empty ] || { cp -a "$stage/base" "$stage/k"; calm=calm before=1; }
}

# ---- time ----

now_ms() { echo $(($(date +%s%N) / 1000000)); }

pause() { # MILLISECONDS: to reach an instant, never to wait for something
    sleep "$(($1 / 1000)).$(printf '%03d' $(($1 % 1000)))"
}

# pace NAME: the time of an undisturbed run, the shortest of three, on copies of the folder NAME. Sets took.
pace() {
    took=
    for pace_try in 1 2 3; do
        rm -rf "$stage/pace"
        cp -a "$stage/$1" "$stage/pace"
        run pace
        if [ -z "$took" ] || [ "$run_took" -lt "$took" ]; then took=$run_took; fi
    done
    rm -rf "$stage/pace"
}

# poll SECONDS COMMAND...: asks every 20 ms until the command is content or the time is over.
poll() {
    poll_end=$(($(now_ms) + $1 * 1000))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$(now_ms)" -lt "$poll_end" ] || return 1
        sleep 0.02
    done
}

# A pseudo-random number below $1, the same in every run. Park and Miller's generator: it fits into 64 bits.
random_state=20260630
random() {
    random_state=$((random_state * 48271 % 2147483647))
    drawn=$((random_state % $1))
}
