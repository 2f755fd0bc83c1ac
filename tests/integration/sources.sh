#!/bin/sh
# sources.sh - what a run does when a source hangs, dies, refuses, lies or tells secrets.
#
# Each case is a run against the demo stores with one thing wrong: the exit code that cron acts on, the text a person
# acts on, and that the state of the job is untouched. Types, maps and formats of values: source/test_source.sh.
. "$(dirname "$0")/lib.sh"
stores_start --orders 600
run a
check "all is well at first" ends 0
state_of a >"$stage/before"
good=$(latest a)

# refused TEXT CODE TEXTS...: of the last run on a
refused() {
    check "$1" refused_whole "$@"
}
refused_whole() {
    shift
    ends "$@" && no_processes && no_leftovers a && keeps a "$stage/before"
}

sleeper() { echo "SELECT min(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'" | sql; }
awake() { ! sleeping 1; }

# use TREE: the runs that follow use its job, or the real one without an argument
use() { job=${1:+$stage/$1/}jobs/nightly.ini; }

# ---- a source that hangs ----

tree slow
slow 60
use slow
run_later a --set 'source fsm.timeout=3s' --set 'source fsm.retries=0'
check "the source reads" poll 20 sleeping 1
backend=$(sleeper)
kill -STOP "$backend"
started=$(now_ms)
run_end
took=$(($(now_ms) - started))
refused "a backend that hangs: 69 when the source's time is over" 69 "source fsm" "3 s"
check "and not much later ($took ms)" [ "$took" -lt 8000 ]
kill -CONT "$backend"
echo "SELECT pg_terminate_backend($backend)" | sql >/dev/null 2>&1
check "the session is gone" poll 10 awake

# ---- a server that dies ----

run_later a --set 'source fsm.retries=0'
check "the source reads" poll 20 sleeping 1
cluster restart -m immediate
run_end
refused "a server that is killed in mid run: 69" 69 "source fsm"

tree nap
slow 1.5
use nap
run_later b --set 'source fsm.retries=3'
check "the source reads" poll 20 sleeping 1
cluster restart -m immediate
run_end
check "with retries the run goes on" ends 0
tries() {
    /usr/bin/python3 -c 'import json, sys
print([s["tries"] for s in json.load(open(sys.argv[1]))["measured"]["sources"]])' "$1"
}
check "run.json says so: tries $(tries "$(latest b)/run.json")" [ "$(tries "$(latest b)/run.json")" != "[1, 1]" ]
check "nothing is half read: the result is that of an undisturbed run" same_run "$good" "$(latest b)"
use

# ---- a source that is not there ----

run a --set "source fsm.conninfo=host=$stage/nowhere dbname=fsm user=tieout" --set 'source fsm.retries=0'
refused "no server: 69" 69 "source fsm" "PostgreSQL"
run a --set "source fsm.conninfo=host=$stage/s/pg dbname=nowhere user=tieout" --set 'source fsm.retries=0'
refused "no such database: the configuration is wrong" 78 "source fsm" "nowhere"
erp() { run a --set "source erp.connection=$1" --set 'source erp.retries=0'; }
erp "Driver=SQLITE3;Database=file:$stage/absent.db?mode=ro;StepAPI=1"
refused "the ERP's file is missing: 69" 69 "source erp"
check "and was not made" [ ! -e "$stage/absent.db" ]
erp "Driver=SQLITE3;Database=$stage/absent.db;StepAPI=1"
refused "the same, opened as careless people do: 69" 69 "source erp"
check "and was not made either" [ ! -e "$stage/absent.db" ]
erp "Driver=NONESUCH;Database=x"
refused "a driver that is not installed: the configuration is wrong" 78 "source erp" "NONESUCH"

# ---- a source that refuses ----

echo "CREATE ROLE guest LOGIN; GRANT USAGE ON SCHEMA svc TO guest; GRANT SELECT ON ALL TABLES IN SCHEMA svc TO guest;
    REVOKE SELECT ON svc.svc_job_part FROM guest;" | sql
run a --set "source fsm.conninfo=host=$stage/s/pg dbname=fsm user=guest"
refused "no right on a table: 77, and which" 77 "svc_job_part" "usage_line"
tree absent
sed -i 's/svc\.svc_job_part/svc.svc_job_parts/' "$tree/sql/fsm/demo/usage_line.sql"
line=$(grep -n svc_job_parts "$tree/sql/fsm/demo/usage_line.sql" | cut -d : -f 1)
use absent
run a
refused "a table that is not there: 78 with file and line" 78 "usage_line.sql:$line" "svc_job_parts"
tree absent2
sed -i 's/matdoc_item/matdoc_items/' "$tree/sql/erp/demo/movement.sql"
use absent2
run a
refused "the same in the ERP: 78 with the file" 78 "movement.sql" "matdoc_items"
tree unwritten
rm "$tree/sql/fsm/demo/visit.sql"
use unwritten
run a
refused "a query file that is missing is named" 66 "visit.sql"
use
if [ "$(id -u)" -eq 0 ]; then
    skip "a query file that can't be read" "root may read everything"
