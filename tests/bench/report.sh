#!/bin/sh
# report.sh - figures of a bench run to a report in Markdown, on stdout. Called by bench.sh from the source root.
#
#   tests/bench/report.sh FIGURES SKIPPED N THREADS
#
# FIGURES: round, command, what, value, unit; SKIPPED: command, reason; both separated by tabs. ROWS: keys of the rows
# of rows.tsv that are shown (all). A ratio is taken within a round and the median over the rounds is shown, the
# smallest and the largest in brackets.
set -eu
figures=$1 skipped=$2 rows=$3 threads=$4
rounds=$(awk -F '\t' '$1 > most { most = $1 } END { print most + 0 }' "$figures")

version() { # WORDS: the first line a program says about itself, if it is here
    "$@" 2>/dev/null | head -n 1
}

field() { # FILE NAME: the value of the first line "NAME : value"
    sed -n "s/^$2[[:space:]]*:[[:space:]]*//p" "$1" | head -n 1
}

machine() {
    commit=$(git log -1 --format=%h -- src include Makefile 2>/dev/null)
    git diff --quiet HEAD -- src include Makefile 2>/dev/null || commit="$commit, changed"
    cpu=$(field /proc/cpuinfo 'model name')
    echo "| what | this machine |"
    echo "|---|---|"
    echo "| date, commit | $(date -u +%Y-%m-%d), $commit |"
    echo "| processor | ${cpu:-$(uname -m)}, $(getconf _NPROCESSORS_ONLN) processors |"
    echo "| memory | $(awk '/^MemTotal/ { printf "%.1f GiB", $2 / 1048576 }' /proc/meminfo) |"
    echo "| system | $(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release), Linux $(uname -r) |"
    # shellcheck disable=SC2086 # may be several words: ccache gcc
    echo "| compiler | $(version ${CC:-gcc} --version) |"
    echo "| peers | DuckDB $(awk -F '\t' '$3 == "version" { print $4; exit }' "$figures"), $(version psql --version) |"
    awk -F '\t' '$3 == "others" { if (!count++ || $4 < least) least = $4; if ($4 > most) most = $4; sum += $4 }
        END { if (count) printf "| load by others | %d to %d %% of all processors, %d %% on average |\n", least, most,
                  sum / count }' "$figures"
}

cat <<END
# What make bench measured

Written by tests/bench/report.sh; [README.md](README.md) says what each row means and how it is measured.

$rows usage rows, $threads threads, $rounds rounds of interleaved runs. Every figure is of a run that reproduced the answer
key exactly.

$(machine)

A ratio is ours : theirs within one round; the median over the rounds, and in brackets the smallest and the largest. "By
CPU" is the same of processor seconds, all processes, threads and servers counted: it says how far the ratio can be
believed when others load the machine. A target is compared with the wall time alone.

END

awk -F '\t' -v skipped="$skipped" -v keys="${ROWS:-}" '
function number(value) { return sprintf(value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.3f", value) }
function sorted(list, count,    i, k, hold) {
    for (i = 2; i <= count; i++) {
        hold = list[i]
        for (k = i - 1; k >= 1 && list[k] > hold; k--) list[k + 1] = list[k]
        list[k + 1] = hold
    }
}
function median(list, count) {
    sorted(list, count)
    return count % 2 ? list[(count + 1) / 2] : (list[count / 2] + list[count / 2 + 1]) / 2
}
# value of "command:what", or of a number, in a round; "" when there is none
function value_of(name, round,    part) {
    if (split(name, part, ":") < 2) return name + 0
    return ((round, part[1], part[2]) in figure) ? figure[round, part[1], part[2]] : ""
}
function reason(name,    part) {
    split(name, part, ":")
    return part[1] in why ? why[part[1]] : "no figure"
}
function spread(command, what,    list, count, round) {
    count = 0
    for (round = 1; round <= rounds; round++)
        if ((round, command, what) in figure) list[++count] = figure[round, command, what]
    if (count == 0) return "-"
    middle = median(list, count)
    return count == 1 ? number(middle) : number(middle) " (" number(list[1]) " to " number(list[count]) ")"
}
BEGIN {
    key_count = split(keys, part, " ")
    for (i = 1; i <= key_count; i++) asked[part[i]] = 1
    while ((getline line < skipped) > 0) {
        split(line, part, "\t")
        why[part[1]] = part[2]
    }
}
FILENAME != table && NF >= 4 {
    figure[$1, $2, $3] = $4
    if ($1 > rounds) rounds = $1 + 0
    if (!($2 in known)) { known[$2] = 1; commands[++command_count] = $2 }
}
FILENAME == table && FNR == 1 {
    print "| row | ours : theirs | ratio | by CPU | target | least | |"
    print "|---|---|---:|---:|---:|---:|---|"
}
# Ratios of two figures within the rounds, into `ratios`; how many, and the name of what is missing
function pair(ours, theirs,    round, a, b, count) {
    count = 0
    missing = ""
    for (round = 1; round <= rounds; round++) {
        a = value_of(ours, round)
        b = value_of(theirs, round)
        if (a == "") missing = ours
        else if (b == "") missing = theirs
        else if (b > 0) ratios[++count] = a / b
    }
    return count
}
# The name of the processor time that belongs to a wall time
function cpu_of(name) {
    return sub(/:wall$/, ":cpu", name) || sub(/:(reconcile|row|fetch)$/, "&_cpu", name) ? name : "none:none"
}
FILENAME == table && FNR > 1 && (key_count == 0 || $1 in asked) {
    count = pair(cpu_of($2), cpu_of($3))
    by_cpu = count ? number(median(ratios, count)) : "-"
    count = pair($2, $3)
    if (count == 0) {
        said = reason(missing)
        printf "| %s | %s | - | - | %s | %s | %s: %s |\n", $1, $6, $4, $5,
            said ~ /^failed/ ? "not reached" : "not measured", said
        next
    }
    middle = median(ratios, count)
    text = number(middle) (count > 1 ? " (" number(ratios[1]) " to " number(ratios[count]) ")" : "")
    said = $4 == "-" ? "" : middle <= $4 ? "reached" : $5 != "-" && middle <= $5 ? "least reached" : "not reached"
    printf "| %s | %s | %s | %s | %s | %s | %s |\n", $1, $6, text, by_cpu, $4, $5, said
}
END {
    print ""
    print "| command | wall s | CPU s | of that the server | peak memory MiB | anonymous MiB | load by others % |"
    print "|---|---:|---:|---:|---:|---:|---:|"
    for (i = 1; i <= command_count; i++)
        if (spread(commands[i], "wall") != "-")
            printf "| %s | %s | %s | %s | %s | %s | %s |\n", commands[i], spread(commands[i], "wall"),
                spread(commands[i], "cpu"), spread(commands[i], "server"), spread(commands[i], "memory"),
                spread(commands[i], "anonymous"), spread(commands[i], "others")
    print ""
    print "| command | phase | seconds |"
    print "|---|---|---:|"
    for (i = 1; i <= command_count; i++)
        for (p = split("extract homes reconcile reconcile_cpu keep publish load load_cpu", phases, " "); p >= 1; p--)
            if (spread(commands[i], phases[p]) != "-")
                lines[i] = "| " commands[i] " | " phases[p] " | " spread(commands[i], phases[p]) " |\n" lines[i]
    for (i = 1; i <= command_count; i++) printf "%s", lines[i]
}' table=tests/bench/rows.tsv "$figures" tests/bench/rows.tsv
