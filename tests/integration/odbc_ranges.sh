#!/bin/sh
# odbc_ranges.sh - ranges of a driver that can't stream: no row lost or doubled, columns that can't be split by refused,
# and memory, of the drivers that stream too.
. "$(dirname "$0")/lib.sh"
. tests/integration/odbc/lib.sh
servers_all

# ---- ranges ----

# 120,001 rows: a key of its own, a text that orders otherwise than the number, 3 rows a value
maria <<'SQL'
CREATE TABLE many (id INT PRIMARY KEY, k VARCHAR(20), third INT, amount DECIMAL(14,2), hole INT, INDEX (k),
    INDEX (third));
INSERT INTO many SELECT seq, concat(if(seq % 2, 'a', 'A'), seq, ' x'), seq DIV 3, seq / 100, nullif(seq, 70000)
    FROM seq_1_to_120001;
CREATE TABLE heavy (id INT PRIMARY KEY, k INT); INSERT INTO heavy SELECT seq, 1 FROM seq_1_to_260000;
SQL
echo 'SELECT count(*) AS "rows", sum(amount) AS sum_quantity FROM many' >"$q/control.sql"
connect mariadb
ranges() { # EXPRESSION SPLIT
    movement "$1, amount AS quantity" many
    job "$2"
    read_all
}
whole() {
    prints "part movement rows=120001 rejected=0" "sum_quantity expected=72001800.01 found=72001800.01 equal" || return
}
ranges "id AS mov_id" mov_id
check "MariaDB: ranges of a number, no row lost or doubled" whole
ranges "k AS mov_id" mov_id
check "of a text that orders without case" whole
ranges "id AS mov_id, third AS line_no" line_no
check "of a column whose values stand three times" whole
ranges "id AS mov_id, '' AS wo_ref, cast(id AS char) AS external_id" external_id
check "of an expression" whole
ranges "id AS mov_id, hole AS external_id" external_id
check "of a column that is NULL in a row" whole
ranges "id AS mov_id, amount AS cost_amount, 'EUR' AS currency" cost_amount
check "a column of decimals is refused" ends 78 "split names cost_amount, which comes as decimal"
ranges "id AS mov_id" nothing
check "a column that is not there is refused" ends 78 "split names nothing, which the query does not deliver"
read_all describe
check "at preflight already" prints "part movement CONFIG" "split names nothing"
ranges "id AS mov_id" ''
check "no column at all is refused with the reason" ends 78 "loads a whole result into memory" "split = COLUMN"
read_all describe
check "at preflight already" prints "part movement CONFIG" "loads a whole result into memory"
movement "id AS mov_id, k AS line_no" heavy
echo 'SELECT count(*) AS "rows" FROM heavy' >"$q/control.sql"
job line_no
read_all
check "a value that stands too often is refused" ends 78 "can't be split by: 1 stands in more than 150000 rows"
echo 'UPDATE heavy SET k = NULL' | maria
read_all
check "and a NULL" ends 78 "column line_no can't be split by: it is NULL in more than 150000 rows"
rm "$q/control.sql"
# one driver reads both ways: the rows are the same, the positions apart
connect sqlite
sqlite3 -bail "$stage/erp.db" "CREATE TABLE many (k TEXT, hole INTEGER, half INTEGER, name TEXT);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60001)
    INSERT INTO many SELECT 'K' || i, nullif(i % 7, 0), i / 2, CASE i % 3 WHEN 0 THEN NULL ELSE 'é' || i END FROM n"
movement "k AS mov_id, coalesce(hole, 9) AS line_no, hole AS external_id, half AS serial_no, name AS lot_no" many
rows() { # SPLIT: all rows in an order of their own
    job "$1"
    read_all dump movement
    prints "part movement rows=60001 rejected=0" || return
    grep '^row' "$stage/out" | sort >"$stage/rows"
}
check "SQLite: without ranges" rows ''
mv "$stage/rows" "$stage/whole"
as_whole() { rows "$1" && cmp "$stage/whole" "$stage/rows"; }
for column in mov_id line_no serial_no external_id lot_no; do
    check "SQLite: ranges of $column give the rows of the whole" as_whole $column
done

# ---- memory ----

maria <<'SQL'
CREATE TABLE wide (id INT PRIMARY KEY, txt VARCHAR(200));
INSERT INTO wide SELECT seq, repeat('x', 150) FROM seq_1_to_300000;
SQL
echo "CREATE TABLE wide AS SELECT n AS id, repeat('x', 150) AS txt FROM generate_series(1, 300000) n" | pg
sqlite3 -bail "$stage/erp.db" "CREATE TABLE wide (id INTEGER, txt TEXT); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL
    SELECT i + 1 FROM n WHERE i < 300000) INSERT INTO wide SELECT i, printf('%.150c', 'x') FROM n"
peak() { sed -n 's/^source .*peak_kib=//p' "$stage/out"; }
modest() { # less than 100 bytes a row above a small read; the values alone are 45 MB, held by a driver 100 MB and more
    prints "part movement rows=300000 rejected=0" || return
    echo "peak $1 KiB for one row, $2 KiB for 300,000"
    [ $(($2 - $1)) -lt 28000 ]
}
sanitized=$(grep -c __asan_init "$tool")
for name in sqlite psqlodbc mariadb postgres; do
    if [ "$sanitized" -gt 0 ]; then
        skip "$name: memory of many rows" "a sanitizer keeps what was freed"
        continue
    fi
    connect $name
    movement "id AS mov_id, txt AS serial_no" "wide WHERE id = 1"
    job "$(key)"
    read_all
    small=$(peak)
    movement "id AS mov_id, txt AS serial_no" wide
    job "$(key)"
    read_all
    check "$name: 300,000 rows of 45 MB in $((($(peak) - small) / 1024)) MiB" modest "$small" "$(peak)"
done
finish
