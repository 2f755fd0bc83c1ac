#!/bin/bash
# test_source.sh - source/ against real servers: PostgreSQL over libpq, SQLite over ODBC.
#
# Usage: BUILD=build tests/integration/source/test_source.sh [pattern]; runs the cases whose name holds the pattern.
# Each case is a function case_*; it prints nothing when all is well and says what is wrong otherwise.
# Proves: types, NULLs, rejects, long values, keys over parts, controls, snapshot, errors with file and line, and what happens
# when a server is stopped, killed or refuses. Does not prove: TCP, TLS, drivers other than SQLite's.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@" # the runner starts scripts with sh
set -u
export LC_ALL=C.UTF-8 TZ=UTC
here=$(cd "$(dirname "$0")" && pwd)
build=${BUILD:-build}
tool=$(cd "$build" && pwd)/tests/integration/tool_extract
work=$(mktemp -d "${TMPDIR:-/tmp}/tieout-source.XXXXXX")
. "$here/servers.sh"
trap 'pg_stop; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
passed=0 failed=0

# ---- what every job has; a case overrides files in $q and sections in its job ----
q=$work/q
write_queries() {
    mkdir -p "$q"
    cat > "$q/work_order.sql" <<'SQL'
SELECT wo_id, wo_type, status, customer_id, currency, created_at, closed_at FROM work_order
SQL
    cat > "$q/usage_line.sql" <<'SQL'
-- a comment with :nothing and a ; in it
SELECT usage_id, wo_id, item_id, quantity, uom, device_at
FROM usage_line
WHERE device_at < :window_end;
SQL
    cat > "$q/movement.sql" <<'SQL'
SELECT mov_id, line_no, movement_class, item_id, quantity, uom, posting_date, wo_ref FROM movement
SQL
    cat > "$q/invoice.sql" <<'SQL'
SELECT inv_id, kind, status, customer_id, currency, posting_date FROM invoice
SQL
    cat > "$q/invoice_line.sql" <<'SQL'
SELECT inv_id, line_no, sales_item_id, quantity, net_amount, wo_ref FROM invoice_line
SQL
}

# job NAME [extra lines on stdin]: fsm datasets from PostgreSQL, ERP ones from SQLite
job() {
    cat > "$work/$1.ini" <<INI
[test]
${test_keys:-}
[source fsm]
driver   = postgres
conninfo = "${conninfo:-host=$pg_socket dbname=fsm user=tieout}"
timezone = Europe/Brussels
timeout  = ${timeout:-20s}
retries  = ${retries:-0}
connections = ${connections:-2}
${fsm_keys:-}
[source erp]
driver     = odbc
connection = "Driver=SQLite3;Database=$work/erp.db"
timezone   = Europe/Brussels
timeout    = ${timeout:-20s}
retries    = ${retries:-0}
${erp_keys:-}
[dataset work_order]
source = fsm
query  = q/work_order.sql
[dataset usage_line]
source = fsm
query  = q/usage_line.sql
${usage_keys:-}
[dataset movement]
source = erp
query  = q/movement.sql
${movement_keys:-}
[dataset invoice]
source = erp
query  = q/invoice.sql
[dataset invoice_line]
source = erp
query  = q/invoice_line.sql
INI
    cat >> "$work/$1.ini"
}

# run NAME [more arguments]: output in $out, errors in $err, code in $code
run() {
    local name=$1
    shift
    rm -rf "$work/frames"
    mkdir "$work/frames"
    timeout 60 "$tool" "$work/$name.ini" "$work/frames" "$@" > "$work/out" 2> "$work/err"
    code=$?
    out=$(cat "$work/out")
    err=$(cat "$work/err")
}

expect_code() { [ "$code" = "$1" ] || echo "exit code $code, wanted $1: $err"; }
expect() { grep -qF -- "$2" <<< "${!1}" || printf '%s lacks "%s":\n%s\n' "$1" "$2" "${!1}"; }
expect_no() { ! grep -qF -- "$2" <<< "${!1}" || printf '%s holds "%s":\n%s\n' "$1" "$2" "${!1}"; }

