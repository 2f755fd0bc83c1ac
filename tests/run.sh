#!/bin/sh
# Runs test programs and scripts, each in a folder of its own, and adds up what they say in TAP (ok / not ok / # SKIP).
#
#   tests/run.sh PROGRAM...
#
# A program that ends with an error without having said "not ok" counts as one failure. The output of whatever failed is shown
# whole. JOBS programs run at a time (default: one a processor). Last line: "N passed, N failed", and ", N skipped" if any.
set -u
folder=$(mktemp -d /tmp/tieout-tests.XXXXXX)
trap 'rm -rf "$folder"' EXIT
jobs=${JOBS:-$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)}
export CMOCKA_MESSAGE_OUTPUT=TAP TIEOUT_TESTS_FOLDER="$folder"

cat >"$folder/one.sh" <<'ONE'
name=$(echo "$1" | tr '/' '_')
out=$TIEOUT_TESTS_FOLDER/$name
mkdir -p "$out.d"
start=$(date +%s)
case "$1" in
*.sh) if [ -x "$1" ]; then "$1"; else sh "$1"; fi ;; # what its first line names
*.py) /usr/bin/python3 "$1" ;;
*) "$1" ;;
esac >"$out.log" 2>&1 </dev/null
code=$?
passed=$(grep -c '^ok ' "$out.log")
failed=$(grep -c '^not ok ' "$out.log")
skipped=$(grep -c '^\(not \)\{0,1\}ok .*# *SKIP' "$out.log")
bad=$(grep -c '^not ok .*# *SKIP' "$out.log")
failed=$((failed - bad))
passed=$((passed - skipped + bad))
if [ "$code" -ne 0 ] && [ "$failed" -eq 0 ]; then failed=1; fi
if [ "$code" -eq 0 ] && [ "$passed" -eq 0 ] && [ "$skipped" -eq 0 ]; then failed=1; echo "said nothing: no test ran" >>"$out.log"; fi
echo "$passed $failed $skipped" >"$out.count"
seconds=$(($(date +%s) - start))
short=$(echo "$1" | sed 's,.*tests/,tests/,')
if [ "$failed" -gt 0 ]; then
    echo "FAIL  $short ($failed of $((passed + failed)) failed, exit $code)"
    sed 's/^/      /' "$out.log" | tail -n 60
else
    extra=
    [ "$skipped" -gt 0 ] && extra=", $skipped skipped"
    [ "$seconds" -gt 4 ] && extra="$extra, $seconds s"
    echo "ok    $short ($passed$extra)"
    grep '# *SKIP' "$out.log" | sed 's/^/      /'
fi
ONE

for program in "$@"; do printf '%s\n' "$program"; done | xargs -P "$jobs" -n 1 sh "$folder/one.sh"

cat "$folder"/*.count 2>/dev/null | awk '{ p += $1; f += $2; s += $3 }
    END { printf "%d passed, %d failed%s\n", p, f, s ? ", " s " skipped" : ""; exit f > 0 || p == 0 }'