else
    tree closed
    chmod 0 "$tree/sql/fsm/demo/visit.sql"
    use closed
    run a
    refused "a query file that can't be read" 77 "visit.sql"
    use
fi

# ---- a source that lies ----

tree control
sed -i 's/count(\*) AS rows/count(*) + 1 AS rows/' "$tree/sql/fsm/demo/usage_line.control.sql"
use control
rows=$(/usr/bin/python3 -c 'import json,sys
parts = json.load(open(sys.argv[1]))["result"]["parts"]
print(next(p["rows"] for p in parts if p["title"] == "usage_line"))' "$good/run.json")
run a
refused "control totals that differ: 65 with both figures" 65 "usage_line" "$((rows + 1))" "$rows"
tree control2
sed -i 's/sum(p.qty)/sum(p.qty) + 0.000001/' "$tree/sql/fsm/demo/usage_line.control.sql"
use control2
run a
refused "a millionth too much is seen" 65 "usage_line" "sum_quantity"

# spoil TREE COUNT: so many usage lines carry a word that no map knows
spoil() {
    tree "$1"
    sed -i "s/p\.action  *AS direction/CASE WHEN p.jp_no IN (SELECT jp_no FROM svc.svc_job_part \
WHERE ts_server >= :history_start AND coalesce(ts_device, ts_server) < :window_end ORDER BY jp_no LIMIT $2) \
THEN 'NONSENSE' ELSE p.action::text END AS direction/" "$tree/sql/fsm/demo/usage_line.sql"
    use "$1"
}
spoil many 40
run a
refused "too many rows that can't be read: 65" 65 "usage_line" "40 of $rows" "NONSENSE"
spoil few 7
run c
check "few: the run goes on" ends 0
rejected() {
    [ "$(grep -c '^usage_line,.*direction,NONSENSE,' "$(latest c)/rejected.csv")" -eq "$1" ] && return
    cat "$(latest c)/rejected.csv"
    false
}
check "rejected.csv names each with column and value" rejected 7
counted() { result "$(latest c)/run.json" | grep -q '"rejected": *7'; }
check "run.json counts them" counted
spoil none 0
run d
check "none: the same query, unspoiled" ends 0
check "gives the usual result" same_run "$good" "$(latest d)"
use

# ---- a rejected row makes no firm finding ----

# A movement that belongs to a reported part of which the good run says nothing: mov_id, line_no, usage_id.
/usr/bin/python3 - "$stage/s/erp.db" "$good/discrepancies.csv" >"$stage/movement" <<'PY'
import sqlite3, sys
said = open(sys.argv[2], encoding="utf-8").read()
for row in sqlite3.connect(sys.argv[1]).execute("""SELECT i.mblnr, i.zeile, i.fsm_part FROM matdoc_item i
        JOIN matdoc d USING (mblnr) WHERE i.bwart = '261' AND i.fsm_part <> '' AND d.budat LIKE '202605%'
        ORDER BY 1, 2"""):
    if row[2] not in said:
        print(*row)
        break
PY
read -r mov_id line_no usage_id <"$stage/movement"
this="i.mblnr = '$mov_id' AND i.zeile = $line_no"
# told CERTAINTY VERB EXPORTED TEXT: what discrepancies.csv of g says of the part
told() {
    /usr/bin/python3 - "$(latest g)" "$usage_id" "$@" <<'PY'
import csv, sys
folder, usage_id, certainty, verb, exported, text = sys.argv[1:]
with open(folder + "/discrepancies.csv", encoding="utf-8-sig", newline="") as file:
    rows = [r for r in csv.DictReader(file) if usage_id in r["usage_ids"].replace(";", " ").split() and r["check"] == "INV-01"]
print(usage_id, rows)
ok = len(rows) == 1 and rows[0]["certainty"] == certainty and rows[0]["correction"] == verb
ok = ok and (rows[0]["correction_id"] != "") == (exported == "yes") and text in rows[0]["explanation"]
sys.exit(0 if ok else 1)
PY
}
tree lost
sed -i "s/^  AND d.budat <= \(.*\);/  AND d.budat <= \1 AND NOT ($this);/" "$tree/sql/erp/demo/movement.sql"
sed -i '/control = .*movement.control/d' "$tree/jobs/nightly.ini"
use lost
run g
check "a movement that the ERP lacks" ends 0
check "is a firm finding, and exported" told FIRM GI yes "none issued"
rm -rf "$stage/g"
tree bad
sed -i "s/|| i.menge AS quantity/|| CASE WHEN $this THEN 'abc' ELSE i.menge END AS quantity/" \
    "$tree/sql/erp/demo/movement.sql"
use bad
run g
check "a movement whose quantity is \"abc\": the run goes on" ends 0
check "its row is rejected with the value" grep -q "^movement,.*$mov_id/$line_no,quantity,abc," "$(latest g)/rejected.csv"
check "the gap may be that row: nothing firm, nothing exported" told CONTINGENT INVST no \
    "A rejected movement row names this order or one billed with it; see rejected.csv"
use

# ---- values that are long ----

# Before the number, so that a value that is cut loses it; in letters, since the pattern takes a leading number itself.
filler() {
    echo "CASE WHEN i.order_txt LIKE '%wo%' THEN replace(hex(zeroblob($1)), '0', 'x') || ' ' ELSE '' END || i.order_txt"
}

tree long
sed -i "s/i.order_txt AS wo_ref/$(filler 1900) AS wo_ref/" "$tree/sql/erp/demo/movement.sql"
use long
run e
check "references of 3,800 characters are read whole" ends 0
[ "$code" -ne 0 ] || sed -E 's/x{3800} //g' "$(latest e)/discrepancies.csv" >"$stage/short"
check "and found: the same discrepancies, whose texts show all of it" same "$good/discrepancies.csv" "$stage/short"
tree longer
sed -i "s/i.order_txt AS wo_ref/$(filler 2100) AS wo_ref/" "$tree/sql/erp/demo/movement.sql"
use longer
run a
refused "longer than allowed is refused, not cut" 65 "movement" "4000"
use

# ---- secrets ----

word="xyzzy$$plugh" # stands nowhere else
printf '%s\n' "$word" >"$stage/word"
chmod 600 "$stage/word"
tree secret
sed -i "s,user=tieout\",user=tieout password=$word\"," "$tree/jobs/nightly.ini"
line=$(grep -n '^conninfo' "$tree/jobs/nightly.ini" | cut -d : -f 1)
use secret
run a
refused "a password in the job file is refused, with file and line" 78 "nightly.ini:$line" "password_file"
silent() { ! grep -rF "$word" "$@"; }
check "and not repeated" silent "$stage/out" "$stage/err"
use
run a --set "source fsm.conninfo=host=$stage/s/pg dbname=fsm user=tieout password=$word"
refused "nor may it come with --set" 78 "password"
check "and is not repeated" silent "$stage/out" "$stage/err"

# A login that really asks for it; the socket's other users stay trusted.
echo "CREATE ROLE keyed LOGIN PASSWORD '$word'; GRANT USAGE ON SCHEMA svc TO keyed;
    GRANT SELECT ON ALL TABLES IN SCHEMA svc TO keyed;" | sql
servers_as_owner sh -c "echo 'local all keyed scram-sha-256' | cat - '$stage/s/data/pg_hba.conf' >'$stage/s/data/hba' &&
    mv '$stage/s/data/hba' '$stage/s/data/pg_hba.conf'"
cluster reload
tree keyed
slow 1
sed -i "/^conninfo/s,user=tieout,user=keyed,; /^conninfo/a password_file = $stage/word" "$tree/jobs/nightly.ini"
sed -i "/^connection /a password_file = $stage/word" "$tree/jobs/nightly.ini"
use keyed
run_later f --verbose
check "the source reads" poll 20 sleeping 1
for process in $(marked); do
    tr '\0' '\n' <"/proc/$process/cmdline"
    tr '\0' '\n' <"/proc/$process/environ"
done >"$stage/seen" 2>/dev/null
ps -eww -o args >>"$stage/seen"
run_end
check "a password from a file works" ends 0
seen() { grep -q "TIEOUT_DEMO_PG=$stage" "$stage/seen" && silent "$stage/seen"; }
check "it stands in no command line and no environment" seen
check "nor in anything that was said or written" silent "$stage/out" "$stage/err" "$(folder f)"
check "the result is the usual one" same_run "$good" "$(latest f)"
echo "wrong$word" >"$stage/word"
run a
refused "a wrong password: 77" 77 "keyed"
check "and nobody repeats it" silent "$stage/out" "$stage/err"
chmod 644 "$stage/word"
run a
refused "a password file that others may read is refused" 77 "$stage/word"
use

# ---- what drivers like to leave ----

driver_logs() {
    find /tmp -maxdepth 1 \( -name '*odbc*.log' -o -name 'mylog_*' -o -name 'sql.log' \) -newer "$stage/servers.log"
}
check "no driver left a log in /tmp" [ -z "$(driver_logs)" ]
finish