base_data() {
    sql fsm <<'SQL'
DROP TABLE IF EXISTS work_order, usage_line, typed;
CREATE TABLE work_order (wo_id text, wo_type text, status text, customer_id int, currency char(5), created_at timestamptz,
    closed_at timestamptz);
INSERT INTO work_order VALUES ('WO-1', 'repair', 'closed', 17, 'EUR', '2026-11-01 08:00+01', NULL),
    (' WO-2 ', 'pm', 'open', 18, 'EUR', '2026-11-02 08:00:00.25+00', '2026-11-03 00:00+00');
CREATE TABLE usage_line (usage_id text, wo_id text, item_id text, quantity numeric, uom text, device_at timestamp);
INSERT INTO usage_line VALUES ('U1', 'WO-1', 'P-1', 2.5, 'EA', '2026-07-01 12:00'), ('U2', 'WO-1', 'P-2', 1, 'EA', '2026-11-01 12:00');
GRANT SELECT ON ALL TABLES IN SCHEMA public TO tieout;
SQL
    rm -f "$work/erp.db"
    sqlite3_run "$work/erp.db" <<'SQL'
CREATE TABLE movement (mov_id TEXT, line_no INTEGER, movement_class TEXT, item_id TEXT, quantity TEXT, uom TEXT, posting_date DATE,
    wo_ref TEXT);
INSERT INTO movement VALUES ('M1', 1, 'issue_wo', 'P-1', '2.5', 'EA', '2026-11-01', 'wo 1'), ('M1', 2, 'issue_wo', 'P-2', '1', 'EA', '2026-11-02', NULL);
CREATE TABLE invoice (inv_id TEXT, kind TEXT, status TEXT, customer_id TEXT, currency TEXT, posting_date DATE);
INSERT INTO invoice VALUES ('I1', 'invoice', 'paid', 'C1', 'EUR', '2026-11-05');
CREATE TABLE invoice_line (inv_id TEXT, line_no INTEGER, sales_item_id TEXT, quantity TEXT, net_amount TEXT, wo_ref TEXT);
INSERT INTO invoice_line VALUES ('I1', 5000000001, NULL, '1', '-12.345678', 'see WO-0001');
SQL
}

