#!/bin/sh
# output.sh - what a run says and leaves when its results can't be written, and what it says at all.
#
# Disk full is tried twice: with a limit on file sizes, which every machine has, and on a small file system of its own,
# which needs root and the right to mount. Each over a row of sizes, so that every phase is met.
. "$(dirname "$0")/lib.sh"
stores_start --orders 600
as_of=2026-06-29
run a
check "a state to be left" ends 0
as_of=2026-06-30
state_of a >"$stage/before"

whole() { no_processes && no_leftovers a && keeps a "$stage/before"; }

# ---- files that may not grow ----

# The library that writes the workbook keeps a large sheet in a file of its own; that one's end is told by its count.
ends_cut() { ends 74 "too large" >/dev/null || ends 74 "is cut"; }
met=0 # blocks are of 512 bytes
for blocks in 1 8 32 100 200 500 1000 1500 1700; do
    (
        ulimit -f "$blocks"
        exec "$tieout" run "$job" --as-of "$as_of" --set "job.output=$stage/a" >"$stage/out" 2>"$stage/err" </dev/null
    )
    code=$?
    if [ "$code" -eq 0 ]; then break; fi
    met=$((met + 1))
    check "files of $((blocks / 2)) KiB at most: 74, and why" ends_cut
    check "the old state" whole
done
check "the limit was met in $met sizes" [ "$met" -ge 3 ]

# ---- no space ----

mkdir "$stage/disk"
trap 'umount "$stage/disk" 2>/dev/null; clean' EXIT
if [ "$(id -u)" -eq 0 ] && mount -t tmpfs -o size=32m tmpfs "$stage/disk" 2>"$stage/said"; then
    cp -a "$stage/a" "$stage/disk/a"
    mv "$stage/a" "$stage/kept"
    ln -s "$stage/disk/a" "$stage/a"
    met=0
    for left in 0 40 300 700 1200 1600 2000 2400 3000 4000; do
        rm -f "$stage/disk/filler"
        free=$(df -k --output=avail "$stage/disk" | tail -n 1)
        head -c "$(((free - left) * 1024))" /dev/zero >"$stage/disk/filler"
        run a
        if [ "$code" -eq 0 ]; then break; fi
        met=$((met + 1))
        check "$left KiB free: 74, and why" ends 74 "space"
        check "the old state" whole
    done
    check "a full disk was met with $met sizes" [ "$met" -ge 3 ]
    rm -f "$stage/disk/filler"
    run a
    check "with space again the run is kept" ends 0
    check "and verifies" verifies a
    rm "$stage/a"
    mv "$stage/kept" "$stage/a"
    umount "$stage/disk"
else
    skip "no space on the file system" "needs root and the right to mount: $(head -c 100 "$stage/said")"
fi

# ---- places where nothing can be made ----

echo "a file" >"$stage/file"
run file
check "output below a file: 73 and the path" ends 73 "$stage/file"
call run "$job" --as-of "$as_of" --set "job.output=/proc/tieout"
check "output on a file system that takes nothing: 73" ends 73 "/proc/tieout"
mkdir "$stage/closed"
chmod 555 "$stage/closed"
if [ "$(id -u)" -eq 0 ]; then
    # As the user of the servers, who may pass through $stage but not write there; the binary may lie in a closed home.
    cp "$tieout" "$stage/tieout"
    tree open
    (cd "$stage" && servers_as_owner "$stage/tieout" run "$tree/jobs/nightly.ini" --as-of "$as_of" \
        --set "job.output=$stage/closed" >"$stage/out" 2>"$stage/err" </dev/null)
    code=$?
else
    run closed
fi
check "an output folder of somebody else: 73" ends 73 "Permission denied" "$stage/closed"

# ---- exit code 1 ----

alert_at() { # TREE KEY VALUE
    tree "$1"
    policy=$tree/config/policy.ini
    sed -i "s/^$2 .*/$2 = $3/" "$policy"
    grep -q "^$2 = $3" "$policy" || printf '\n[alert]\n%s = %s\n' "$2" "$3" >>"$policy"
    job=$tree/jobs/nightly.ini
}
alert_at alert s1_count 1
run alert
check "an alert threshold that is reached: 1" ends 1 "s1_count"
check "and the run is kept" verifies alert
run alert --quiet
check "--quiet speaks of an alert" ends 1 "s1_count"
alert_at alert2 firm_exposure 1000000000
run alert2
check "one that is not: 0" ends 0
job=jobs/nightly.ini

# ---- what is said ----

