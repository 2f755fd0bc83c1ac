#!/bin/sh
# profile.sh - where instructions, misses of caches and mispredicted branches of the reconcile phase are, per source file
# and row of the three legs: make bench-profile.
#
#   BUILD=build tests/bench/profile.sh
#
#   USAGE   usage rows (25000)     POLICY   three-way (or every)     LINES   files shown (24)
#
# Callgrind counts, with caches as large as those of the machine on which performance was worked on, and guesses
# branches as a simple predictor does: no clock, so the same program gives the same table whoever else uses the machine.
# Cycles are an estimate out of these: a quarter an instruction, 12 a miss of a first-level cache, 150 one of the last
# level, 20 a wrong guess. What an inline function of a header does counts for the header. One thread; other numbers of
# rows meet other caches.
. "$(dirname "$0")/../integration/lib.sh"
usage=${USAGE:-25000} policy=${POLICY:-three-way} lines=${LINES:-24}
tools=$BUILD/tests/bench
caches='--cache-sim=yes --branch-sim=yes --I1=32768,8,64 --D1=49152,12,64 --LL=2097152,16,64'

die() {
    echo "profile.sh: $*" >&2
    exit 70
}

# Sums by file of what callgrind_annotate tells of functions. $1: its input; $2: rows of the phase; $3: title
table() {
    callgrind_annotate --threshold=100 --auto=no --show=Ir,I1mr,D1mr,D1mw,DLmr,DLmw,Bcm,Bim "$1" 2>/dev/null |
        awk -v rows="$2" -v title="$3" -v lines="$lines" '
        function number(text) { gsub(/[^0-9]/, "", text); return text + 0 }
        function cycles(ir, i1, d1, ll, wrong) { return ir / 4 + 12 * i1 + 12 * d1 + 150 * ll + 20 * wrong }
        function part(place,    at) { # a source file of ours, else the library
            if (match(place, /\[.*\]$/)) library = substr(place, RSTART + 1, RLENGTH - 2)
            sub(/ *\[.*$/, "", place)
            sub(/:[^:]*$/, "", place)
            if (match(place, /(src|include\/tieout)\/[a-z_0-9\/]*\.[ch]$/)) return substr(place, RSTART)
            sub(/.*\//, "", library)
            return library ~ /\.so/ ? library : "libc.so.6" # inline functions of its headers
        }
        { gsub(/\([ 0-9.%]*\)/, "") }
        /PROGRAM TOTALS/ || !/:/ || $1 !~ /^[0-9,]+$/ { next }
        {
            for (i = 1; i <= 8; i++) n[i] = number($i)
            place = $0
            for (i = 1; i <= 8; i++) sub(/^ *[0-9,.]+ +/, "", place)
            p = part(place)
            ir[p] += n[1]; i1[p] += n[2]; d1[p] += n[3] + n[4]; ll[p] += n[5] + n[6]; wrong[p] += n[7] + n[8]
            Ir += n[1]; I1 += n[2]; D1 += n[3] + n[4]; LL += n[5] + n[6]; Wrong += n[7] + n[8]
        }
        END {
            all = cycles(Ir, I1, D1, LL, Wrong)
            if (all == 0 || rows == 0) exit 1
            head = "%-34s %7s %7s %7s %7s %7s %7s %7s\n"; line = "%-34s %6.1f%% %7.0f %7.1f %7.2f %7.2f %7.2f %7.2f\n"
            printf "\n%s, a row of %d, the first %d files\n", title, rows, lines
            printf head, "file", "share", "cycles", "instr.", "I1 miss", "D1 miss", "L2 miss", "wrong"
            printf line, "all", 100, all / rows, Ir / rows, I1 / rows, D1 / rows, LL / rows, Wrong / rows
            for (p in ir) {
                c = cycles(ir[p], i1[p], d1[p], ll[p], wrong[p])
                if (c * 1000 >= all)
                    printf line, p, 100 * c / all, c / rows, ir[p] / rows, i1[p] / rows, d1[p] / rows, ll[p] / rows,
                        wrong[p] / rows | ("sort -k2,2nr | head -n " lines)
            }
        }' || die "callgrind_annotate said nothing of $1"
}

command -v callgrind_annotate >/dev/null || die "no valgrind here; apt-get install valgrind"
mkdir "$stage/data"
"$tools/tool_data" "$stage/data" --usage "$usage" >/dev/null || die "no data"
{ cat tests/bench/jobs/files.ini; printf '[output bundle]\nframes = all\n'; } >"$stage/job.ini"
export TIEOUT_BENCH_DATA="$stage/data" TIEOUT_BENCH_OUT="$stage/run" TIEOUT_BENCH_POLICY="$PWD/tests/bench/jobs/$policy.ini"

call run "$stage/job.ini" --as-of 2026-05-15 --quiet
[ "$code" -eq 0 ] || die "the run ended with $code"
legs=$(cat "$stage"/data/usage_line.csv "$stage"/data/movement.csv "$stage"/data/invoice_line.csv | wc -l)
valgrind --tool=callgrind --instr-atstart=no $caches --callgrind-out-file="$stage/callgrind" \
    --toggle-collect=tie_pipeline_reconcile "$tools/tool_core" "$stage/run/bench/latest/bundle.tar.zst" 1 1 \
    >"$stage/said" 2>&1 || die "$(tail -n 3 "$stage/said")"
table "$stage/callgrind" "$legs" "reconcile phase, policy $policy"
