#!/bin/sh
# signals.sh - SIGTERM and SIGINT end a run at once, clean up, and leave the last state.
#
# At instants spread over a whole run (fixed seed), and while the children read. "At once" is a second by contract; a
# loaded machine is given more before it counts as a failure. A run that ended before its signal is started again and
# signalled earlier, so that a machine whose load changes leaves none of the instants untried.
. "$(dirname "$0")/lib.sh"
MOST_MS=4000
stores_start --orders 600

as_of=2026-06-29
run a
check "a state to be left" ends 0
as_of=2026-06-30
cp -a "$stage/a" "$stage/calm"
pace calm
run calm
check "an undisturbed run takes $took ms" ends 0
state_of a >"$stage/before"

# ends_by SIGNAL: sends it to the runner; sets code and waited
ends_by() {
    sent=$(now_ms)
    kill "-$1" "$runner" 2>/dev/null
    run_end
    waited=$(($(now_ms) - sent))
    echo "$waited ms until the end"
    [ "$waited" -le "$MOST_MS" ]
}

# Either it came in time: nothing of the run is left, not even for the next start. Or the commit had begun: the run is
# kept, and the exit code says so.
ended_clean() { # CODE
    no_processes || return
    if [ "$code" -eq 0 ]; then
        no_leftovers a && verifies a && same_run "$(folder calm)/runs/$as_of.1" "$(latest a)"
        return
    fi
    is_code "$1" && no_leftovers a && keeps a "$stage/before" && verifies a
}

# ---- any instant ----

cp -a "$stage/a" "$stage/kept"

# The program runs: until then a background job of this shell ignores SIGINT.
begun() { read -r name <"/proc/$runner/comm" && [ "$name" = tieout ]; }

# signalled PER-MILLE: a run, and the signal after so much of the run time. Its end: code, waited.
signalled() {
    rm -rf "$stage/a"
    cp -a "$stage/kept" "$stage/a"
    at=$((took * $1 / 1000))
    run_later a
    begun_end=$(($(now_ms) + 20000))
    until begun || [ "$(now_ms)" -gt "$begun_end" ]; do :; done
    pause "$at"
    ends_by "$signal" >/dev/null
}

i=0 met=0 again=0
while [ $i -lt 16 ]; do
    case $((i % 2)) in 0) signal=TERM want=143 ;; *) signal=INT want=130 ;; esac
    random 1000
    share=$(((i * 1000 + drawn) / 16))
    signalled $share
    while [ "$code" -eq 0 ] && [ $share -gt 0 ]; do
        check "SIG$signal after $at ms came too late: the run is kept" ended_clean "$want"
        share=$((share * 3 / 4)) again=$((again + 1))
        signalled $share
    done
    check "SIG$signal after $at ms: ends at once, after $waited ms" [ "$waited" -le "$MOST_MS" ]
    [ "$code" -ne "$want" ] || met=$((met + 1))
    check "exit code $code, nothing left, the state stands" ended_clean "$want"
    i=$((i + 1))
done
check "$met of 16 signals met a running run, $again tried again" [ "$met" -eq 16 ]

# ---- while the state is written ----

# From its first page to the commit a journal lies beside it. A signal that meets the commit comes too late.
met=0 tried=0 signal=TERM
while [ $met -lt 3 ] && [ $tried -lt 30 ]; do
    tried=$((tried + 1))
    rm -rf "$stage/a"
    cp -a "$stage/kept" "$stage/a"
    run_later a
    until [ -e "$(folder a)/state.db-journal" ] || ! kill -0 "$runner" 2>/dev/null; do :; done
    ends_by "$signal" >/dev/null
    [ "$code" -ne 143 ] || met=$((met + 1))
    check "SIGTERM while the state is written: exit code $code, nothing left, the state stands" ended_clean 143
done
check "$met of 3 signals met it, in $tried runs" [ $met -eq 3 ]

# ---- while the children read ----

tree slow
slow 60
job=$tree/jobs/nightly.ini
rm -rf "$stage/a"
cp -a "$stage/kept" "$stage/a"
readers=0
for signal in TERM INT; do
    case $signal in TERM) want=143 ;; *) want=130 ;; esac
    readers=$((readers + 1))
    run_later a
    check "a child reads" poll 20 sleeping "$readers"
    check "SIG$signal while it reads: ends at once" ends_by "$signal"
    check "and says so" ends "$want" "ended by SIG$signal"
    check "nothing is left, the state stands" ended_clean "$want"
done
job=jobs/nightly.ini
run a
check "the next run is none the worse" ends 0
check "and finds what an undisturbed run finds" same_run "$(latest calm)" "$(latest a)"
finish
