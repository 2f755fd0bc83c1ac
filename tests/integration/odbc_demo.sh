#!/bin/sh
# odbc_demo.sh - the demo ERP in SQLite, in PostgreSQL behind psqlodbc and in MariaDB, read by the same queries: the
# published CSV must be the same, byte for byte. psqlodbc and SQLite stream; MariaDB is read in ranges of `split`. The
# workbook may differ: it names the product and the position of a row in what its source delivered.
. "$(dirname "$0")/lib.sh"
. tests/integration/odbc/servers.sh

lacking=$(mariadb_missing | tr '\n' ' ')
if [ -n "$lacking" ]; then
    skip "the ERP through three drivers" "$lacking"
    finish
fi
clean_all() {
    mariadb_stop "$stage/m"
    clean
}
trap clean_all EXIT

# dataset and the column that MariaDB is read in ranges of
splits="movement=mov_id invoice=inv_id invoice_line=inv_id contract_ledger=entry_id claim=claim_id customer=customer_id
    item=item_id item_uom=item_id item_cost=item_id sales_map=used_item_id location=location_id
    contract=contract_id contract_line=contract_id price=used_item_id fx_rate=rate_date period=period_id"

split_job() { # of the tree: every ERP dataset names its column
    for pair in $splits; do
        sed -i "s,^query   = \.\./sql/erp/demo/${pair%=*}\.sql\$,&\nsplit   = ${pair#*=}," "$tree/jobs/nightly.ini"
    done
}

load() { # the ERP into both servers; the generator writes text that both take as it is
    echo "CREATE DATABASE erp TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'" |
        servers_psql "$stage/s/pg" postgres &&
        cat sql/erp/demo/schema.sql "$stage/s/erp.sql" | servers_psql "$stage/s/pg" erp &&
        echo 'CREATE DATABASE erp CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
            CREATE USER tieout IDENTIFIED BY "x"; GRANT SELECT ON erp.* TO tieout;' | mariadb_sql "$stage/m" &&
        { # a key of MariaDB wants a length
            echo "SET sql_mode = 'ANSI,NO_BACKSLASH_ESCAPES,STRICT_ALL_TABLES';"
            sed 's/\bTEXT\b/VARCHAR(160)/g' sql/erp/demo/schema.sql
            cat "$stage/s/erp.sql"
        } | mariadb_sql "$stage/m" erp
}

stores_start --orders 1500
drivers_list "$stage/s"
check "a MariaDB starts" mariadb_start "$stage/m"
check "both servers take the ERP" load
echo x >"$stage/word"
chmod 600 "$stage/word"

run sqlite
check "SQLite: the run is done" ends 0
good=$(latest sqlite)
check "and finds something" [ "$(wc -l <"$good/discrepancies.csv")" -gt 100 ]

like_good() { diff -r --brief -x run.json -x discrepancies.xlsx -x bundle.tar.zst "$good" "$1"; }

run psqlodbc --set "source erp.connection=Driver=PSQLODBC;Server=$stage/s/pg;Database=erp;UID=tieout"
check "psqlodbc: the run is done" ends 0
check "its CSV is the same" same "$good/discrepancies.csv" "$(latest psqlodbc)/discrepancies.csv"
check "and so are corrections and rejected rows" like_good "$(latest psqlodbc)"
reads() { # NAME PRODUCT: run.json says so
    grep -q "$2" "$(latest "$1")/run.json"
}
check "and it was psqlodbc that read" reads psqlodbc psqlodbcw.so

connection="Driver=MARIADB;SOCKET=$stage/m/socket;Database=erp;UID=tieout;INITSTMT={SET sql_mode = ANSI}"
maria="--set source\ erp.connection=\"\$connection\" --set source\ erp.password_file=\"\$stage/word\""
eval run none "$maria"
check "MariaDB without split: 78" ends 78 "loads a whole result" "split = COLUMN"
eval call preflight "$job" "$maria"
check "preflight says the same" ends 78
said() { cat "$stage/out" "$stage/err" | grep -q 'loads a whole result'; }
check "with the reason" said
tree split
split_job
job=$tree/jobs/nightly.ini
eval run maria "$maria"
check "with split: the run is done" ends 0
check "its CSV is the same" same "$good/discrepancies.csv" "$(latest maria)/discrepancies.csv"
check "and so are corrections and rejected rows" like_good "$(latest maria)"
check "and it was MariaDB that was read" reads maria libmaodbc.so
finish
