# lib.sh - what the scripts of this folder share: what has to hold after any fault. To be sourced first:
#
#   . "$(dirname "$0")/lib.sh"      (which sources ../integration/lib.sh)
#   calm_runs                       stores of a tiny company, and what runs leave there that nobody disturbs
#   faulty "NAME=VALUE..." [options of run]
#   check "..." survives CODES [TEXT...]
#   in_lanes FILE COMMAND           the same for each line of a file, several at a time
#
# FAULTS=whole (make faults) tries every instant, else a sample that is the same every time.
. "$(dirname "$0")/../integration/lib.sh"
FAULTS=${FAULTS:-fast}
preload=$BUILD/tests/faults/preload.so
proxy=$BUILD/tests/faults/tool_proxy

is_whole() { [ "$FAULTS" = whole ]; }

# No run takes so long. Where everything is tried others may want the machine too, and a run of a second takes minutes.
hang_s=$(is_whole && echo 1800 || echo 300)

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
    no_processes && visible_is_whole "$calm" && goes_on_once || {
        echo "after: $(cat "$stage/struck" 2>/dev/null)"
        return 1
    }
    [ "$survives_code" -ne 0 ] || [ "$outcome" = new ] || { echo "exit code 0, but the run was not kept"; return 1; }
}

# goes_on, but not again from a folder of the same names, kinds, rights, links and bytes from which it did: most faults
# leave nothing but the old state, and the next start can't tell one from the other. Only for scripts whose faults leave
# the sources alone; they say so by setting seen to a folder.
seen=
goes_on_once() {
    [ -n "$seen" ] || { goes_on "$calm" "$before"; return; }
    seen_at=$seen/$calm.$(left_in k) || return
    if [ -s "$seen_at" ]; then
        outcome=$(cat "$seen_at")
        return
    fi
    goes_on "$calm" "$before" || return
    echo "$outcome" >"$stage/outcome" && mv "$stage/outcome" "$seen_at" # at once: lanes share the folder
}

left_in() { # NAME: the digest of all that stands there; a process that is gone is as good as another one
    (
        cd "$stage/$1" || exit
        find . -printf '%y %m %p %l\n' >"$stage/tree" && find . -name .lock -size +0 >>"$stage/tree" &&
            find . -type f ! -name .lock -exec sha256sum {} + >>"$stage/tree" || exit
        sed -E 's/\.[0-9]+\.[0-9]+\.tmp/.tmp/' "$stage/tree" | sort | sha256sum | cut -d ' ' -f 1
    )
}

# calm_window DAYS|own: the job with a window of so many days, or with its own, and what undisturbed runs of it leave.
# Faults leave its sources alone.
calm_window() {
    rm -rf "$stage/window" "$stage/base" "$stage/calm" "$stage/fresh" "$stage/seen"
    job=jobs/nightly.ini
    [ "$1" = own ] || window "$1"
    calm_runs
    seen=$stage/seen
    mkdir "$seen"
}

# ---- many cases ----

# in_lanes FILE COMMAND: COMMAND LINE for each line of the file: cases that need nothing of each other, each with a
# folder k and words of its own. With FAULTS=whole JOBS at a time (default: one a processor). A lane is told once, when
# all have come to their end; what a case notes is counted by noted.
in_lanes() {
    lane_count=1 lane=0 lanes=
    ! is_whole || lane_count=${JOBS:-$(getconf _NPROCESSORS_ONLN)}
    rm -rf "$stage"/lane.*
    while [ $lane -lt "$lane_count" ]; do
        mkdir "$stage/lane.$lane"
        cp -a "$stage/base" "$stage/calm" "$stage/fresh" "$stage/lane.$lane"
        awk -v count="$lane_count" -v lane=$lane 'NR % count == lane' "$1" >"$stage/lane.$lane/lines"
        in_lane "$stage/lane.$lane" "$2" >"$stage/lane.$lane/tap" 2>&1 &
        lanes="$lanes $!"
        lane=$((lane + 1))
    done
    # shellcheck disable=SC2086 # several words
    wait $lanes
    lanes=
    for lane_at in "$stage"/lane.*; do
        awk -v number=$number '/^(not )?ok [0-9]+ / { sub(/ok [0-9]+/, "ok " (++number)) } { print }' "$lane_at/tap"
        number=$((number + $(grep -cE '^(not )?ok ' "$lane_at/tap")))
        failed=$((failed + $(grep -c '^not ok ' "$lane_at/tap")))
        [ -e "$lane_at/end" ] || check "the lane ${lane_at##*/} comes to its end" false
    done
}

in_lane() { # FOLDER COMMAND
    trap 'exit 143' TERM
    stage=$1 number=0 failed=0
    export TIEOUT_TEST_MARK="$stage"
    while IFS= read -r lane_line <&3; do
        "$2" "$lane_line"
    done 3<"$stage/lines"
    : >"$stage/end"
}

note() { echo "$1" >>"$stage/notes"; } # WORD

noted() { # WORD: how many cases of the last in_lanes did
    cat "$stage"/lane.*/notes 2>/dev/null | grep -cx "$1"
}

# A lane takes no signal of the terminal, and ends with its case.
lanes=
lanes_end() {
    [ -n "$lanes" ] || return
    # shellcheck disable=SC2086 # several words
    kill $lanes 2>/dev/null
    # shellcheck disable=SC2086
    wait $lanes
}
trap 'lanes_end; clean' EXIT

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
