# lib.sh - what the ODBC scripts share: jobs of five datasets that come from one ODBC source, and its drivers. To be
# sourced after tests/integration/lib.sh:
#
#   servers_all            PostgreSQL, MariaDB and SQLite with a database `erp` each
#   connect DRIVER         sqlite, psqlodbc, mariadb, or postgres (libpq): sets driver and connection
#   movement EXPRESSIONS [FROM]; job SPLIT [KEYS]; read_all [dump DATASET | describe]; prints TEXT...
#
# Only the sources are run, by tool_extract. Ends the script with a SKIP where a driver or server is not installed.
. tests/integration/odbc/servers.sh

lacking=$(mariadb_missing | tr '\n' ' ')
if [ -n "$lacking" ]; then
    skip "ODBC: $0" "$lacking"
    finish
fi
clean_all() {
    mariadb_stop "$stage/m"
    clean
}
trap clean_all EXIT

# ---- a job of five datasets, all from one ODBC source ----

tool=$BUILD/tests/integration/tool_extract
q=$stage/q
mkdir "$q"
echo "SELECT 'WO-1' AS wo_id, 'repair' AS wo_type, 'closed' AS status, 'C1' AS customer_id, 'EUR' AS currency,
    '2026-11-01 08:00:00' AS created_at, NULL AS closed_at" >"$q/work_order.sql"
echo "SELECT 'U1' AS usage_id, 'WO-1' AS wo_id, 'P-1' AS item_id, '1' AS quantity, 'EA' AS uom,
    '2026-11-01 08:00:00' AS device_at" >"$q/usage_line.sql"
echo "SELECT 'I1' AS inv_id, 'invoice' AS kind, 'paid' AS status, 'C1' AS customer_id, 'EUR' AS currency,
    '2026-11-05' AS posting_date" >"$q/invoice.sql"
echo "SELECT 'I1' AS inv_id, '1' AS line_no, 'S' AS sales_item_id, '1' AS quantity, '1.00' AS net_amount,
    'WO-1' AS wo_ref" >"$q/invoice_line.sql"

connect() { # DRIVER: sets driver and connection
    driver=$1
    case $driver in
    sqlite) connection="Driver=SQLITE3;Database=$stage/erp.db" ;;
    psqlodbc) connection="Driver=PSQLODBC;Server=$stage/s/pg;Database=erp;UID=tieout;CommLog=1;Debug=1" ;;
    postgres) connection="host=$stage/s/pg dbname=erp user=tieout" ;;
    mariadb) connection="Driver=MARIADB;SOCKET=$stage/m/socket;Database=erp;UID=tieout" ;;
    esac
}

# job SPLIT [KEY=VALUE of the source]... : movement is read by what stands in $q/movement.sql; SPLIT is the column or ''
job() {
    split=$1
    shift
    {
        printf '[test]\nreject_rows = 100\n[source erp]\n'
        case $driver in
        postgres) printf 'driver = postgres\nconninfo = "%s"\n' "$connection" ;;
        *) printf 'driver = odbc\nconnection = "%s"\n' "$connection" ;;
        esac
        printf '%s\n' "timezone = ${zone:-UTC}" 'retries = 0' "$@"
        for part in work_order=wo_id usage_line=usage_id invoice=inv_id invoice_line=inv_id movement=; do
            printf '[dataset %s]\nsource = erp\nquery = q/%s.sql\n' "${part%=*}" "${part%=*}"
            [ "$driver" != mariadb ] || [ -z "${part#*=}" ] || echo "split = ${part#*=}"
        done
        [ -z "$split" ] || echo "split = $split"
        [ ! -e "$q/control.sql" ] || echo 'control = q/control.sql'
        echo "${movement_keys:-}"
    } >"$stage/job.ini"
}

read_all() { # [dump DATASET | describe]: sets code; $stage/out and $stage/err
    rm -rf "$stage/frames"
    mkdir "$stage/frames"
    "$tool" "$stage/job.ini" "$stage/frames" "$@" >"$stage/out" 2>"$stage/err" </dev/null
    code=$?
}

movement() { # EXPRESSIONS: the query; a column that is not among them gets a constant
    printf 'SELECT %s\n' "$1" >"$q/movement.sql"
    for pair in "mov_id='M1'" "line_no=1" "movement_class='issue_wo'" "item_id='P'" "quantity=1" "uom='EA'" \
        "posting_date='2026-11-01'" "wo_ref='WO-1'"; do
        echo "$1" | grep -qw "AS ${pair%%=*}" || echo ", ${pair#*=} AS ${pair%%=*}" >>"$q/movement.sql"
    done
    [ $# -eq 1 ] || echo "FROM $2" >>"$q/movement.sql"
}

key() { if [ "$driver" = mariadb ]; then echo mov_id; fi; }

prints() { # TEXT...: each stands in the output
    is_code 0 || return
    for text in "$@"; do
        grep -qF -- "$text" "$stage/out" && continue
        echo "output lacks \"$text\"; it is:"
        cat "$stage/out"
        return 1
    done
}

everywhere() { # SQL that all three take
    sqlite3 -bail "$stage/erp.db" "$1" && echo "$1" | pg && echo "SET time_zone = '+00:00'; $1" | maria
}
pg() { # the account's own encoding is for the readers
    (export PGCLIENTENCODING=UTF8 && servers_psql "$stage/s/pg" erp -A -t)
}
maria() { mariadb_sql "$stage/m" erp "$@"; }

servers_all() {
    stores_start --orders 100
    drivers_list "$stage/s"
    # the template that Debian registers
    printf '\n[PostgreSQL Unicode]\nDriver=psqlodbcw.so\nDebug=0\nCommLog=1\n' >>"$stage/s/odbcinst.ini"
    check "a MariaDB starts" mariadb_start "$stage/m"
    echo "CREATE DATABASE erp TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'" |
        servers_psql "$stage/s/pg" postgres
    mariadb_sql "$stage/m" <<'SQL'
CREATE DATABASE erp CHARACTER SET utf8mb4; SET GLOBAL sql_mode = 'STRICT_ALL_TABLES,ANSI';
CREATE USER tieout; GRANT ALL ON erp.* TO tieout; CREATE USER keyed IDENTIFIED BY 'p;}w'; CREATE USER guest;
GRANT SELECT ON erp.* TO keyed; SET GLOBAL time_zone = '-05:00';
SQL
    # settings of an account that must change nothing
    echo "ALTER ROLE tieout SET DateStyle = 'German'; ALTER ROLE tieout SET TimeZone = 'America/New_York';
        ALTER ROLE tieout SET extra_float_digits = -15; ALTER ROLE tieout SET client_encoding = 'LATIN1'" |
        servers_psql "$stage/s/pg" postgres
}