run b --quiet
check "--quiet" ends 0
nothing() { [ ! -s "$stage/out" ] && [ ! -s "$stage/err" ]; }
check "prints nothing at all when all is well" nothing
run b
check "without it a line a phase" says " info lock: " " info extract: " " info reconcile: " " info keep: " \
    " info publish: " " info commit: " "done, results in "
check "stdout is for data: empty" [ ! -s "$stage/out" ]
time_and_level='^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([+-][0-9]{2}:[0-9]{2}|Z) (info|warning|error) '
stamped() { ! grep -vE "$time_and_level" "$stage/err"; }
check "every line has a time with its zone" stamped
plain() { ! grep -q "$(printf '[\033\r]')" "$stage/err"; }
check "no colour, no moving line in a file" plain

said() { # TEXT...: on stdout
    for text in "$@"; do
        grep -qF -- "$text" "$stage/out" || { echo "stdout lacks \"$text\""; cat "$stage/out"; return 1; }
    done
}
call --version
check "--version" ends 0
check "is one line" [ "$(wc -l <"$stage/out")" -eq 1 ]
call --help
check "--help" ends 0
check "names commands, options and exit codes" said "tieout run" preflight status verify "--as-of" "--dry-run" " 75 "
call
check "no command: 64, with an example" ends 64 "tieout run"
call rum "$job"
check "a command misspelt: 64, with the nearest" ends 64 "rum" "did you mean \"run\""
call run "$job" --as-off 2026-06-30
check "an option misspelt: 64" ends 64 "--as-off"
call run "$job" --as-of 30.6.2026
check "a date in another form: 64, with the right one" ends 64 "30.6.2026" "YYYY-MM-DD"
call run "$job" --as-of 2026-06-31
check "a date that does not exist: 64" ends 64 "2026-06-31"
call run "$job" --as-of
check "an option without its value: 64" ends 64 "--as-of"
call run
check "no job: 64, with the form" ends 64 "run JOB"
call run "$job" "$job"
check "two jobs: 64" ends 64 "run JOB"
call status "$job" --dry-run
check "--dry-run with status: 64" ends 64 "--dry-run"
call run "$stage/none.ini"
check "a job file that is not there: 66" ends 66 "$stage/none.ini"
call run "$job" --set "limits.threads=many"
check "a value that is none: 78 with key and what is allowed" ends 78 "threads" "many"
call run "$job" --set "limits.treads=2"
check "a key that is none: 78" ends 78 "treads"
call verify "$stage/none"
check "verify of nothing: 66" ends 66 "$stage/none"
call status "$job" --set "job.output=$stage/b"
check "status" ends 0
check "names run and open discrepancies" said "$as_of.1" "BIL-01" "Open discrepancies"
call preflight "$job"
check "preflight" ends 0
"$tieout" --help >/dev/full 2>"$stage/err"
code=$?
check "stdout that is full: 74" ends 74 "standard output"

# ---- a changed past ----

cp -a "$stage/b" "$stage/c"
printf 'x' >>"$(latest c)/discrepancies.csv"
call verify "$(folder c)"
check "verify finds a changed file: 65 and its name" ends 65 "discrepancies.csv"
rm -rf "$stage/c"
cp -a "$stage/b" "$stage/c"
sed -i '1d' "$(folder c)/ledger.jsonl"
call verify "$(folder c)"
check "verify finds a line that is missing" ends 65 "ledger.jsonl"
rm -rf "$stage/c"
cp -a "$stage/b" "$stage/c"
sed -i '$d' "$(folder c)/ledger.jsonl"
call verify "$(folder c)"
check "verify finds a cut end" ends 65 "ledger.jsonl"

# ---- on a terminal ----

if command -v script >/dev/null && script -qec true /dev/null >/dev/null 2>&1; then
    on_terminal() { # [options]: a run on a pseudo-terminal; sets code, $stage/err holds the screen
        script -qec "'$tieout' run '$job' --as-of $as_of --set job.output=$stage/t $*" /dev/null \
            >"$stage/err" 2>&1 </dev/null
        code=$?
    }
    on_terminal
    check "on a terminal" is_code 0
    moving() { grep -q "$(printf '\r')[^$(printf '\r')]" "$stage/err"; }
    check "progress moves in place" moving
    on_terminal --quiet
    check "--quiet is quiet there too" [ ! -s "$stage/err" ]
    on_terminal --no-color
    uncoloured() { ! grep -q "$(printf '\033')\[[0-9;]*[1-9][0-9;]*m" "$stage/err"; }
    check "--no-color" uncoloured
else
    skip "progress on a terminal" "no script(1), or no pseudo-terminals here"
fi
finish
