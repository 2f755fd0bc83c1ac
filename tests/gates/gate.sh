# gate.sh - what the gates share: the source root as working directory, one line of TAP a question. To be sourced first; a gate
# asks whether the tree is as it should be, where a test asks whether the program does as it should.
set -u
export LC_ALL=C
cd "$(dirname "$0")/../.." || exit 66
processors=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
number=0 failed=0
said=$(mktemp)
trap 'rm -f "$said"' EXIT

# gate TEXT COMMAND...: what the command prints is shown when it fails
gate() {
    gate_text=$1
    shift
    number=$((number + 1))
    if "$@" >"$said" 2>&1; then
        echo "ok $number - $gate_text"
    else
        failed=$((failed + 1))
        echo "not ok $number - $gate_text"
        # what is wrong comes first: behind a first long explanation the next fault would not be seen
        grep -E ' (error|warning): ' "$said" | sort -u | head -n 30 | cut -c 1-300 | sed 's/^/# /'
        head -n 15 "$said" | cut -c 1-300 | sed 's/^/# /'
    fi
}

finish() {
    echo "1..$number"
    [ "$failed" -eq 0 ]
    exit
}
