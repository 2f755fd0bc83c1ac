#!/bin/sh
# memory.sh - every allocation is refused once: a line on stderr, exit code 78, and never a wrong result.
#
# A run that is left alone records every place (the innermost callers) that allocates, maps or starts a thread, in the
# libraries as well; then each place is refused its memory in a run of its own, in `make check` a sample of them. A
# reader of a source that gets no memory is a source that broke off: 69. A crash, a hang, another code or a run that
# goes on with less is a failure.
. "$(dirname "$0")/lib.sh"
stores_start --orders 100
one="--set limits.threads=1" # the same places in every run

refused() { # LINE: the place of a line of the record gets nothing, in a run of its own
    read -r place what size callers <<LINE
$1
LINE
    start_from base
    # shellcheck disable=SC2086 # two words
    faulty "TIEOUT_FAULT=memory TIEOUT_FAULT_WHO=$who TIEOUT_FAULT_AT=$place" $one
    is_struck || return # a place that only the recorded run passed
    note met
    # Fewer threads do the same work.
    case $what in pthread_create) may="$codes 0" ;; *) may=$codes ;; esac
    check "$who: $what of $size bytes is refused to $callers" survives "$may" "memory"
}

# A window of ten days passes nearly all places; those that only the job's own passes (libc takes memory to sort what is
# long) are tried there.
for days in 10 own; do
    is_whole || [ $days = 10 ] || continue
    calm_window $days
    for who in parent child; do
        case $who in parent) codes=78 some=6 ;; *) codes="69 78" some=4 ;; esac
        start_from base
        # shellcheck disable=SC2086 # two words
        faulty "TIEOUT_FAULT=memory TIEOUT_FAULT_WHO=$who" $one
        sort -u -k 1,1 "$stage/struck" >"$stage/counted"
        check "$who, window $days: $(wc -l <"$stage/counted") places are recorded, none is refused" survives 0
        cp "$stage/counted" "$stage/picked"
        is_whole || {
            sample $some <"$stage/counted"
            # The library that is known not to look gets its share.
            [ "$who" = child ] || grep -E 'lxw_|worksheet_|chart_' "$stage/counted" | sample 4
            grep -E ' (mmap|pthread_create) ' "$stage/counted" | sample 1
        } >"$stage/picked"
        [ $days = 10 ] || join -v 1 "$stage/counted" "$stage/tried.$who" >"$stage/picked"
        [ -s "$stage/picked" ] || continue
        cp "$stage/picked" "$stage/tried.$who"
        in_lanes "$stage/picked" refused
        wanted=$(wc -l <"$stage/picked")
        check "$who: $(noted met) of $wanted places were met" [ "$(noted met)" -ge $((wanted / 2)) ]
    done
done
echo "# the next start was tried from $(ls "$seen" | wc -l) different states"
finish
