#!/bin/sh
# odbc.sh - the ODBC driver against SQLite, PostgreSQL (psqlodbc) and MariaDB: the same values read alike, what each
# driver hides brought to light, read-only sessions, snapshots, errors with file and line, and servers that die or hang
# in mid stream.
. "$(dirname "$0")/lib.sh"
. tests/integration/odbc/lib.sh
servers_all

# ---- the same values through three drivers ----

long=$(printf 'é%.0s' $(seq 1 1900))
schema="CREATE TABLE val (id INTEGER, big BIGINT, amount NUMERIC(18,6), at TIMESTAMP NULL, day DATE, txt VARCHAR(2000),
    ref VARCHAR(2500));"
echo "$schema" | pg
echo "$schema" | maria
# SQLite stores a NUMERIC as a binary float
sqlite3 -bail "$stage/erp.db" "$(echo "$schema" | sed 's/NUMERIC(18,6)/TEXT/')
    CREATE TABLE odd (n NUMERIC(9,2), b BLOB);
    INSERT INTO odd VALUES (1.1, x'00');"
smile=$(printf '\360\237\230\200 smile')
everywhere "INSERT INTO val VALUES (1, 9007199254740993, 1.5, '2026-07-01 12:00:00', '2026-07-01', 'it''s', ''),
    (2, 5000000001, 0.000001, NULL, '2026-02-28', '$smile', NULL),
    (3, 7, 12.25, '2026-01-01 00:00:00', '2026-12-31', '', '$long WO-77');"
values() { # the rows as they are read
    movement "id AS mov_id, big AS line_no, amount AS quantity, day AS posting_date, at AS entry_at, txt AS serial_no,
        ref AS wo_ref" "val ORDER BY id"
    job "$(key)"
    read_all dump movement
}
for name in sqlite psqlodbc mariadb postgres; do
    connect $name
    values
    check "$name: values of every kind are read" prints "mov_id=1 line_no=9007199254740993" "quantity=0.000001 " \
        "entry_at=2026-07-01T12:00:00Z" "posting_date=2026-02-28" "serial_no=$smile" "wo_ref=$long WO-77" \
        "order=WO-77" "mov_id=3"
    grep '^row' "$stage/out" >"$stage/rows.$name"
done
# values too long for their buffers behind many blocks that another thread reads at the same time
digits=$(seq -s '),(' 0 9)
everywhere "CREATE TABLE digit (n INTEGER); INSERT INTO digit VALUES ($digits);
    CREATE TABLE late (id INTEGER, txt VARCHAR(2500));
    INSERT INTO late SELECT a.n * 1000 + b.n * 100 + c.n * 10 + d.n, 'WO-1'
        FROM digit a CROSS JOIN digit b CROSS JOIN digit c CROSS JOIN digit d;
    UPDATE late SET txt = 'WO-2 ' || '$(printf 'x%.0s' $(seq 1 600))' WHERE id = 7000;
    UPDATE late SET txt = '$long WO-77' WHERE id = 9990"
for name in sqlite psqlodbc mariadb; do
    connect $name
    movement "id AS mov_id, txt AS wo_ref" "late"
    job "$(key)" "fetch_rows = 100"
    read_all dump movement
    check "$name: long values late in a result are read, and each row once" prints \
        "part movement rows=10000 rejected=0" "mov_id=7000 " "order=WO-2" "wo_ref=$long WO-77" "order=WO-77"
done
check "psqlodbc reads what SQLite reads" same "$stage/rows.sqlite" "$stage/rows.psqlodbc"
check "libpq reads what SQLite reads" same "$stage/rows.sqlite" "$stage/rows.postgres"
check "MariaDB reads what SQLite reads" same "$stage/rows.sqlite" "$stage/rows.mariadb"

# ---- what the drivers hide ----

