#!/bin/sh
# readme.sh - what the README says of keys, exit codes and checks is what the program says.
cd "$(dirname "$0")/../.." || exit 1
tieout=${BUILD:-build}/tieout
scratch=$(mktemp -d /tmp/tieout-readme.XXXXXX)
trap 'rm -rf "$scratch"' EXIT
number=0 failed=0

check() { # TEXT COMMAND...
    text=$1
    shift
    number=$((number + 1))
    if "$@"; then echo "ok $number - $text"; else echo "not ok $number - $text"; failed=1; fi
}

"$tieout" help keys-markdown >"$scratch/program"
sed -n '/^<!-- keys -->$/,$p' README.md | sed '1,5d' >"$scratch/readme"
check "the key reference is the program's own (run: tieout help keys-markdown)" diff "$scratch/program" "$scratch/readme"

"$tieout" --help | sed -n '/^Exit codes/,$p' | awk '$1 ~ /^[0-9]+$/ { print $1 }' | sort -n >"$scratch/program"
sed -n '/^| code | meaning/,/^$/p' README.md | awk -F'|' '{ gsub(/,/, " ", $2); n = split($2, c, " "); for (i = 1; i <= n; i++) if (c[i] ~ /^[0-9]+$/) print c[i] }' |
    sort -n >"$scratch/readme"
check "the exit codes are the program's own" diff "$scratch/program" "$scratch/readme"

"$tieout" help checks | grep -c '^[A-Z][A-Z][A-Z]-[0-9][0-9]' >"$scratch/program"
grep -o '[0-9]* checks, of which' README.md | awk '{ print $1 }' >"$scratch/readme"
check "the number of checks is the program's own" diff "$scratch/program" "$scratch/readme"

for folder in jobs src sql reports tests config; do
    check "$folder/ has a README" test -s "$folder/README.md"
done
exit $failed