sqlite3_run() { /usr/bin/python3 -c 'import sqlite3,sys
c = sqlite3.connect(sys.argv[1]); c.executescript(sys.stdin.read()); c.commit()' "$1"; }

# ---- cases ----
case_all_is_well() {
    job a < /dev/null
    run a dump usage_line
    expect_code 0
    expect out "source fsm tries=1 product=PostgreSQL 15"
    expect out "source erp tries=1 product=SQLite 3"
    expect out "part work_order rows=2 rejected=0"
    expect out "part invoice_line rows=1 rejected=0"
    expect out "row usage_id=U1 wo_id=WO-1 item_id=P-1 quantity=2.5 uom=EA device_at=2026-07-01T10:00:00Z order=WO-1"
    expect out "row usage_id=U2 wo_id=WO-1 item_id=P-2 quantity=1 uom=EA device_at=2026-11-01T11:00:00Z order=WO-1"
    ls "$work/frames" | grep -v '^frame' && echo "something is left beside the frames"
    run a dump work_order
    expect out "row wo_id=WO-1 wo_type=repair status=closed customer_id=17 currency=EUR created_at=2026-11-01T07:00:00Z closed_at= order=WO-1"
    expect out "row wo_id=WO-2 wo_type=pm status=open customer_id=18 currency=EUR created_at=2026-11-02T08:00:00.250000Z closed_at=2026-11-03T00:00:00Z order=WO-2"
    run a dump movement
    expect out "row mov_id=M1 line_no=1 movement_class=issue_wo wo_ref=wo 1 item_id=P-1 quantity=2.5 uom=EA posting_date=2026-11-01 order=WO-1"
    expect out "row mov_id=M1 line_no=2 movement_class=issue_wo wo_ref= item_id=P-2 quantity=1 uom=EA posting_date=2026-11-02 order="
    run a dump invoice_line
    expect out "line_no=5000000001 wo_ref=see WO-0001"
    expect out "net_amount=-12.345678"
}

case_types_of_postgres() {
    sql fsm <<'SQL'
DROP TABLE IF EXISTS typed; DROP DOMAIN IF EXISTS nr; DROP TYPE IF EXISTS mood;
CREATE DOMAIN nr AS varchar(20); CREATE TYPE mood AS ENUM ('repair', 'pm');
CREATE TABLE typed (wo_id nr, wo_type mood, status name, customer_id uuid, currency char(3), created_at date, closed_at timestamptz,
    is_advance_replacement bool, region text);
INSERT INTO typed VALUES ('WO-7', 'pm', 'open', '0E37DF36-F698-11E6-8DD4-CB9CED3DF976', 'EUR', '2026-07-01', '2026-07-01 12:00:00.123456+02', true, E'a\tb\\c\nd');
GRANT SELECT ON typed TO tieout;
SQL
    echo "SELECT wo_id, wo_type, status, customer_id, currency, created_at, closed_at, region FROM typed" > "$q/work_order.sql"
    job t < /dev/null
    run t dump work_order
    expect_code 0
    expect out "row wo_id=WO-7 wo_type=pm status=open customer_id=0e37df36-f698-11e6-8dd4-cb9ced3df976 "
    expect out "currency=EUR created_at=2026-06-30T22:00:00Z closed_at=2026-07-01T10:00:00.123456Z"
    grep -q $'region=a\tb\\\\c$' "$work/out" || echo "escapes of COPY are not undone: $out"
    echo "SELECT wo_id, wo_type, status, '{1}'::int[] AS customer_id, currency, created_at, closed_at, 1.5::float8 AS price_mode, 1 AS foo FROM typed" > "$q/work_order.sql"
    run t
    expect_code 78
    expect err "q/work_order.sql: Column 4, customer_id: integer[] can't be read into customer_id, a column of type id"
    expect err "Column 8, price_mode: double precision can't be read"
    expect err "foo is no column of dataset work_order"
    echo "SELECT usage_id, wo_id, item_id, 0.1::float8 AS quantity, uom, device_at FROM usage_line" > "$q/usage_line.sql"
    write_queries_but usage_line
    run t
    expect_code 78
    expect err "binary float"
    usage_keys='allow_float = quantity' job t < /dev/null
    run t dump usage_line
    expect_code 0
    expect out "quantity=0.1 "
}

# The values that the two forms write most differently, 5,000 times with changing amounts; frames and rejects byte for byte.
case_copy_forms() {
    local form
    sql fsm <<'SQL'
DROP TABLE IF EXISTS typed; DROP DOMAIN IF EXISTS nr; DROP TYPE IF EXISTS mood;
CREATE DOMAIN nr AS varchar(20); CREATE TYPE mood AS ENUM ('repair', 'pm');
CREATE TABLE typed (wo_id nr, wo_type mood, status name, customer_id uuid, currency char(5), created_at date, closed_at timestamptz,
    is_advance_replacement bool, region text);
INSERT INTO typed SELECT 'WO-' || i, 'pm', 'open', md5(i::text)::uuid, 'EUR', date '2026-07-01' + i, CASE WHEN i % 5 > 0 THEN
    timestamptz '2026-07-01 12:00+02' + i * interval '1.234567 s' END, i % 2 = 0, E'a\tb\\c\nd' || i FROM generate_series(1, 3000) i;
INSERT INTO typed VALUES ('WO-X', 'pm', 'open', NULL, 'EUR', 'infinity', 'infinity'), ('WO-Y', 'pm', 'open', NULL, '', '0044-03-15 BC',
    '0044-03-15 12:00:00.5 BC'), ('WO-Z', 'pm', 'open', NULL, 'EUR', '10000-01-01', '294276-12-31 23:59:59.999999+00');
INSERT INTO usage_line SELECT 'N' || i, 'WO-1', n::text, n, CASE WHEN i % 7 = 0 THEN '' ELSE 'EA' END, timestamp '2026-07-01' +
    i * interval '61.000001 s' FROM generate_series(1, 5000) i, LATERAL (SELECT CASE i % 9 WHEN 0 THEN i WHEN 1 THEN i * 0.01
    WHEN 2 THEN i * 0.0000001 WHEN 3 THEN i * 1000000.5 WHEN 4 THEN -i * 0.5 WHEN 5 THEN i * 10000.00 WHEN 6 THEN i * 1e10
    WHEN 7 THEN i / 7.0 ELSE round(i * 9999.9999, 3) END::numeric AS n) AS x;
INSERT INTO usage_line SELECT 'S' || n, 'WO-1', 'P', n::numeric, 'EA', d::timestamp FROM (VALUES ('NaN', 'infinity'), ('Infinity',
    '-infinity'), ('-Infinity', '0001-01-01'), ('0', '0001-12-31 BC'), ('0.00', '9999-12-31 23:59:59.999999'), ('1e40', '10000-01-01'),
    ('9200000000000', '2026-07-01'), ('9200000000000.000001', '2026-07-01'), ('0.0000005', '2026-07-01 00:00:00.1'),
    ('0.00000049', '1999-12-31 23:59:59.999999'), (repeat('12345', 20), '2026-07-01'), ('1e-40', '2026-07-01')) AS v (n, d);
GRANT SELECT ON typed TO tieout;
SQL
    echo "SELECT wo_id, wo_type, status, customer_id, currency, created_at, closed_at, region FROM typed" > "$q/work_order.sql"
    sed -i 's/^WHERE.*/ORDER BY usage_id/' "$q/usage_line.sql"
    for form in text binary; do
        fsm_keys="copy = $form" test_keys='reject_rows = 5000' job "$form" < /dev/null
        run "$form"
        expect_code 0
        expect out "part work_order rows=3003 rejected=3"
        expect out "part usage_line rows=5014 rejected="
        rm -rf "$work/$form"
        mv "$work/frames" "$work/$form"
        cp "$work/out" "$work/$form.out"
        expect out "is an infinite instant"
    done
    diff -rq "$work/text" "$work/binary"
    diff <(sed 's/ snapshot=.*//' "$work/text.out") <(sed 's/ snapshot=.*//' "$work/binary.out") | head -n 20
    echo "SELECT wo_id, wo_type, status, customer_id, currency, created_at, closed_at, 1::\"char\" AS region FROM typed" > "$q/work_order.sql"
    run binary dump work_order # a type without a binary decoder: read as text
    expect_code 0
    expect out "wo_id=WO-1 "
}

write_queries_but() {
    cp "$q/$1.sql" "$work/kept"
    write_queries
    cp "$work/kept" "$q/$1.sql"
}

case_rejects() {
    sql fsm <<'SQL'
INSERT INTO usage_line VALUES ('U3', 'WO-1', 'P-1', -1, 'EA', '2026-11-01'), ('U4', 'WO-1', NULL, 'NaN', 'EA', '2026-11-01'),
    ('U5', 'WO-1', 'P', 1e13, 'EA', '2026-11-01'), ('U1', 'WO-2', 'P', 1, 'EA', '2026-11-01'),
    ('U6', 'WO-1', 'P', 1, 'EA', NULL), ('U7', 'WO-1', repeat('x', 65), 1, 'EA', '2026-11-01'),
    ('U8', 'WO-1', 'P', 0.1234567, 'EA', '2026-11-01'), ('U9', 'WO-1', 'P', 1, 'EA', '-infinity'),
    ('U10', 'WO-1', 'P', 1, '', '2026-11-01');
SQL
    sed -i 's/^WHERE.*/ORDER BY length(usage_id), usage_id, wo_id/' "$q/usage_line.sql"
    job r < /dev/null
    run r
    expect_code 0
    expect out "part usage_line rows=11 rejected=8 rounded=1 frame=3"
    expect out 'reject usage_line row=2 id=U1 column=usage_id value=U1: usage_line "U1" stands already in row 1 of this part'
    expect out 'row=4 id=U3 column=quantity value=-1: usage_line.quantity "-1" is negative; zero or more is allowed.'
    expect out 'row=5 id=U4 column=item_id value=: usage_line.item_id is empty; every row needs one'
    expect out 'row=5 id=U4 column=quantity value=NaN: usage_line.quantity "NaN" is no finite number'
    expect out 'is too large; up to 9.2e12 is allowed'
    expect out 'id=U6 column=device_at value=: usage_line.device_at and server_at are empty; one of the two is needed'
    expect out 'has 65 bytes; 64 are allowed'
    expect out 'is an infinite instant'
    expect out 'id=U10 column=uom'
    test_keys='reject_rows = 7' job r < /dev/null
    run r
    expect_code 65
    expect err "usage_line: 8 of 11 rows rejected"
    expect err "First reasons: usage_line \"U1\" stands already"
    test_keys='reject_rows = 7
reject_share = 80%' job r < /dev/null
    run r
    expect_code 0
}

case_maps_and_signs() {
    sqlite3_run "$work/erp.db" <<'SQL'
DELETE FROM movement;
INSERT INTO movement VALUES ('M1', 1, ' 261 ', 'P', '1', 'EA', '2026-11-01', NULL), ('M2', 1, '262', 'P', '1', 'EA', '2026-11-01', NULL),
    ('M3', 1, '999', 'P', '-1', 'EA', '2026-11-01', NULL), ('M4', 1, NULL, 'P', '5', 'EA', '2026-11-01', NULL), ('M5', 1, 'count', 'P', '-5', 'EA', '2026-11-01', NULL);
SQL
    job m <<'INI'
[map movement.movement_class]
issue_wo  = 261, 281
return_wo = 262
scrap     = \empty
other     = *
INI
    run m dump movement
    expect_code 0
    expect out "mov_id=M1 line_no=1 movement_class=issue_wo"
    expect out "mov_id=M3 line_no=1 movement_class=other"
    expect out "mov_id=M4 line_no=1 movement_class=scrap"
    expect out "mov_id=M5 line_no=1 movement_class=count"
    expect out "reject movement row=2 id=M2/1 column=quantity value=1: movement.quantity 1 does not fit return_wo, which comes back into stock"
    job m <<'INI'
[map movement.movement_class]
issue_wo  = 261
INI
    run m
    expect out 'movement.movement_class "262" is a code that no map knows. Words are issue_wo|'
}

case_long_values() {
    # far wider than described, in the middle of a block: read whole, or the row is refused; never cut
    /usr/bin/python3 - "$work/erp.db" <<'PY'
import sqlite3, sys
c = sqlite3.connect(sys.argv[1])
c.execute("DELETE FROM movement")
for i in range(2500):
    ref = "x" * 3000 + " WO-%d" % i if i == 1700 else ("WO-%d" % i + "y" * 5000 if i == 1800 else "WO-%d" % i)
    c.execute("INSERT INTO movement VALUES (?, 1, 'issue_wo', 'P', '1', 'EA', '2026-11-01', ?)", ("M%d" % i, ref))
c.commit()
PY
    job l < /dev/null
    run l dump movement
    expect_code 0
    expect out "part movement rows=2500 rejected=1"
    expect out "reject movement row=1801 id=M1800/1 column=wo_ref"
    expect out "has 5007 bytes; 4000 are allowed"
    expect out "$(printf 'x%.0s' $(seq 3000)) WO-1700"
    expect out "order=WO-1700"
}

case_split() {
    /usr/bin/python3 - "$work/erp.db" <<'PY'
import sqlite3, sys
c = sqlite3.connect(sys.argv[1])
c.execute("DELETE FROM movement")
c.executemany("INSERT INTO movement VALUES (?, ?, 'issue_wo', 'P', '1', 'EA', '2026-11-01', NULL)",
    [("M%06d" % (i // 3), i % 3) for i in range(110000)])
c.commit()
PY
    movement_keys='split = MOV_ID' job s < /dev/null
    run s
    expect_code 0
    expect out "part movement rows=110000 rejected=0 rounded=0 frame=110000"
    movement_keys='split = nothing' job s < /dev/null
    run s
    expect_code 78
    expect err "split names nothing, which the query does not deliver"
}

case_control() {
    echo "SELECT count(*) AS rows, sum(quantity) AS sum_quantity, min(usage_id) AS min_usage_id, max(usage_id) AS max_usage_id FROM usage_line" > "$q/usage.control.sql"
    usage_keys='control = q/usage.control.sql' job c < /dev/null
    run c
    expect_code 0
    expect out "control usage_line rows expected=2 found=2 equal"
    expect out "control usage_line sum_quantity expected=3.5 found=3.5 equal"
    expect out "control usage_line max_usage_id expected=U2 found=U2 equal"
    echo "SELECT count(*) AS rows, sum(quantity) + 0.000001 AS sum_quantity FROM usage_line" > "$q/usage.control.sql"
    run c
    expect_code 65
    expect err "usage_line: control figure sum_quantity of"
    expect err "is 3.500001 at the source, but 3.5 was read (FIN-05)"
    # a row that its sign rejects stands in the sum of the source, so in ours
    sql fsm <<< "UPDATE usage_line SET quantity = -2 WHERE usage_id = 'U2'"
    echo "SELECT count(*) AS rows, sum(quantity) AS sum_quantity FROM usage_line" > "$q/usage.control.sql"
    run c
    expect_code 0
    expect out "control usage_line sum_quantity expected=0.5 found=0.5 equal"
    expect out "reject usage_line row=2 id=U2 column=quantity value=-2: usage_line.quantity \"-2\" is negative"
    echo "SELECT count(*) AS rows, 7 AS sum_quantity FROM usage_line" > "$q/usage.control.sql"
    run c
    expect_code 65
    expect err "is 7 at the source, but 0.5 was read (FIN-05); 1 rows were rejected"
    sql fsm <<< "UPDATE usage_line SET quantity = 1 WHERE usage_id = 'U2'"
    echo "SELECT count(*) AS rows, 1 AS sum_uom FROM usage_line" > "$q/usage.control.sql"
    run c
    expect_code 78
    expect err "column sum_uom of the control query is unknown"
}

case_parts_over_sources() {
    # the same key from two sources: the row of the later source is refused, whichever is faster
    cat > "$q/price_a.sql" <<'SQL'
SELECT 'L' AS price_list_id, 'P-' || n AS used_item_id, 1.5 AS unit_price, 'EUR' AS currency, pg_sleep(0.2)::text = '' AS x FROM generate_series(1, 3) n
SQL
    sed -i "s/, pg_sleep(0.2)::text = '' AS x//" "$q/price_a.sql"
    echo "SELECT 'L' AS price_list_id, 'P-3' AS used_item_id, '2' AS unit_price, 'EUR' AS currency UNION ALL SELECT 'L', 'P-4', '2', 'EUR'" > "$q/price_b.sql"
    job p <<'INI'
[dataset price contracts]
source = erp
query  = q/price_b.sql
[dataset price]
source = fsm
query  = q/price_a.sql
INI
    run p
    expect_code 0
    expect out "part price contracts rows=2 rejected=1"
    expect out "part price rows=3 rejected=0"
    expect out 'reject price contracts row=1 id=L/P-3//new/base/1900-01-01 column=price_list_id value=L: price "L/P-3//new/base/1900-01-01" stands already in row 3 of part 7 of the job'
}

case_query_errors() {
    printf 'SELECT usage_id,\n  wo_id, item_id, quantity, uom, device_at\nFROM usage_lines\n' > "$q/usage_line.sql"
    job e < /dev/null
    run e
    expect_code 78
    expect err "q/usage_line.sql:3: relation \"usage_lines\" does not exist (SQLSTATE 42P01)"
    printf -- '-- \xc3\xa9\xc3\xa9\nSELECT usage_id, wo_id, item_id, 1/(quantity - 1) AS quantity, uom, device_at FROM usage_line\n' > "$q/usage_line.sql"
    run e
    expect_code 78
    expect err "division by zero (SQLSTATE 22012)"
    printf 'SELECT usage_id, wo_id, item_id, quantity, uom, device_at FROM usage_line WHERE device_at < :windows_end' > "$q/usage_line.sql"
    run e
    expect_code 78
    expect err "q/usage_line.sql:1:93: unknown parameter :windows_end"
    printf 'WITH x AS (DELETE FROM usage_line RETURNING *) SELECT usage_id, wo_id, item_id, quantity, uom, device_at FROM x' > "$q/usage_line.sql"
    run e
    [ "$code" != 0 ] || echo "a query that deletes was run"
    write_queries
    printf 'SELECT mov_id FROM nowhere' > "$q/movement.sql"
    run e
    expect_code 78
    expect err "q/movement.sql: "
    expect err "no such table: nowhere"
    printf 'SELECT mov_id, line_no, movement_class, item_id, quantity, uom FROM movement' > "$q/movement.sql"
    run e
    expect_code 78
    expect err "Missing columns: wo_ref (id), posting_date (date)."
}

case_describe() {
    printf 'SELECT * FROM nowhere' > "$q/movement.sql"
    printf 'SELECT usage_id, wo_id, item_id, quantity, uom, now()::time AS device_at, 1 AS extra FROM usage_line' > "$q/usage_line.sql"
    sql fsm <<< "REVOKE SELECT ON work_order FROM tieout"
    job d < /dev/null
    run d describe
    expect_code 0
    expect out "part work_order DENIED "
    expect out "part usage_line CONFIG "
    expect out "column usage_line device_at type=time without time zone trouble=time without time zone can't be read into device_at, a column of type instant; cast it to a timestamp type"
    expect out "column usage_line extra type=integer trouble=extra is no column of dataset usage_line"
    expect out "part movement CONFIG "
    expect out "part invoice OK "
    expect out "column invoice inv_id type="
    conninfo="host=$work/nowhere dbname=fsm" job d < /dev/null
    run d describe
    expect_code 0
    expect out "part work_order UNAVAILABLE source fsm: no connection to PostgreSQL"
    expect out "part invoice OK "
}

case_denied() {
    sql fsm <<< "REVOKE SELECT ON usage_line FROM tieout"
    job n < /dev/null
    run n
    expect_code 77
    expect err "permission denied for table usage_line (SQLSTATE 42501)"
    sql fsm <<< "GRANT SELECT ON ALL TABLES IN SCHEMA public TO tieout, secret"
    printf 'wrong-word' > "$work/pw"
    chmod 600 "$work/pw"
    conninfo="host=$pg_socket dbname=fsm user=secret" fsm_keys="password_file = pw" job n < /dev/null
    run n
    expect_code 77
    expect err "password authentication failed for user \"secret\" (SQLSTATE 28P01)"
    expect_no err wrong-word
    conninfo="host=$pg_socket dbname=fsm user=secret" job n < /dev/null
    PGPASSFILE=/nonexistent run n
    expect_code 77
    expect err "PostgreSQL wants a password"
    printf 'the word' > "$work/pw"
    conninfo="host=$pg_socket dbname=fsm user=secret" fsm_keys="password_file = pw" job n < /dev/null
    run n
    expect_code 0
    conninfo="host=$pg_socket dbname=fsm user=secret password=abc" job n < /dev/null
    run n
    expect_code 78
    expect err "n.ini:5: [source fsm] conninfo: a password may not stand here"
    expect_no err abc
    conninfo="host=$pg_socket dbname=nowhere user=tieout" job n < /dev/null
    run n
    expect_code 78
    expect err "database \"nowhere\" does not exist (SQLSTATE 3D000)"
}

case_gone_and_retried() {
    conninfo="host=$work/nowhere dbname=fsm" retries=2 test_keys='retry_ms = 30' job g < /dev/null
    run g
    expect_code 69
    expect err "trying again (1 of 2)"
    expect err "trying again (2 of 2)"
    # a session that is terminated in mid stream is read again from a clean start
    sql fsm <<'SQL'
INSERT INTO usage_line SELECT 'X' || n, 'WO-1', 'P', 1, 'EA', '2026-11-01' FROM generate_series(1, 400) n;
DROP SEQUENCE IF EXISTS calls; CREATE SEQUENCE calls; GRANT ALL ON calls TO tieout;
DROP TABLE IF EXISTS doom; CREATE TABLE doom (go bool); INSERT INTO doom VALUES (true);
GRANT SELECT ON doom TO tieout;
SQL
    printf 'SELECT usage_id, wo_id, item_id, quantity, uom, device_at, pg_sleep(0.01)::text AS serial_no FROM usage_line' > "$q/usage_line.sql"
    retries=1 job g < /dev/null
    # quiet: a session that has just ended may still be seen
    (sleep 1.5; sql fsm <<< "SET client_min_messages = error; SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tieout' AND query LIKE 'COPY%'" > /dev/null) &
    run g
    wait $!
    expect_code 0
    expect out "source fsm tries=2"
    expect out "part usage_line rows=402 rejected=0 rounded=0 frame=402"
}

case_stopped_server() {
    sql fsm <<< "INSERT INTO usage_line SELECT 'X' || n, 'WO-1', 'P', 1, 'EA', '2026-11-01' FROM generate_series(1, 2000) n"
    printf 'SELECT usage_id, wo_id, item_id, quantity, uom, device_at, pg_sleep(0.01)::text AS serial_no FROM usage_line' > "$q/usage_line.sql"
    timeout=3s connections=1 job h < /dev/null
    (sleep 1; pid=$(sql fsm <<< "SELECT pid FROM pg_stat_activity WHERE application_name = 'tieout' LIMIT 1"); echo "$pid" > "$work/stopped"; kill -STOP "$pid") &
    local began=$SECONDS
    run h
    wait $!
    expect_code 69
    expect err "no answer from PostgreSQL within its timeout (3 s)"
    [ $((SECONDS - began)) -le 8 ] || echo "it took $((SECONDS - began)) s"
    kill -CONT "$(cat "$work/stopped")"
    # a server that accepts nothing at all: the connection ends at connect_timeout
    fsm_keys="connect_timeout = 1s" job h < /dev/null
    kill -STOP "$(head -1 "$pg_data/postmaster.pid")"
    began=$SECONDS
    run h
    kill -CONT "$(head -1 "$pg_data/postmaster.pid")"
    expect_code 69
    expect err "did not answer a connection within 1000 ms"
    [ $((SECONDS - began)) -le 5 ] || echo "it took $((SECONDS - began)) s"
    # and at the source's own timeout, which is named then, when that is the shorter one
    timeout=1s job h < /dev/null
    kill -STOP "$(head -1 "$pg_data/postmaster.pid")"
    run h
    kill -CONT "$(head -1 "$pg_data/postmaster.pid")"
    expect_code 69
    expect err "no answer from PostgreSQL within its timeout (1 s) while connecting"
}

case_slow_query() {
    printf "SELECT usage_id, wo_id, item_id, quantity, uom, device_at, pg_sleep(30)::text AS serial_no FROM usage_line" > "$q/usage_line.sql"
    timeout=2s job o < /dev/null
    run o
    expect_code 69
    local left
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        left=$(sql fsm <<< "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'tieout' AND state = 'active'")
        [ "$left" = 0 ] && break
        sleep 0.3
    done
    [ "$left" = 0 ] || echo "$left sessions go on at the server"
}

case_snapshot() {
    # two connections and a writer in between: both see the state of the start
    sql fsm <<< "TRUNCATE work_order, usage_line; INSERT INTO work_order VALUES ('WO-1', 'repair', 'closed', 17, 'EUR', now(), NULL); INSERT INTO usage_line VALUES ('U1', 'WO-1', 'P', 1, 'EA', '2026-11-01')"
    printf "SELECT wo_id, wo_type, status, customer_id, currency, created_at, closed_at, pg_sleep(1.5)::text AS region FROM work_order" > "$q/work_order.sql"
    printf "WITH w AS MATERIALIZED (SELECT pg_sleep(1.5) AS s) SELECT usage_id, wo_id, item_id, quantity, uom, device_at FROM w, usage_line" > "$q/usage_line.sql"
    job k < /dev/null
    (sleep 0.8; sql fsm <<< "INSERT INTO usage_line SELECT 'N' || n, 'WO-1', 'P', 1, 'EA', '2026-11-01' FROM generate_series(1, 100) n; DELETE FROM usage_line WHERE usage_id = 'U1'") &
    run k dump usage_line
    wait $!
    expect_code 0
    expect out "part usage_line rows=1 rejected=0"
    expect out "row usage_id=U1 "
}

# The two that the planner thinks largest are taken first, whatever the order of the datasets: while both wait, nothing
# else has been read.
case_largest_first() {
    local pid waiting=0 tries=0
    sql fsm <<'SQL'
CREATE OR REPLACE FUNCTION gate() RETURNS text LANGUAGE sql VOLATILE AS
    $$ SELECT 'EA' FROM (SELECT pg_advisory_xact_lock_shared(7)) g $$;
ANALYZE work_order;
SQL
    echo "SELECT 'U' || n AS usage_id, 'WO-1' AS wo_id, 'P' AS item_id, 1 AS quantity, gate() AS uom,
        date '2026-11-01' AS device_at FROM generate_series(1, 300) n" > "$q/usage_line.sql"
    echo "SELECT 'V' || n AS visit_id, 'WO-1' AS wo_id, 'T' AS technician_id, timestamp '2026-11-01' AS started_at,
        timestamp '2026-11-01' AS ended_at, gate() AS outcome FROM generate_series(1, 200) n" > "$q/visit.sql"
    job g << 'INI'
[dataset visit]
source = fsm
query  = q/visit.sql
[map visit.outcome]
done = *
INI
    rm -rf "$work/frames"
    mkdir "$work/frames"
    coproc holder { PGOPTIONS= psql -X -q -h "$pg_socket" -U owner -d fsm -At; }
    echo "SELECT pg_advisory_lock(7);" >&"${holder[1]}"
    read -r -u "${holder[0]}" _
    "$tool" "$work/g.ini" "$work/frames" > "$work/out" 2> "$work/err" &
    pid=$!
    while [ "$waiting" != 2 ] && [ $((tries += 1)) -lt 400 ]; do
        waiting=$(sql fsm <<< "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    done
    [ "$waiting" = 2 ] || echo "$waiting of the two large queries wait: $(cat "$work/err")"
    [ ! -e "$work/frames/frame.0" ] || echo "work_order was read before them"
    echo "SELECT pg_advisory_unlock(7);" >&"${holder[1]}"
    wait "$pid" || echo "the run ends with $?: $(cat "$work/err")"
    grep -qF "part visit rows=200 rejected=0" "$work/out" || cat "$work/out"
    eval "exec ${holder[1]}>&-"
    wait "$holder_PID" 2> /dev/null
}

case_no_orphan() {
    sql fsm <<< "INSERT INTO usage_line SELECT 'X' || n, 'WO-1', 'P', 1, 'EA', '2026-11-01' FROM generate_series(1, 3000) n"
    printf 'SELECT usage_id, wo_id, item_id, quantity, uom, device_at, pg_sleep(0.01)::text AS serial_no FROM usage_line' > "$q/usage_line.sql"
    job z < /dev/null
    rm -rf "$work/frames"
    mkdir "$work/frames"
    "$tool" "$work/z.ini" "$work/frames" > /dev/null 2>&1 &
    local pid=$! children left
    sleep 1
    children=$(pgrep -P "$pid")
    [ -n "$children" ] || echo "there are no children to be orphaned"
    kill -9 "$pid"
    wait "$pid" 2> /dev/null
    sleep 0.5
    for child in $children; do
        case $(sed 's/.*) //; s/ .*//' "/proc/$child/stat" 2> /dev/null) in
        '' | Z | X) ;; # gone, or dead and waiting for whoever adopted it
        *) echo "child $child is left" ;;
        esac
    done
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        left=$(sql fsm <<< "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'tieout'")
        [ "$left" = 0 ] && break
        sleep 0.3
    done
    [ "$left" = 0 ] || echo "$left sessions are left at the server"
}

case_odbc_read_only_and_missing() {
    printf "SELECT mov_id, line_no, movement_class, item_id, quantity, uom, posting_date, wo_ref FROM movement" > "$q/movement.sql"
    job w < /dev/null
    sed -i "s|Database=$work/erp.db|Database=$work/none.db|" "$work/w.ini"
    run w
    [ "$code" != 0 ] || echo "a missing database was read"
    [ ! -e "$work/none.db" ] || echo "a missing database was made"
    job w < /dev/null
    sed -i "s|Driver=SQLite3|Driver=NoSuchDriver|" "$work/w.ini"
    run w
    expect_code 78
    expect err "source erp: "
}

# libpq is loaded by the child that needs it: no other program of ours names it, and without it the source says so
case_client_library() {
    local program
    for program in "$tool" "$build/tieout"; do
        ! readelf -d "$program" | grep -q 'NEEDED.*libpq' || echo "$program is linked to libpq: each start loads it"
    done
    job l < /dev/null
    mkdir -p "$work/lib"
    : > "$work/lib/libpq.so.5"
    LD_LIBRARY_PATH=$work/lib run l
    expect_code 78
    expect err "PostgreSQL's client library can't be loaded: $work/lib/libpq.so.5: file too short; install it"
    ln -sf "$(ldconfig -p | sed -n 's/.*libz\.so\.1 .*=> //p' | head -n 1)" "$work/lib/libpq.so.5"
    LD_LIBRARY_PATH=$work/lib run l
    expect_code 78
    expect err "PostgreSQL's client library libpq.so.5 has no function PQclear; install a newer one"
}

case_determinism() {
    local one two
    sql fsm <<< "INSERT INTO usage_line SELECT 'X' || n % 900, 'WO-1', 'P', 1, 'EA', '2026-11-01' FROM generate_series(1, 1000) n"
    test_keys='reject_rows = 200' job x < /dev/null
    run x
    expect_code 0
    expect out "part usage_line rows=1002 rejected=100 rounded=0 frame=902"
    one=$(grep -v '^source' <<< "$out"; cd "$work/frames" && sha256sum *)
    test_keys='reject_rows = 200' connections=1 job x < /dev/null
    run x
    expect_code 0
    two=$(grep -v '^source' <<< "$out"; cd "$work/frames" && sha256sum *)
    [ "$one" = "$two" ] || { echo "one and two connections differ:"; diff <(echo "$one") <(echo "$two"); }
}

# ---- main ----
if ! pg_start; then
    echo "not ok - the throw-away PostgreSQL does not start"
    exit 1
fi
sql postgres <<'SQL'
CREATE DATABASE fsm; CREATE ROLE tieout LOGIN; CREATE ROLE secret LOGIN PASSWORD 'the word';
SQL
for name in $(declare -F | sed -n 's/^declare -f case_//p'); do
    [[ $name == *${1:-}* ]] || continue
    write_queries
    base_data
    trouble=$(case_$name 2>&1)
    if [ -z "$trouble" ]; then
        passed=$((passed + 1))
        echo "ok - source: $name"
    else
        failed=$((failed + 1))
        echo "not ok - source: $name"
        sed 's/^/    /' <<< "$trouble"
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
