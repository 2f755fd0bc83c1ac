#!/bin/sh
# skew.sh - [limits] memory under skew, at full size: make bench-skew.
#
# N usage rows (10,000,000), GIANT percent (5) more in one order, with their movements and bills. With FITS (1GiB) the
# run must pass, with SMALL (256MiB) it must end with 78, name that order, and publish nothing. Each run stands under a
# memory limit of the kernel as high as its own (a cgroup; page cache counts in it, and is reclaimed), and the largest
# sum of resident sets over its process tree, mapped frames included, must stay below it, too. memory.sh is the same in
# small, without the kernel's limit; this takes minutes and some 8 GB of disk. SKEW_DATA: data that are there already.
. "$(dirname "$0")/../integration/lib.sh"
usage=${N:-10000000} giant=${GIANT:-5} fits=${FITS:-1GiB} small=${SMALL:-256MiB}
data=${SKEW_DATA:-$stage/data}
group=

clean_skew() {
    [ -z "$group" ] || rmdir "$group"
    clean
}
trap clean_skew EXIT

mib_of() { # SIZE: 1GiB or 256MiB
    case $1 in
    *GiB) echo $((${1%GiB} * 1024)) ;;
    *) echo "${1%MiB}" ;;
    esac
}

# A group of ours below the one we are in: of cgroups 2, where the controller is handed on, or of cgroups 1.
make_group() {
    for group_root in /sys/fs/cgroup /sys/fs/cgroup/memory; do
        [ -w "$group_root" ] && grep -qw memory "$group_root/cgroup.subtree_control" 2>/dev/null ||
            [ -e "$group_root/memory.limit_in_bytes" ] || continue
        mkdir "$group_root/tieout-skew-$$" 2>/dev/null && group=$group_root/tieout-skew-$$ && return
    done
    return 1
}

limit_group() { # MIB
    group_limit=$group/memory.max
    [ -e "$group_limit" ] || group_limit=$group/memory.limit_in_bytes
    [ ! -e "$group/memory.swap.max" ] || echo 0 >"$group/memory.swap.max"
    echo $(($1 << 20)) >"$group_limit"
}

limited() { # NAME MEMORY: a run of its own; sets code, its cost in $stage/NAME.cost
    limited_name=$1
    code=0
    [ -z "$group" ] || limit_group "$(mib_of "$2")" || return
    # shellcheck disable=SC2016
    TIEOUT_BENCH_DATA="$data" TIEOUT_BENCH_OUT="$stage/$1" TIEOUT_BENCH_POLICY="$PWD/tests/bench/jobs/three-way.ini" \
        sh -c '[ -z "$1" ] || echo $$ >"$1/cgroup.procs" || exit; shift; exec "$@"' - "$group" \
        "$BUILD/tests/bench/tool_time" --out "$stage/$1.cost" "$tieout" run tests/bench/jobs/files.ini \
        --as-of 2026-05-15 --quiet --set "limits.memory=$2" --set limits.threads=2 \
        >"$stage/$1.out" 2>"$stage/$1.err" || code=$?
    sed "s/^/# $1, $2: /" "$stage/$1.cost"
}
ended() { # CODE
    [ "$code" -eq "$1" ] || { echo "ended with $code, expected $1"; cat "$stage/$limited_name.err"; return 1; }
}
# shellcheck disable=SC2016
stays_below() { # MIB
    awk -F '\t' -v most="$1" '$1 == "memory" { seen = 1; print "peak " $2 " MiB"; if ($2 > most) bad = 1 }
        END { exit bad || !seen }' "$stage/$limited_name.cost"
}
names_the_giant() {
    grep -q "memory limit too small: the dossier of order '$giant_order' does not fit" "$stage/small.err" ||
        { cat "$stage/small.err"; return 1; }
}
found_nothing() { [ ! -e "$stage/small/bench/latest/discrepancies.csv" ]; }

if [ -z "${SKEW_DATA:-}" ]; then
    mkdir "$data"
    "$BUILD/tests/bench/tool_data" "$data" --usage "$usage" --giant "$giant" >"$stage/counts" || exit 74
fi
giant_order=$(tail -n 1 "$data/work_order.csv" | cut -d , -f 1 | sed 's/WO-0*/WO-/') # without zeros in front
make_group || skip "the kernel limits the memory" "no cgroup can be made here"

limited fits "$fits"
check "with $fits the run passes, the giant with it" ended 0
check "with the answers of the key" \
    sh tests/bench/score.sh "$stage/fits/bench/latest/discrepancies.csv" "$data" three-way
check "and the process tree stays below" stays_below "$(mib_of "$fits")"
rm -rf "$stage/fits"
limited small "$small"
check "with $small it ends with 78" ended 78
check "and names the order that is too large" names_the_giant
check "and nothing is published" found_nothing
check "and the process tree stays below" stays_below "$(mib_of "$small")"
finish