rejects() { # REASON...: the movement is rejected with these
    prints "part movement rows=1 rejected=1" "$@"
}
one() { # EXPRESSION: one movement with it
    movement "$1"
    job "$(key)"
    read_all
}
connect sqlite
one "'0123456789abcdef' || char(10) || 'g' AS mov_id"
check "SQLite: a line break behind sixteen bytes of an id" rejects "holds a line break; an id is one line"
one "'M' || char(10) AS mov_id, '0123456789abcdefg' || CAST(x'ff' AS TEXT) AS serial_no"
check "SQLite: bytes that are no UTF-8" rejects "serial_no is no UTF-8 at byte 18"
connect psqlodbc
one "'infinity'::timestamp AS entry_at"
check "psqlodbc: infinity" rejects "is an infinite instant"
one "'-infinity'::timestamptz AS entry_at"
check "psqlodbc: minus infinity" rejects "is an infinite instant"
one "'infinity'::date AS posting_date"
check "psqlodbc: an infinite date" rejects "is an infinite date"
one "'0044-03-15 BC'::timestamp AS entry_at"
check "psqlodbc: an instant before our era" rejects "is no instant"
one "'0044-03-15 BC'::date AS posting_date"
check "psqlodbc: a date before our era" rejects '"0044-03-15 BC" is no date'
one "'12026-01-02'::timestamp AS entry_at"
check "psqlodbc: a year of five digits" rejects "is no instant"
movement "'M1' AS mov_id, '9999-12-31 23:59:59'::timestamp AS entry_at, '9999-12-31'::date AS posting_date,
    'x' AS \"serial_no\""
job ''
read_all dump movement
check "psqlodbc: the last second of 9999 is no infinity" prints "entry_at=9999-12-31T23:59:59Z" \
    "posting_date=9999-12-31"
one "'NaN'::numeric AS quantity"
check "psqlodbc: NaN" rejects "is no finite number"
zone=Europe/Brussels
one "'2026-07-01 12:00+00'::timestamptz AS entry_at"
job ''
read_all dump movement
check "psqlodbc: an instant with zone" prints "entry_at=2026-07-01T12:00:00Z"
movement "'M1' AS mov_id" "(SELECT '2026-11-20 22:59:59+00'::timestamptz AS t UNION ALL
    SELECT '2026-11-20 23:00:00+00') x WHERE t < :window_end"
job ''
read_all
check "psqlodbc: the window ends at the source's midnight" prints "part movement rows=1 "
zone=UTC
connect mariadb
maria <<'SQL'
SET sql_mode = ''; CREATE TABLE zero (id VARCHAR(9), day DATE, at DATETIME(6), big BIGINT UNSIGNED, ts TIMESTAMP NULL);
SET time_zone = '+00:00';
INSERT INTO zero VALUES ('a', '0000-00-00', '2026-07-00', 18446744073709551615, '2026-07-01 12:00:00'),
    ('b', '2026-07-01', '2026-07-01 12:00:00.123456', 7, NULL);
SQL
movement "id AS mov_id, day AS posting_date" zero
job mov_id
read_all
check "MariaDB: a zero date" prints "rows=2 rejected=1" '"0000-00-00" has month or day zero'
movement "id AS mov_id, at AS entry_at" zero
job mov_id
read_all
check "MariaDB: a day of zero" prints "rows=2 rejected=1" "has month or day zero"
movement "id AS mov_id, big AS line_no" zero
job mov_id
read_all
check "MariaDB: a bigint that is no 64-bit number" prints "rows=2 rejected=1" \
    '"18446744073709551615" is no whole number'
zone=Europe/Brussels
movement "id AS mov_id, ts AS entry_at" zero
job mov_id
read_all
check "MariaDB: a TIMESTAMP needs a zone that the server knows" ends 78 "knows no zone Europe/Brussels"
zone=UTC
job mov_id
read_all dump movement
check "MariaDB: UTC needs no table of zones" prints "entry_at=2026-07-01T12:00:00Z"
mariadb_sql "$stage/m" -f mysql </usr/share/mysql/mysql_test_data_timezone.sql >/dev/null 2>&1
zone=MET
movement "id AS mov_id, ts AS entry_at" "zero WHERE ts < '2026-07-01 14:00:01'"
job mov_id
read_all dump movement
check "MariaDB: with one, queries and values are in it" prints "entry_at=2026-07-01T12:00:00Z" "part movement rows=1 "
zone=UTC

connect psqlodbc
printf 'WITH x AS (SELECT 1 AS n)\n' >"$stage/with"
movement "'M1' AS mov_id" x
cat "$stage/with" "$q/movement.sql" >"$stage/both" && mv "$stage/both" "$q/movement.sql"
job ''
read_all
check "psqlodbc: WITH through a declared cursor" prints "part movement rows=1 rejected=0"

# ---- types ----

