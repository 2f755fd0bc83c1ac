#!/bin/sh
# kill.sh - SIGKILL at any instant leaves the old state or the new one, and the next start recovers alone.
#
# 16 instants over the whole run time (fixed seed), 500 in `make faults`, on an empty folder and on one with a kept run
# in turn; then every step of the commit, every step of a recovery, and a torn last line of the ledger. What a kill
# leaves is compared with runs that nobody disturbed. The run time is that of the last undisturbed run, and a run that
# ended before its kill is killed again, earlier: every instant meets a run, however the load of the machine changes.
# Does not prove: power loss.
. "$(dirname "$0")/lib.sh"
case ${FAULTS:-fast} in whole) KILLS=500 ;; *) KILLS=16 ;; esac
stores_start --orders 100
killstep=$BUILD/tests/integration/tool_killstep

window 10
short=$job
calm_runs
pace base
echo "# a run takes $took ms; seed $random_state"

# ---- any instant ----

# killed PER-MILLE: a run, and its end after so much of the run time. Sets code and at.
killed() {
    at=$((took * $1 / 1000))
    run_later k
    pause "$at"
    kill -KILL "$runner" 2>/dev/null
    run_end
}

hits=0 spoke=0 old=0 new=0 again=0 i=0
while [ $i -lt $KILLS ]; do
    from=$([ $((i % 2)) -eq 0 ] && echo base || echo empty)
    random 1000
    share=$((105 * (i * 1000 + drawn) / (100 * KILLS)))
    start_from "$from"
    killed $share
    while [ "$code" -ne 137 ] && [ $share -gt 0 ]; do
        share=$((share * 3 / 4)) again=$((again + 1))
        start_from "$from"
        killed $share
    done
    [ "$code" -ne 137 ] || hits=$((hits + 1))
    phase=$(sed -n '$s/.* info \([a-z]*\):.*/after \1/p' "$stage/err")
    [ -z "$phase" ] || spoke=$((spoke + 1))
    check "killed at $at ms ${phase:+($phase) }with $before runs kept: recovered" recovers "$calm" "$before"
    took=$run_took
    [ "$outcome" != old ] || old=$((old + 1))
    [ "$outcome" != new ] || new=$((new + 1))
    i=$((i + 1))
done
check "$hits of $KILLS kills met a running run, $again tried again; $old left the old state, $new the new" \
    [ $hits -eq $KILLS ]
check "$spoke of them met one that had said what it does" [ $spoke -ge $((KILLS / 4)) ]

# ---- while a child waits for its source ----

tree slow
slow 60
start_from base
job=$tree/jobs/nightly.ini
run_later k
check "a child reads" poll 20 sleeping 1
kill -KILL "$runner"
run_end
check "killed while a child waits for its source: the child goes too" no_processes
job=$short
check "and the next run recovers" recovers "$calm" "$before"

# ---- every step of the commit ----

killstep() { # N: sets code and step
    "$killstep" "$1" "$job" "$as_of" "job.output=$stage/k" >"$stage/out" 2>"$stage/err"
    code=$?
    step=$(sed -n 's/killed at step //p' "$stage/out")
}

n=1 steps=
while :; do
    start_from base
    killstep $n
    [ "$code" -eq 137 ] || break
    steps="$steps $step"
    check "killed at step $step of the commit: recovered" recovers "$calm" "$before"
    case $step in
    0 | 1 | -2) check "step $step is before the commit point: the old state" [ "$outcome" = old ] ;;
    *) check "step $step is after the commit point: the new state" [ "$outcome" = new ] ;;
    esac
    n=$((n + 1))
done
check "every step was visited:$steps" [ "$steps" = " 0 1 -2 2 3 4 5 6" ]
check "without a kill the tool ends well" is_code 0

# ---- a recovery that is killed itself ----

n=1
while [ $n -le 4 ]; do
    start_from base
    killstep 4
    check "killed behind the commit point" [ "$step" = 2 ]
    killstep $n
    check "killed again at step $step of the recovery: recovered" recovers "$calm" "$before"
    check "and the state is the new one" [ "$outcome" = new ]
    n=$((n + 1))
done

# ---- a line half written ----

start_from base
killstep 5
check "killed between rename and ledger" [ "$step" = 3 ]
sqlite3 "$(folder k)/state.db" "SELECT ledger_line FROM run WHERE state = 'publishing'" | head -c 200 >"$stage/torn"
check "the line that is due is stored" [ -s "$stage/torn" ]
cat "$stage/torn" >>"$(folder k)/ledger.jsonl"
check "a torn last line of the ledger is mended" recovers "$calm" "$before"
check "and the line that was due stands there" [ "$outcome" = new ]
finish
