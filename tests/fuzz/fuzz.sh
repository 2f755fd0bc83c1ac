#!/bin/sh
# Runs the fuzz targets and says in TAP what each did.
#
#   tests/fuzz/fuzz.sh SECONDS [target...]   each target that long; JOBS at a time (default 2)
#   tests/fuzz/fuzz.sh merge [target...]     what the last runs found new, minimised, into tests/fuzz/corpus
#
# Seeds come from tests/fuzz/corpus/<target>, finds go to $BUILD/corpus/<target>, a failing input to $BUILD/found. To
# keep one: give it a name that says what it showed, put it into the corpus and mend the fault; make check replays it.
# Each input has 10 seconds and 2 GiB.
set -u
cd "$(dirname "$0")/../.."
build=${BUILD:-build/fuzz}
if [ "${1:-}" = one ]; then
    seconds=$2 target=$3
    log=$build/found/$target.log
    set --
    [ -e "tests/fuzz/$target.dict" ] && set -- "-dict=tests/fuzz/$target.dict"
    mkdir -p "$build/corpus/$target"
    "$build/tests/fuzz/fuzz_$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
        "$@" -artifact_prefix="$build/found/$target-" "$build/corpus/$target" "tests/fuzz/corpus/$target" >"$log" 2>&1
    code=$?
    said=$(awk '
        /^#[0-9]+.*cov:/ { for (i = 1; i < NF; i++) { if ($i == "cov:") c = $(i + 1); if ($i == "ft:") f = $(i + 1) } }
        /number_of_executed_units/ { n = $2 }
        /new_units_added/ { a = $2 }
        /peak_rss_mb/ { m = $2 }
        END { printf "%s executions, coverage %s, features %s, %s new, %s MiB", n, c, f, a, m }' "$log")
    if [ "$code" -eq 0 ]; then
        echo "ok - $target: $said"
    else
        echo "not ok - $target: $said"
        grep -aE 'broken:|ERROR:|SUMMARY:|runtime error|Test unit written|libFuzzer:' "$log" | sed 's/^/# /'
    fi
    exit 0
fi

seconds=${1:-60}
[ $# -gt 0 ] && shift
[ $# -eq 0 ] && set -- $(for source in tests/fuzz/fuzz_*.c; do basename "$source" .c | sed 's/^fuzz_//'; done)
mkdir -p "$build/found"
if [ "$seconds" = merge ]; then
    for target in "$@"; do
        kept=tests/fuzz/corpus/$target
        fresh=$(mktemp -d "$build/merge.XXXXXX")
        find "$kept" -type f -name '[a-z]*-*' -exec cp {} "$fresh" \; # those with a name of their own stay
        mkdir -p "$build/corpus/$target"
        "$build/tests/fuzz/fuzz_$target" -merge=1 -max_len="${MAX_LEN:-4096}" "$fresh" "$kept" "$build/corpus/$target" \
            >"$build/found/$target.merge.log" 2>&1 ||
            { echo "merge of $target failed; see $build/found/$target.merge.log"; exit 1; }
        rm -rf "$kept"
        mv "$fresh" "$kept"
        chmod 755 "$kept"
        echo "$target: $(find "$kept" -type f | wc -l) files, $(du -sb "$kept" | cut -f1) bytes"
    done
    exit 0
fi
results=$(mktemp)
trap 'rm -f "$results"' EXIT
printf '%s\n' "$@" | BUILD=$build xargs -P "${JOBS:-2}" -n 1 sh "$0" one "$seconds" | tee "$results"
echo "1..$#"
! grep -q '^not ok' "$results" && [ "$(grep -c '^ok' "$results")" -eq $# ]