for case in "psqlodbc '\\x00'::bytea bytea" "psqlodbc '10:00'::time time" "psqlodbc 0.1::float8 float8" \
    "mariadb CAST('a'_AS_BINARY(3)) varbinary" "mariadb CAST('10:00'_AS_TIME) time" \
    "mariadb CAST('0.1'_AS_DOUBLE) double" \
    "sqlite b BLOB" "sqlite n NUMERIC"; do
    connect "${case%% *}"
    expression=$(echo "${case#* }" | cut -d ' ' -f 1 | tr _ ' ')
    movement "$expression AS quantity" "$([ $driver = sqlite ] && echo odd || echo '(SELECT 1 AS one) x')"
    job "$(key)"
    read_all
    check "$driver: ${case##* } is refused" ends 78 "q/movement.sql: " "${case##* }" "quantity" "cast it"
done
movement_keys='allow_float = quantity'
connect psqlodbc
one "0.1::float8 AS quantity"
check "psqlodbc: allow_float lets a binary float pass" prints "part movement rows=1 rejected=0"
connect mariadb
one "CAST('0.1' AS DOUBLE) AS quantity"
check "MariaDB: so it does there" prints "part movement rows=1 rejected=0"
movement_keys=

# ---- errors ----

connect mariadb
printf 'SELECT 1,\n\n, FROM x\n' >"$q/movement.sql"
job mov_id
read_all
check "MariaDB: a syntax error with file and line" ends 78 "q/movement.sql:3: "
printf 'SELECT mov_id FROM nowhere\n' >"$q/movement.sql"
read_all
check "MariaDB: a table that is not there" ends 78 "q/movement.sql: " "nowhere"
connect psqlodbc
job ''
read_all
check "psqlodbc: a table that is not there" ends 78 "q/movement.sql: " 'relation "nowhere" does not exist' 42P01
movement "1 / (x - x) AS line_no" "(SELECT 1 AS x) y"
read_all
check "psqlodbc: an error while it reads" ends 78 "q/movement.sql: " "division by zero"

# ---- secrets and rights ----

connect mariadb
movement "id AS mov_id" val
printf 'p;}w' >"$stage/word"
chmod 600 "$stage/word"
connection="Driver=MARIADB;SOCKET=$stage/m/socket;Database=erp;UID=keyed"
job mov_id "password_file = $stage/word"
read_all
check "MariaDB: a password with ; and }" prints "part movement rows=3 "
printf 'wrong%s' "$$plugh" >"$stage/word"
read_all
check "MariaDB: a wrong password is 77" ends 77 "source erp"
silent() { ! grep -qF "wrong$$plugh" "$stage/err" "$stage/out"; }
check "and nobody repeats it" silent
connection="Driver=MARIADB;SOCKET=$stage/m/socket;UID=guest"
movement "id AS mov_id" erp.val
job mov_id
read_all
check "MariaDB: no right is 77" ends 77 "denied"

# ---- read-only ----

pg <<'SQL'
CREATE TABLE seen (n int);
CREATE FUNCTION see() RETURNS text LANGUAGE sql VOLATILE AS 'INSERT INTO seen VALUES (1) RETURNING ''M1''';
SQL
maria <<'SQL'
CREATE TABLE seen (n int);
DELIMITER //
CREATE FUNCTION see() RETURNS varchar(9) MODIFIES SQL DATA BEGIN INSERT INTO seen VALUES (1); RETURN 'M1'; END//
SQL
connect psqlodbc
one "see() AS mov_id"
check "psqlodbc: a query that writes fails" ends 78 "read-only transaction"
check "and nothing is written" [ "$(echo 'SELECT count(*) FROM seen' | pg)" -eq 0 ]
connect mariadb
one "see() AS mov_id"
check "MariaDB: a query that writes fails" ends 78 "READ ONLY transaction"
check "and nothing is written" [ "$(echo 'SELECT count(*) FROM seen' | maria)" -eq 0 ]
connect sqlite
echo "DELETE FROM val RETURNING id AS mov_id, 1 AS line_no, 'issue_wo' AS movement_class, 'P' AS item_id, 1 AS quantity,
    'EA' AS uom, '2026-11-01' AS posting_date, '' AS wo_ref" >"$q/movement.sql"
job ''
read_all
check "SQLite: a query that writes fails" ends 78 "a query is one SELECT"
check "and nothing is written" [ "$(sqlite3 "$stage/erp.db" 'SELECT count(*) FROM val')" -eq 3 ]

# ---- one snapshot ----

