#!/bin/sh
# schedule.sh - what `tieout schedule` prints can be pasted as it is: the shell of cron gets the very words, systemd takes the
# units, and the codes that are tried again are those of the table.
cd "$(dirname "$0")/../.." || exit 1
tieout=$(cd "${BUILD:-build}" && pwd)/tieout
scratch=$(mktemp -d /tmp/tieout-schedule.XXXXXX)
trap 'rm -rf "$scratch"' EXIT
export LC_ALL=C TIEOUT_DEMO_PG="$scratch" TIEOUT_DEMO_ERP="$scratch/erp.db"
number=0 failed=0

check() { # TEXT COMMAND...
    text=$1
    shift
    number=$((number + 1))
    if "$@" >"$scratch/said" 2>&1; then echo "ok $number - $text"; else
        failed=1
        echo "not ok $number - $text"
        sed 's/^/# /' "$scratch/said"
    fi
}
equal() { [ "$1" = "$2" ] || { printf 'got    %s\nwanted %s\n' "$1" "$2"; false; }; }

"$tieout" schedule jobs/nightly.ini --at 02:05 >"$scratch/plain"
check "cron: minute before hour" grep -q '^5 2 \* \* \*  /.*/tieout run --quiet /.*/jobs/nightly.ini$' "$scratch/plain"
check "systemd: the job's own zone" grep -qx 'OnCalendar=\*-\*-\* 02:05:00 Europe/Brussels' "$scratch/plain"
check "variables that cron would not know are named" grep -q 'TIEOUT_DEMO_ERP TIEOUT_DEMO_PG' "$scratch/plain"
retry=$("$tieout" --help | awk '/^Exit codes/ { on = 1 } on && /may be tried again/ { printf "%s%s", sep, $1; sep = " " }')
check "what is tried again is what the table of exit codes says" \
    equal "$(sed -n 's/^RestartForceExitStatus=//p' "$scratch/plain")" "$retry"
check "without --at: 03:15" sh -c "'$tieout' schedule jobs/nightly.ini | grep -q '^15 3 '"
for wrong in 24:00 3:15 03:60 03:15:00 noon ""; do
    "$tieout" schedule jobs/nightly.ini --at "$wrong" >/dev/null 2>"$scratch/error"
    check "--at '$wrong' is refused" equal "$?" 64
done

# A path with everything that a shell, cron or systemd would take for something else
odd="$scratch/job's 100% \"new\" \$x"
mkdir -p "$odd"
{ sed "s,= \.\./,= $PWD/,;s,output *=.*,output = $scratch/out," jobs/nightly.ini; } >"$odd/n.ini"
"$tieout" schedule "$odd/n.ini" >"$scratch/odd"
# cron turns `\%` into `%` and ends the command at a bare one; the rest is the shell's
command=$(sed -n 's/^15 3 \* \* \*  //p' "$scratch/odd")
bare=$(printf '%s' "$command" | sed 's/\\%//g' | grep -c '%')
check "cron: no bare % in the command" equal "$bare" 0
check "cron: the shell gets the file's very name" \
    equal "$(sh -c "printf '%s\n' $(printf '%s' "$command" | sed 's/\\%/%/g')" | tail -n 1)" "$odd/n.ini"

# UNIT OUTPUT: what stands below the unit's heading
unit() { awk -v want="/tieout-nightly.$1 " '/^# ---- / { on = index($0, want) > 0; next } on' "$2"; }
if command -v systemd-analyze >/dev/null 2>&1; then
    for which in plain odd; do
        mkdir -p "$scratch/units-$which"
        unit service "$scratch/$which" >"$scratch/units-$which/tieout-nightly.service"
        unit timer "$scratch/$which" >"$scratch/units-$which/tieout-nightly.timer"
        systemd-analyze verify --man=no "$scratch/units-$which/tieout-nightly.timer" \
            "$scratch/units-$which/tieout-nightly.service" >"$scratch/verify" 2>&1
        code=$?
        check "systemd takes the units ($which)" equal "$code $(grep -c tieout-nightly "$scratch/verify")" "0 0"
    done
else
    number=$((number + 1))
    echo "ok $number - systemd takes the units # SKIP systemd-analyze is not here"
fi
echo "1..$number"
exit $failed
