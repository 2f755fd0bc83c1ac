#!/bin/sh
# sources.sh - a source breaks off in the middle of its rows, at a byte that is chosen.
#
# A proxy of our own stands between the run and PostgreSQL: it cuts or resets the connection, falls silent, trickles, or
# holds everything at that byte while the server is stopped, killed, restarted or written to. Without tries left a run
# ends with 69 and the source's name; with one left it goes on, and its results are the usual ones. Then an ERP that is
# locked, control figures that disagree, and an output folder that vanishes. Sources that hang or refuse from the start:
# ../integration/sources.sh.
. "$(dirname "$0")/lib.sh"
stores_start --orders 100
calm_runs
server=$stage/s/pg/.s.PGSQL.5432
says=$stage/proxy

said() { grep -q "$1" "$says" 2>/dev/null; }

# behind tcp|unix FAULT BYTES: starts a proxy. Sets proxy_id and conninfo, the option of a run.
behind() {
    rm -rf "$stage/p" "$says"
    mkdir "$stage/p"
    case $1 in tcp) place=tcp ;; *) place=$stage/p/.s.PGSQL.5432 ;; esac
    "$proxy" "$place" "$server" "$2" "$3" "$says" >"$stage/proxy.log" 2>&1 &
    proxy_id=$!
    poll 20 [ -s "$says" ] || { cat "$stage/proxy.log"; return 1; }
    case $1 in tcp) place="host=127.0.0.1 port=$(head -n 1 "$says")" ;; *) place="host=$stage/p" ;; esac
    conninfo="source fsm.conninfo=$place dbname=fsm user=tieout"
}

away() { # ends the proxy; was the fault met?
    kill "$proxy_id" 2>/dev/null
    wait "$proxy_id" 2>/dev/null
    said struck
}

try() { # TRIES [options]: a run on k behind the proxy
    try_count=$1
    shift
    start_from base
    run k --set "$conninfo" --set "source fsm.retries=$try_count" "$@"
}

# ---- the connection ----

# How much the server sends in all: what a proxy that never strikes lets through is not known, so it is felt for.
if is_whole; then bytes="1 9 300 900 2000 5000 20000 50000 100000 200000 300000"; else bytes="1 60000"; fi
for kind in tcp/cut tcp/reset unix/cut; do
    for byte in $bytes; do
        behind "${kind%/*}" "${kind#*/}" "$byte"
        try 0
        check "${kind#*/} over ${kind%/*} after $byte bytes: met" away
        check "69, and which source" survives 69 "source fsm"
        is_whole || [ "$kind/$byte" = tcp/reset/60000 ] || continue
        behind "${kind%/*}" "${kind#*/}" "$byte"
        try 1
        check "the same with a try left: met" away
        check "the run goes on" survives 0
    done
done
for kind in hold trickle; do
    for byte in $(is_whole && echo "1 2000 60000" || echo 60000); do
        behind tcp "$kind" "$byte"
        try 0 --set "source fsm.timeout=2s"
        check "$kind after $byte bytes: met" away
        check "69 when the source's time is over" survives 69 "source fsm" "2 s"
    done
done
behind unix crumbs 1000
try 0
check "rows in pieces of 7 bytes" away
check "are the same rows" survives 0

# ---- the server, while rows are on their way ----

# held COMMAND...: starts a run, and when the proxy holds its rows, does this. The run has one try.
held() {
    behind unix hold 60000
    start_from base
    run_later k --set "$conninfo" --set 'source fsm.retries=0' --set 'source fsm.timeout=4s'
    poll 20 said struck || echo "# the fault was not met"
    "$@"
}

readers() { echo "SELECT pid FROM pg_stat_activity WHERE application_name = 'tieout'" | sql; }
answers() { echo "SELECT 1" | sql; }
signalled() { # SIGNAL: to every backend that reads for the run
    pids=$(readers)
    for pid in $pids; do kill "-$1" "$pid"; done
}
terminated() { echo "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tieout'" | sql; }
after_held() { # TEXT
    run_end
    check "$1: met" away
    poll 30 answers || echo "# the server does not answer"
    check "69, and which source" survives 69 "source fsm"
}

held signalled STOP
run_end
check "a backend that is stopped in the middle of its rows: met" away
for pid in $pids; do kill -CONT "$pid"; done
check "69 when the source's time is over" survives 69 "source fsm" "4 s"
held signalled KILL >"$stage/said"
after_held "a backend that is killed"
held terminated >"$stage/said"
after_held "a session that is terminated"
held cluster restart -m immediate
after_held "a server that is restarted"

# A writer, while the first rows are read: the snapshot was taken before.
writes() {
    sql <<'SQL'
UPDATE svc.svc_job_part SET qty = qty + 1;
CREATE TABLE svc.kept AS SELECT * FROM svc.svc_job_part WHERE jp_no IN (SELECT min(jp_no) FROM svc.svc_job_part);
INSERT INTO svc.svc_job_part SELECT (jsonb_populate_record(p, '{"jp_no": "JP-LATE"}')).* FROM svc.kept AS k
    JOIN svc.svc_job_part AS p USING (jp_no);
SQL
}
held writes
kill -USR1 "$proxy_id"
run_end
check "a writer changes and adds rows meanwhile: met" away
run_code=$code
run other
differs() { ! same_run "$(latest calm)" "$(latest other)" >"$stage/differs"; }
check "a run from now on sees it" differs
sql <<'SQL'
DELETE FROM svc.svc_job_part WHERE jp_no = 'JP-LATE';
UPDATE svc.svc_job_part SET qty = qty - 1;
DROP TABLE svc.kept;
SQL
code=$run_code
check "the run that was under way does not" survives 0

# ---- an ERP that is locked ----

mkfifo "$stage/statements"
sqlite3 "$stage/s/erp.db" <"$stage/statements" >/dev/null 2>&1 &
writer=$!
exec 9>"$stage/statements"
echo "BEGIN EXCLUSIVE;" >&9
locked() { ! sqlite3 "$stage/s/erp.db" "SELECT count(*) FROM sqlite_master"; }
check "somebody locks the ERP's file" poll 20 locked
start_from base
run k --set 'source erp.retries=0' --set 'source erp.timeout=2s'
exec 9>&-
wait "$writer"
check "69 when the source's time is over" survives 69 "source erp"

# ---- figures that disagree ----

start_from base
tree control
sed -i 's/sum(p.qty)/sum(p.qty) + 0.000001/' "$tree/sql/fsm/demo/usage_line.control.sql"
job=$tree/jobs/nightly.ini
run k
job=jobs/nightly.ini
/usr/bin/python3 - "$(latest calm)/run.json" >"$stage/totals" <<'PY'
import decimal, json, sys
parts = json.load(open(sys.argv[1]))["result"]["parts"]
controls = next(p["controls"] for p in parts if p["title"] == "usage_line")
found = next(c["found"] for c in controls if c["name"] == "sum_quantity")
print(found, decimal.Decimal(found) + decimal.Decimal("0.000001"))
PY
read -r found wanted <"$stage/totals"
check "the usual sum is known: $found" [ -n "$wanted" ]
check "a millionth more: 65, dataset, figure and both values" survives 65 usage_line sum_quantity "$found" "$wanted"

# ---- an output folder that vanishes ----

vanish() { rm -rf "$stage/k"; }
held vanish
kill -USR1 "$proxy_id"
run_end
check "the output folder vanishes in the middle of a run: met" away
calm=fresh before=0
check "the run fails and says on what" survives "66 73 74" "$stage/k"
finish