connect mariadb
echo "SELECT 'WO-1' AS wo_id, 'repair' AS wo_type, 'closed' AS status, 'C1' AS customer_id, 'EUR' AS currency,
    '2026-11-01 08:00:00' AS created_at, NULL AS closed_at WHERE sleep(0.5) = 0" >"$q/work_order.sql"
movement "id AS mov_id" val
job mov_id
read_later() {
    rm -rf "$stage/frames"
    mkdir "$stage/frames"
    "$tool" "$stage/job.ini" "$stage/frames" >"$stage/out" 2>"$stage/err" </dev/null &
    runner=$!
}
naps() { [ "$(echo "SELECT count(*) FROM information_schema.processlist WHERE state = 'User sleep'" | maria)" -ge 1 ]; }
read_later
check "MariaDB: a query is under way" poll 10 naps
echo "INSERT INTO val (id) VALUES (98), (99); DELETE FROM val WHERE id = 1" | maria
run_end
check "what is written meanwhile is not read" prints "part movement rows=3 "

# ---- servers that die or hang in mid stream ----

soon() { # took at most 8 s
    echo "it took $(($(now_ms) - started)) ms"
    [ $(($(now_ms) - started)) -lt 8000 ]
}
sed -i 's/sleep(0.5) = 0/sleep(60) = 0/' "$q/work_order.sql"
job mov_id "timeout = 2s"
read_later
check "MariaDB: a query is under way" poll 10 naps
kill -STOP "$(cat "$stage/m/pid")"
started=$(now_ms)
run_end
check "a MariaDB that hangs: 69 when the source's time is over" ends 69 "source erp"
check "and not much later" soon
check "no child is left" no_processes
job mov_id "timeout = 20s" "connect_timeout = 1s"
started=$(now_ms)
read_all
check "one that hangs before it answers: 69 after connect_timeout" ends 69 "source erp"
check "and not much later" soon
kill -CONT "$(cat "$stage/m/pid")"
job mov_id
check "MariaDB is back" poll 10 maria -e 'SELECT 1'
read_later
check "MariaDB: a query is under way" poll 10 naps
kill -KILL "$(cat "$stage/m/pid")"
started=$(now_ms)
run_end
check "a MariaDB that dies: 69" ends 69 "source erp"
check "at once" soon
check "no child is left" no_processes

connect psqlodbc
movement "id AS mov_id, pg_sleep(0.01)::text AS serial_no" "(SELECT generate_series(1, 100000) AS id) x"
streams() { [ "$(echo "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'" | pg)" -ge 1 ]; }
echo "SELECT 'WO-1' AS wo_id, 'repair' AS wo_type, 'closed' AS status, 'C1' AS customer_id, 'EUR' AS currency,
    '2026-11-01 08:00:00' AS created_at, NULL AS closed_at" >"$q/work_order.sql"
job '' "timeout = 2s" "fetch_rows = 10"
read_later
check "psqlodbc: a query is under way" poll 10 streams
backend=$(echo "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'" | pg)
kill -STOP "$backend"
started=$(now_ms)
run_end
check "a backend that hangs: 69 when the source's time is over" ends 69 "source erp"
check "and not much later" soon
check "no child is left" no_processes
kill -CONT "$backend"
gone() { [ "$(echo "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'" | pg)" -eq 0 ]; }
echo "SELECT pg_terminate_backend($backend)" | pg >/dev/null 2>&1
check "its session is gone" poll 10 gone
postmaster=$(head -n 1 "$stage/s/data/postmaster.pid")
kill -STOP "$postmaster"
job '' "connect_timeout = 1s"
started=$(now_ms)
read_all
kill -CONT "$postmaster"
check "a PostgreSQL that accepts nothing: 69 after connect_timeout" ends 69 "source erp"
check "and not much later" soon
job '' "fetch_rows = 10"
read_later
check "psqlodbc: a query is under way" poll 10 streams
cluster stop -m immediate
started=$(now_ms)
run_end
check "a PostgreSQL that dies: 69" ends 69 "source erp"
check "at once" soon
check "no child is left" no_processes

driver_logs() {
    find /tmp -maxdepth 1 \( -name 'psqlodbc_*.log' -o -name 'mylog_*' -o -name 'sql.log' \) \
        -newer "$stage/servers.log"
}
check "no driver left a log in /tmp, though the job asks for one" [ -z "$(driver_logs)" ]
finish
