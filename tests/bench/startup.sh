#!/bin/sh
# startup.sh - what a run costs before and beside its data: `tieout --help`, and the demo job beyond what its sources'
# children take.
#
#   tests/bench/startup.sh [ROUNDS [ORDERS]]     20 rounds of --help, 5 of the job; 600 orders
#
# Printed: the least and the median wall time of --help, beside an empty program's (what exec itself costs); and of the
# demo job, its wall time less that of its slowest source (their children read at the same time), with the part that
# the steps behind the extraction take. commands.sh reads these lines: "N ms in the middle", "beyond it N s".
. "$(dirname "$0")/../integration/lib.sh"
rounds=${1:-20}
stores_start --orders "${2:-600}"

/usr/bin/python3 - "$rounds" "$tieout" <<'PY'
import statistics, subprocess, sys, time

def walls(command):
    found = []
    for _ in range(int(sys.argv[1])):
        start = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        found.append((time.perf_counter() - start) * 1000)
    return found

for name, command in (("an empty program", ["/bin/true"]), ("tieout --help", [sys.argv[2], "--help"])):
    found = walls(command)
    print(f"{name}: {min(found):.1f} ms at least, {statistics.median(found):.1f} ms in the middle")
PY

round=0
while [ $round -lt 5 ]; do
    rm -rf "$stage/demo"
    run demo
    is_code 0 || exit 69
    /usr/bin/python3 - "$(latest demo)/run.json" "$run_took" <<'PY'
import json, sys
measured = json.load(open(sys.argv[1], encoding="utf-8"))["measured"]
sources = max(source["wall_us"] for source in measured["sources"]) / 1e6
wall = int(sys.argv[2]) / 1000
print(f"{wall - sources:.3f} {wall:.3f} {sources:.3f} {wall - measured['extract_us'] / 1e6:.3f}")
PY
    round=$((round + 1))
done | sort -n | head -n 1 | {
    read -r beyond wall sources behind
    echo "the demo job: $wall s, its slowest source $sources s, beyond it $beyond s, behind the extraction $behind s"
}
