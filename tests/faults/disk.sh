#!/bin/sh
# disk.sh - every call that changes a file fails once, and nothing is lost, left or wrong.
#
# One call in a run (open to write, write, sync, rename, truncate, mkdir, link, remove), of the parent or of the readers
# of its sources, ends with "no space left" or "input/output error" in turn. The calls are counted in a run that is left
# alone; then each is tried in a run of its own, in `make check` a sample of them. Streams of stdio count too, because
# the workbook's library does not look at what comes of its writes. Then short and interrupted calls, which must change
# nothing at all, limits on the size of files, and a file system with room for few.
#
# What failed and only cleans up, or only helps (the process id in the lock), may leave the run well: then its results
# are the right ones. Limits and file systems that are full from the start: ../integration/output.sh.
. "$(dirname "$0")/lib.sh"
stores_start --orders 100
calm_runs

# ---- every call once ----

# meets WHO N: the Nth call fails. Odd ones for lack of space.
meets() {
    case $(($2 % 2)) in 1) number_of=28 word="space" ;; *) number_of=5 word="Input/output error" ;; esac
    start_from base
    faulty "TIEOUT_FAULT=file TIEOUT_FAULT_WHO=$1 TIEOUT_FAULT_AT=$2 TIEOUT_FAULT_ERROR=$number_of"
}

for who in parent child; do
    start_from base
    faulty "TIEOUT_FAULT=file TIEOUT_FAULT_WHO=$who"
    cp "$stage/struck" "$stage/counted"
    check "$who: $(wc -l <"$stage/counted") calls are counted, none fails" survives 0
    check "$who: there are some" [ "$(wc -l <"$stage/counted")" -ge 50 ]
    grep -v ' unlink ' "$stage/counted" | sample 5 >"$stage/picked"
    grep ' unlink ' "$stage/counted" | sample 1 >>"$stage/picked"
    met=0 refused=0
    while read -r n what path; do
        meets "$who" "$n"
        ! is_struck || met=$((met + 1))
        [ "$code" -eq 0 ] || refused=$((refused + 1))
        check "$who: $what $n, ${path##*/}, fails for lack of ${word}: $code" survives "0 73 74" "disk"
    done <"$stage/picked"
    check "$who: $met calls failed" [ "$met" -ge 5 ]
    check "$who: $refused runs were given up" [ "$refused" -ge 3 ]
done

# A stream that lost bytes in the middle of a part still makes a workbook that opens: each of its writes must be missed.
start_from base
faulty "TIEOUT_FAULT=file TIEOUT_FAULT_WHO=parent"
grep ' write .*\.xlsx\.tmp/.*(deleted)$' "$stage/struck" | sample 2 >"$stage/picked"
check "the workbook's library writes into temporary files of the run's folder" [ -s "$stage/picked" ]
while read -r n what path; do
    meets parent "$n"
    check "write $n into a temporary file of the workbook's library is missed" survives 74 ".xlsx"
done <"$stage/picked"

# ---- short and interrupted calls ----

if is_whole; then cases="parent/2 parent/3 parent/7 child/2 child/3 child/7 all/5"; else cases="parent/2 child/3"; fi
for case in $cases; do
    start_from empty
    faulty "TIEOUT_FAULT=short TIEOUT_FAULT_KTH=${case#*/} TIEOUT_FAULT_WHO=${case%/*}"
    check "${case%/*}: half of each write, one of ${case#*/} calls interrupted: met" is_struck
    check "every line is said" says " info lock: " " info keep: " " info publish: " "done, results in "
    check "and the results are the usual ones" survives 0
done

# ---- files that may not grow ----

limits() { if is_whole; then seq 1 17 1800; else echo 230 900; fi; } # blocks of 512 bytes
for blocks in $(limits); do
    start_from base
    (
        ulimit -f "$blocks"
        exec "$tieout" run "$job" --as-of "$as_of" --set "job.output=$stage/k" >"$stage/out" 2>"$stage/err" </dev/null
    )
    code=$?
    check "files of at most $blocks blocks: $code" survives "0 73 74" "too large"
done

# ---- a file system that takes no more files ----

disk=$stage/disk
mkdir "$disk"
trap 'umount "$disk" 2>/dev/null; clean' EXIT
for files in $(is_whole && seq 30 6 120 || echo 60); do
    if [ "$(id -u)" -ne 0 ] || ! mount -t tmpfs -o size=64m,nr_inodes="$files" tmpfs "$disk" 2>"$stage/said"; then
        skip "a file system with room for $files files" "needs root and the right to mount: $(head -c 90 "$stage/said")"
        break
    fi
    start_from base
    mv "$stage/k" "$disk/k"
    ln -s "$disk/k" "$stage/k"
    run k
    mount -o remount,nr_inodes=100000 "$disk"
    check "a file system with room for $files files: $code" survives "0 73 74" "space"
    umount "$disk"
done
finish
