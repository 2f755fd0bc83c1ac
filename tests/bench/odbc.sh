#!/bin/sh
# odbc.sh - what reading over ODBC costs beyond the driver: tool_odbc, which fetches the rows and throws them away,
# against the extraction of the same query into a sealed frame, in turns, for SQLite, psqlodbc and MariaDB on private
# servers.
#
#   tests/bench/odbc.sh [ROWS [ROUNDS]]      1,000,000 rows, 3 rounds
#
# A line a driver: the driver alone in its best mode (blocks of 100 or 1000 rows, as text or typed), our extraction, the
# ratio of their best wall times, and the processor time of the client per row. MariaDB's driver loads a whole result in
# its best mode; ours reads it in ranges, in bounded memory and one snapshot. Typed dates lose what text shows, so ours
# are texts that the server writes (src/source/README.md).
. "$(dirname "$0")/../integration/lib.sh"
. tests/integration/odbc/lib.sh
rows=${1:-1000000} rounds=${2:-3}
servers_all >"$stage/started" || { cat "$stage/started"; exit 69; }
lone=$BUILD/tests/bench/tool_odbc

columns='mov_id, line_no, movement_class, item_id, quantity, uom, posting_date, wo_ref, cost_amount, currency, entry_at'
table='CREATE TABLE m (mov_id VARCHAR(12) PRIMARY KEY, line_no BIGINT, movement_class VARCHAR(10), item_id VARCHAR(10),
    quantity NUMERIC(14,3), uom VARCHAR(3), posting_date DATE, wo_ref VARCHAR(40), cost_amount NUMERIC(14,2),
    currency VARCHAR(3), entry_at TIMESTAMP NULL);'
echo "$table
INSERT INTO m SELECT 'M' || lpad(n::text, 9, '0'), n % 7 + 1, 'issue_wo', 'P-' || (n::bigint * 7919 % 20000), n % 9 + 1,
    'EA', date '2026-06-01' + n % 28, 'WO-' || (n::bigint * 104729 % 300000), n % 90000 / 100.0, 'EUR',
    timestamp '2026-06-01 18:00:00' + n % 28 * interval '1 day' FROM generate_series(1, $rows) n; ANALYZE m;" | pg
echo "$table
INSERT INTO m SELECT concat('M', lpad(seq, 9, '0')), seq % 7 + 1, 'issue_wo', concat('P-', seq * 7919 % 20000),
    seq % 9 + 1, 'EA', date '2026-06-01' + interval seq % 28 day, concat('WO-', seq * 104729 % 300000),
    seq % 90000 / 100.0, 'EUR', timestamp '2026-06-01 18:00:00' + interval seq % 28 day FROM seq_1_to_$rows;" | maria
echo "SET DateStyle = ISO; SELECT $columns FROM m" | servers_psql "$stage/s/pg" erp -A -t -F '|' >"$stage/m.txt"
echo "$table" | sed 's/NUMERIC([0-9,]*)/TEXT/g' | sqlite3 -bail "$stage/erp.db"
sqlite3 -bail "$stage/erp.db" ".import $stage/m.txt m"
rm "$stage/m.txt"

# seconds COMMAND...: wall and processor seconds of it and its children
seconds() {
    /usr/bin/python3 - "$@" <<'PY'
import resource, subprocess, sys, time
start = time.perf_counter()
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, text=True)
wall = time.perf_counter() - start
use = resource.getrusage(resource.RUSAGE_CHILDREN)
if done.returncode != 0:
    sys.exit(done.returncode)
print(f"{wall:.3f} {use.ru_utime + use.ru_stime:.3f}")
PY
}

for name in sqlite psqlodbc mariadb; do
    connect $name
    echo "SELECT $columns FROM m" >"$q/movement.sql"
    job "$(key)" 'fetch_rows = 1000' 'timeout = 30min'
    case $name in
    sqlite) keys='StepAPI=1' mode=autocommit ;;
    psqlodbc) keys='UseDeclareFetch=1;Fetch=1000;CommLog=0;Debug=0' mode=transaction ;;
    mariadb) keys='FORWARDONLY=1' mode=autocommit ;;
    esac
    : >"$stage/lone" && : >"$stage/ours"
    round=0
    while [ $round -lt "$rounds" ]; do
        for form in "100 char" "1000 char" "100 typed" "1000 typed"; do
            # shellcheck disable=SC2086 # two words
            seconds "$lone" "$connection;$keys" "$q/movement.sql" $form $mode >"$stage/one" || exit 69
            echo "$(cat "$stage/one") $form" >>"$stage/lone"
        done
        rm -rf "$stage/frames" && mkdir "$stage/frames"
        seconds "$tool" "$stage/job.ini" "$stage/frames" >>"$stage/ours" || exit 69
        round=$((round + 1))
    done
    sort -n "$stage/lone" | head -n 1 >"$stage/one"
    sort -n "$stage/ours" | head -n 1 | cat "$stage/one" - | awk -v name=$name -v rows="$rows" '
        NR == 1 { wall = $1; cpu = $2; form = $3 " " $4 }
        NR == 2 { printf "%-9s driver alone %.2f s (%s), extraction %.2f s, ratio %.2f; CPU %.2f and %.2f us a row\n",
            name, wall, form, $1, $1 / wall, cpu / rows * 1e6, $2 / rows * 1e6 }'
done
