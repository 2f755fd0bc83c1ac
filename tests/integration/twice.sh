#!/bin/sh
# twice.sh - the same job two times: at once, one after the other, and for a day that is already past.
#
# Proves: one run at a time and a clear refusal; nothing is exported twice; the same inputs give the same results; an
# older day is looked at with --dry-run only, and that changes nothing at all.
. "$(dirname "$0")/lib.sh"
stores_start --orders 600

# ---- at once ----

# The first run is stopped while it holds the lock, so the two do overlap whatever the machine is doing.
run_later a
check "the first run has begun" poll 20 test -d "$(folder a)/work"
kill -STOP "$runner"
first=$runner
run a
check "the second is refused" ends 75 "running" "nightly"
check "and says who holds the job" says "$first"
run a --dry-run
check "a dry run is refused too: the lock is for both" ends 75
call status "$job" --set "job.output=$stage/a"
check "status answers meanwhile" ends 0
run b
check "another output folder is another job: not refused" ends 0
kill -CONT "$first"
runner=$first
run_end
check "the first run is not disturbed" is_code 0
check "its result is that of a run alone" same_run "$(latest b)" "$(latest a)"
check "nothing is left" no_leftovers a

# ---- one after the other ----

run a
check "the same day again" ends 0
first_run=$(folder a)/runs/$as_of.1 second_run=$(folder a)/runs/$as_of.2
check "is run 2 of that day" test -d "$second_run"
check "same discrepancies.csv" same "$first_run/discrepancies.csv" "$second_run/discrepancies.csv"
check "same rejected.csv" same "$first_run/rejected.csv" "$second_run/rejected.csv"
# exports says what this run exported, files holds digests of a workbook that names the run and shows the trend
check "same result in run.json but for exports and files" same_result "$first_run" "$second_run" exports files
exported() { result "$1/run.json" | grep -c '"exported": *true'; }
check "the first exported something ($(exported "$first_run"))" [ "$(exported "$first_run")" -gt 0 ]
check "the second exported nothing" [ "$(exported "$second_run")" -eq 0 ]
check "and wrote no correction file" [ -z "$(find "$second_run/corrections" -type f 2>/dev/null)" ]
once() {
    doubles=$(sqlite3 -readonly "$(folder a)/state.db" \
        "SELECT finding_id, count(*) FROM correction GROUP BY finding_id HAVING count(*) > 1")
    echo "$doubles"
    [ -z "$doubles" ]
}
check "no finding has two corrections" once
next_day=$(date -u -d "$as_of + 1 day" +%F)
last_day=$as_of as_of=$next_day
run a
check "the next day" ends 0
check "exports nothing that was exported before" once
check "the ledger holds" verifies a

# ---- a day that is past ----

as_of=$last_day
state_of a >"$stage/before"
run a
check "an older day is refused and says what to do" ends 64 "$last_day" "$next_day" "--dry-run"
check "nothing changed" keeps a "$stage/before"
run a --dry-run
check "with --dry-run it is done" ends 0
check "into dry/$last_day" test -f "$(folder a)/dry/$last_day/discrepancies.csv"
check "no correction file" [ -z "$(find "$(folder a)/dry" -path '*corrections*' -type f)" ]
mv "$(folder a)/dry" "$stage/dry"
check "state.db, ledger, latest and runs are byte for byte what they were" keeps a "$stage/before"
mv "$stage/dry" "$(folder a)/dry"
run a --dry-run
check "again: the dry folder is replaced" ends 0
check "nothing else is left" no_leftovers a
run none --dry-run
check "a dry run on no state at all" ends 0
check "makes no state" [ ! -e "$(folder none)/state.db" ]
check "and finds what a first run finds" same "$first_run/rejected.csv" "$(folder none)/dry/$as_of/rejected.csv"
# ---- a shorter window ----

# Orders that ended before it are still delivered, but not judged: what was found on them is carried, never cleared. A record
# of master data that no order in scope uses is no finding any more.
cleared_checks() {
    /usr/bin/python3 -c 'import json, sys
print(*sorted({f["check"] for f in json.load(open(sys.argv[1]))["result"]["cleared"]}))' "$(folder fade)/latest/run.json"
}
run fade
check "a first day over 62 days" ends 0
as_of=$next_day
run fade --set job.lookback_days=20
check "the next one over 20 carries what was found" ends 0 " carried"
check "of what was found on orders nothing is cleared" [ "$(cleared_checks)" = "MDM-01" ]
as_of=$last_day
run a --as-of 2999-01-01
check "a day in the future is refused" ends 64 "future"
finish
