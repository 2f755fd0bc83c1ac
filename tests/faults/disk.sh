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

# ---- a window of ten days ----

# It takes fewer than half of the calls, of the same kinds, and half of the time. That they are the same is asked below.

kinds() { # of the calls in the record: what is done to which file, without process numbers and chance
    awk -v home="$(folder k)" '{
        path = substr($3, index($3, home) == 1 ? length(home) + 1 : 1)
        gsub(/tmp\.[A-Za-z0-9]+/, "tmp", path)
        sub(/\/frame\.[0-9]+\.[A-Za-z0-9]+/, "/frame.dealt", path)
        gsub(/\.[0-9]+(\.[0-9]+)?\.tmp/, ".tmp", path)
        print $2, path, $4
    }' "$stage/struck" | sort -u
}

start_from empty
as_of=2026-06-29
run k
as_of=2026-06-30
faulty "TIEOUT_FAULT=file TIEOUT_FAULT_WHO=all"
kinds >"$stage/wide"
calm_window 10
start_from base
faulty "TIEOUT_FAULT=file TIEOUT_FAULT_WHO=all"
kinds >"$stage/narrow"
check "ten days make every kind of call that the job's own window makes: $(wc -l <"$stage/wide")" \
    same "$stage/wide" "$stage/narrow"

# ---- every call once ----

# meets LINE: the call of a line of the record fails, in a run of its own. Odd ones for lack of space. What is asked
# goes by the call that was struck, should this run have come to another one at that number.
meets() {
    case $((${1%% *} % 2)) in 1) number_of=28 word="space" ;; *) number_of=5 word="Input/output error" ;; esac
    start_from base
    faulty "TIEOUT_FAULT=file TIEOUT_FAULT_WHO=$who TIEOUT_FAULT_AT=${1%% *} TIEOUT_FAULT_ERROR=$number_of"
    ! is_struck || note met
    [ "$code" -eq 0 ] || note refused
    echo "$1" >"$stage/line"
    ! is_struck || cp "$stage/struck" "$stage/line"
    read -r n what path <"$stage/line"
    may="0 73 74" names=disk
    case "$(is_struck && echo "$what $path")" in
    "write "*.xlsx.tmp/*"(deleted)")
        # A stream that lost bytes in the middle of a part still makes a workbook that opens: each must be missed.
        may=74 names=.xlsx
        note workbook
        ;;
    esac
    check "$who: $what $n, ${path##*/}, fails for lack of $word: $code" survives "$may" "$names"
}

for who in parent child; do
    start_from base
    faulty "TIEOUT_FAULT=file TIEOUT_FAULT_WHO=$who"
    cp "$stage/struck" "$stage/counted"
    check "$who: $(wc -l <"$stage/counted") calls are counted, none fails" survives 0
    check "$who: there are some" [ "$(wc -l <"$stage/counted")" -ge 50 ]
    cp "$stage/counted" "$stage/picked"
    is_whole || {
        grep -v ' unlink ' "$stage/counted" | sample 5
        grep ' unlink ' "$stage/counted" | sample 1
        grep ' write .*\.xlsx\.tmp/.*(deleted)$' "$stage/counted" | sample 2
    } >"$stage/picked"
    in_lanes "$stage/picked" meets
    check "$who: $(noted met) calls failed" [ "$(noted met)" -ge 5 ]
    check "$who: $(noted refused) runs were given up" [ "$(noted refused)" -ge 3 ]
    [ $who = child ] || check "$who: $(noted workbook) in temporary files of the workbook's library" \
        [ "$(noted workbook)" -ge 2 ]
done

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

limited() { # BLOCKS of 512 bytes
    start_from base
    (
        ulimit -f "$1"
        exec "$tieout" run "$job" --as-of "$as_of" --set "job.output=$stage/k" >"$stage/out" 2>"$stage/err" </dev/null
    )
    code=$?
    [ "$code" -eq 0 ] || note refused
    check "files of at most $1 blocks: $code" survives "0 73 74" "too large"
}
if is_whole; then seq 1 6 800; else printf '%s\n' 230 500; fi >"$stage/limits"
in_lanes "$stage/limits" limited
check "$(noted refused) of $(wc -l <"$stage/limits") limits were too small" [ "$(noted refused)" -ge 2 ]

# ---- a file system that takes no more files ----

disk=$stage/disk
mkdir "$disk"
trap 'umount "$disk" 2>/dev/null; lanes_end; clean' EXIT
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
echo "# the next start was tried from $(ls "$seen" | wc -l) different states"
finish
