#!/bin/sh
# count.sh - how many instructions the reconcile phase needs for a fixed set of rows, against what counts.tsv says.
#
#   BUILD=build tests/bench/count.sh            compares: more than a tenth above fails
#   RECORD=1 BUILD=build tests/bench/count.sh   writes what was counted into counts.tsv (make bench-count RECORD=1)
#
# Instructions, not seconds: they don't depend on who else uses the machine. They do depend on architecture, compiler
# with its options, C library and valgrind, so a count is compared with one of the same kind only; on another kind the
# answer is "not compared". One thread; 25,000 usage rows, with all other legs 100,000 rows.
. "$(dirname "$0")/../integration/lib.sh"
counts=tests/bench/counts.tsv
usage=25000
tools=$BUILD/tests/bench

# What the machine code was made by, and for: as the object itself says, so that a build with other options is another
# kind.
kind() {
    compiler=$(readelf --debug-dump=info --dwarf-depth=1 "$BUILD/src/run/reconcile.o" 2>/dev/null |
        sed -n 's/.*DW_AT_producer *: *\((indirect[^)]*): *\)\{0,1\}//p' | head -n 1)
    printf '%s\t%s\t%s\t%s' "$(uname -m)" "$(getconf GNU_LIBC_VERSION)" "$(valgrind --version)" "$compiler"
}

sealed() { # POLICY: a run on the data leaves its bundle, and found what is planted
    { cat tests/bench/jobs/files.ini; printf '[output bundle]\nframes = all\n'; } >"$stage/job.ini"
    export TIEOUT_BENCH_DATA="$stage/data" TIEOUT_BENCH_OUT="$stage/$1"
    export TIEOUT_BENCH_POLICY="$PWD/tests/bench/jobs/$1.ini"
    call run "$stage/job.ini" --as-of 2026-05-15 --quiet
    ends 0 && sh tests/bench/score.sh "$stage/$1/bench/latest/discrepancies.csv" "$stage/data" "$1"
}

count() { # POLICY: sets counted
    counted=
    valgrind --tool=callgrind --instr-atstart=no --callgrind-out-file="$stage/callgrind" \
        --toggle-collect=tie_pipeline_reconcile \
        "$tools/tool_core" "$stage/$1/bench/latest/bundle.tar.zst" 1 1 >"$stage/out" 2>"$stage/err" || {
        cat "$stage/err"
        return 1
    }
    counted=$(sed -n 's/.*Collected : //p' "$stage/err")
    [ "${counted:-0}" -gt 0 ] && return
    cat "$stage/err"
    counted=
    echo "nothing was counted: was tool_core built before valgrind, and its header, came?"
    false
}

row() { echo "$1	$usage	$kind	"; } # POLICY: how its line in the table begins; the count is what follows

recorded() { # POLICY: of this kind of machine
    awk -v row="$(row "$1")" 'index($0, row) == 1 { print substr($0, length(row) + 1) }' "$counts"
}

record() { # POLICY: in the place of an older count of the same kind
    awk -v row="$(row "$1")" 'index($0, row) != 1' "$counts" >"$stage/counts" || return
    echo "$(row "$1")$counted" >>"$stage/counts"
    { head -n 1 "$stage/counts"; tail -n +2 "$stage/counts" | sort; } >"$counts"
}

within() { # WAS: a tenth above is too much
    echo "$counted instructions, $1 recorded. Where the work is worth it, record anew: make bench-count RECORD=1"
    [ "$counted" -le $(($1 + $1 / 10)) ]
}

compare() { # POLICY
    was=$(recorded "$1")
    if [ -z "$was" ]; then
        skip "$1: instructions" "not compared: no count of this kind of machine; make bench-count RECORD=1"
        return
    fi
    check "$1: $counted instructions, at most a tenth above the $was recorded" within "$was"
    if [ $((counted * 20)) -lt $((was * 19)) ]; then
        echo "# less by more than a twentieth: record it (make bench-count RECORD=1), or the next loss goes unseen"
    fi
}

if ! command -v valgrind >/dev/null; then
    skip "instructions" "no valgrind"
    finish
fi
kind=$(kind)
mkdir "$stage/data"
"$tools/tool_data" "$stage/data" --usage "$usage" >/dev/null || { echo "Bail out! no data"; exit 74; }
for policy in ${POLICIES:-three-way every}; do
    check "$policy: a run finds what is planted, and nothing else" sealed "$policy"
    check "$policy: callgrind counts" count "$policy"
    [ -n "$counted" ] || continue
    if [ -n "${RECORD:-}" ]; then
        check "$policy: $counted instructions recorded" record "$policy"
    else
        compare "$policy"
    fi
done
finish
