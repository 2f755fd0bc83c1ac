# lib.sh - what the scripts of this folder share: what has to hold after any fault. To be sourced first:
#
#   . "$(dirname "$0")/lib.sh"      (which sources ../integration/lib.sh)
#   calm_runs                       stores of a tiny company, and what runs leave there that nobody disturbs
#   faulty "NAME=VALUE..." [options of run]
#   check "..." survives CODES [TEXT...]
#
# FAULTS=whole (make faults) tries every instant, else a sample that is the same every time.
. "$(dirname "$0")/../integration/lib.sh"
FAULTS=${FAULTS:-fast}
preload=$BUILD/tests/faults/preload.so
proxy=$BUILD/tests/faults/tool_proxy
hang_s=120 # no run takes so long, on the slowest machine

is_whole() { [ "$FAULTS" = whole ]; }

# faulty SETTINGS [options]: a run on k with the faults of preload.c. Sets code; $stage/struck holds what was struck.
faulty() {
    faulty_settings=$1
    shift
    rm -f "$stage/struck"
    : >"$stage/struck"
    # shellcheck disable=SC2086 # several words
    env $faulty_settings TIEOUT_FAULT_UNDER="$stage/k" TIEOUT_FAULT_LOG="$stage/struck" LD_PRELOAD="$preload" \
        timeout -s KILL "$hang_s" "$tieout" run "$job" --as-of "$as_of" --set "job.output=$stage/k" "$@" \
        >"$stage/out" 2>"$stage/err" </dev/null
    code=$?
}

is_struck() { [ -s "$stage/struck" ]; }

# survives CODES [TEXT...]: the run on k ended with one of these codes (as "73 74"); unless that is 0 its last line says
# all texts. Then what holds after any fault: nothing runs on, what is visible is whole, and the next start tidies up,
# ends well, verifies, and its results are byte for byte those of an undisturbed run. Sets outcome to old or new.
survives() {
    survives_codes=$1
    shift
    case " $survives_codes " in
    *" $code "*) ;;
    *)
        echo "exit code $code, wanted one of: $survives_codes; struck: $(cat "$stage/struck" 2>/dev/null); it said:"
        tail -n 5 "$stage/err"
        return 1
        ;;
    esac
    [ "$code" -eq 0 ] || [ $# -eq 0 ] || says "$@" || return
    [ "$code" -ne 0 ] || [ -L "$(folder k)/latest" ] || { echo "exit code 0, but nothing is kept"; return 1; }
    survives_code=$code
    recovers "$calm" "$before" || { echo "after: $(cat "$stage/struck" 2>/dev/null)"; return 1; }
    [ "$survives_code" -ne 0 ] || [ "$outcome" = new ] || { echo "exit code 0, but the run was not kept"; return 1; }
}

# sample COUNT: of the lines on stdin so many, one out of each stretch; the same every time. All when all are tried.
sample() {
    awk -v count="$1" -v all="$(is_whole && echo 1 || echo 0)" '
        { line[NR] = $0 }
        END {
            if (all || count > NR) count = NR
            x = 20260630
            for (i = 0; i < count; i++) {
                x = x * 48271 % 2147483647 # Park and Miller
                print line[int((i + x / 2147483647 * !all) * NR / count) + 1]
            }
        }'
}
