#!/bin/sh
# proof.sh - the engine against an independent oracle in SQL: random orders in a private PostgreSQL database, a run on
# them, the same worked out by oracle.sql, both compared finding by finding. README.md says what is covered.
#
#   BUILD=build tests/proof/proof.sh [ORDERS [SHARES [SEEDS]]]
#
# ORDERS an instance (20000), SHARES per cent of orders with a discrepancy ("0 2 50 100"), SEEDS ("1 2"); every share
# with every seed. Each instance is also asked with a fault planted between engine and oracle: it must be noticed.
. "$(dirname "$0")/../integration/lib.sh"
orders=${1:-20000} shares=${2:-0 2 50 100} seeds=${3:-1 2}
proof=tests/proof

# A check that is not here is not compared. In this order they stand in README.md.
checks=INV-01,INV-02,INV-03,INV-04,INV-06,INV-07,INV-08,INV-10,INV-16,INV-21,INV-22
checks=$checks,BIL-01,BIL-02,BIL-03,BIL-04,BIL-05,BIL-06,BIL-07,BIL-08,CON-01,CON-02,CON-11
checks=$checks,WTY-01,WTY-02,WTY-13,ENT-01,ENT-03,EVD-06,WOS-04,WOS-05

bail() {
    echo "Bail out! $*"
    exit 69
}

# Statements on stdin. What is dropped need not be there, and is no news.
store() { PGOPTIONS="-c client_min_messages=warning" servers_psql "$stage/s/pg" "$@"; }

# generate DATABASE SEED SHARE
generate() {
    echo "CREATE DATABASE $1 TEMPLATE template0" | store postgres &&
        cat "$proof/tables.sql" "$proof/generate.sql" "$proof/generate_rows.sql" |
        store "$1" -v "seed=$2" -v "share=$3" -v "orders=$orders" >/dev/null
}

# engine DATABASE: a run on it; one dataset a table of the two schemas. Sets csv.
engine() {
    home=$stage/$1
    mkdir -p "$home/sql"
    cp "$proof/job.ini" "$proof/policy.ini" "$home"
    store "$1" -A -t <"$proof/columns.sql" >"$home/columns" || return
    while read -r side table columns; do
        echo "SELECT $columns FROM $side.$table" >"$home/sql/$table.sql"
        case $table in
        xref_*) printf '[xref %s]\n' "${table#xref_}" ;;
        *) printf '[dataset %s]\n' "$table" ;;
        esac
        printf 'source = %s\nquery = sql/%s.sql\n' "$side" "$table"
    done <"$home/columns" >>"$home/job.ini"
    export TIEOUT_PROOF_PG="$stage/s/pg" TIEOUT_PROOF_DB="$1"
    call run "$home/job.ini" --as-of "$as_of" --quiet
    csv=$home/out/proof/latest/discrepancies.csv
    ends 0
}

# oracle DATABASE [sed script for its second part]: anew, and the run's findings beside it
oracle() {
    {
        echo 'DROP SCHEMA IF EXISTS oracle CASCADE;'
        cat "$proof/oracle.sql"
        sed "${2:-}" "$proof/findings.sql"
        cat "$proof/said.sql"
        printf "%scopy oracle.said FROM '%s' (FORMAT csv, HEADER)\n" '\' "$csv"
    } | store "$1" -v "as_of=$as_of" >/dev/null
}

differences() { store "$1" -A -t -v "checks={$checks}" <"$proof/differences.sql"; } # DATABASE

agree() { # DATABASE
    differences "$1" >"$stage/differences" || return
    [ ! -s "$stage/differences" ] && return
    echo "$(grep -vc '^  ' "$stage/differences") findings differ:"
    cat "$stage/differences"
    false
}

disagree() { # DATABASE -eq|-ge COUNT: so many findings differ
    differences "$1" >"$stage/differences" || return
    count=$(grep -vc '^  ' "$stage/differences")
    [ "$count" "$2" "$3" ] && return
    echo "the fault was not noticed: $count findings differ"
    false
}

said() { # DATABASE CONDITION: how many findings of the checks compared the run has
    echo "SELECT count(*) FROM oracle.said WHERE \"check\" = ANY ('{$checks}') AND $2" | store "$1" -A -t
}

none() { [ "$(said "$1" true)" -eq 0 ] || { said "$1" true; false; }; }

# every DATABASE: each check compared has a finding, so that agreement says something about it
every() {
    echo "SELECT c FROM unnest('{$checks}'::text[]) AS c WHERE c NOT IN (SELECT \"check\" FROM oracle.finding)" |
        store "$1" -A -t >"$stage/missing" || return
    [ ! -s "$stage/missing" ] && return
    echo "the data have no finding of:"
    cat "$stage/missing"
    false
}

# ---- faults planted between engine and oracle ----

change() { # DATABASE STATEMENT
    echo "$2" | store "$1"
}

fault_lost_row() { # DATABASE: an issue that the run has seen is gone when the oracle looks
    change "$1" "DELETE FROM erp.movement WHERE mov_id = (SELECT min(m.mov_id) FROM oracle.moved m JOIN oracle.grp g
        USING (wo_id, item_id, owner, item_condition) WHERE m.q = g.m AND g.u > 0 AND g.owner = 'own'
        AND NOT g.unmanaged AND NOT g.is_cancelled)" && oracle "$1"
}

fault_amount() { # DATABASE: a cent more in one finding of the run
    change "$1" "UPDATE oracle.said SET exposure = exposure + 0.01 WHERE finding_id = (SELECT min(finding_id)
        FROM oracle.said WHERE exposure > 0 AND \"check\" = 'INV-01')"
}

fault_dropped() { # DATABASE: one finding less
    change "$1" "DELETE FROM oracle.said WHERE finding_id = (SELECT max(finding_id) FROM oracle.said
        WHERE \"check\" = 'BIL-01')"
}

# ---- one instance ----

instance() { # SEED SHARE
    name=p$2_$1
    at="$orders orders, $2 % with a discrepancy, seed $1"
    generate "$name" "$1" "$2" || bail "no data: $at"
    check "$at: the run ends well" engine "$name"
    oracle "$name" || bail "the oracle failed: $at"
    check "$at: engine and oracle agree on $(said "$name" true) findings" agree "$name"
    if [ "$2" -eq 0 ]; then
        check "$at: nothing is found" none "$name"
        fault_lost_row "$name" || bail "no fault could be planted: $at"
        check "$at: a row the oracle doesn't see is noticed" disagree "$name" -ge 1
    else
        [ "$orders" -lt 1000 ] || [ "$2" -lt 50 ] || check "$at: every check has findings" every "$name"
        fault_amount "$name" || bail "no fault could be planted: $at"
        check "$at: a cent more in one finding is noticed" disagree "$name" -eq 1
        fault_dropped "$name" || bail "no fault could be planted: $at"
        check "$at: one finding less is noticed too" disagree "$name" -eq 2
        # an order of three quantities read as another: report too small as report too large
        oracle "$name" 's/(6, -1, -1, 0), (7, 1, 1, 0)/(5, -1, -1, 0), (4, 1, 1, 0)/' ||
            bail "no rule could be changed: $at"
        check "$at: another rule for one relation is noticed" disagree "$name" -ge 1
    fi
    echo "DROP DATABASE $name" | store postgres
    rm -rf "${stage:?}/$name"
}

servers_find || bail "no PostgreSQL"
servers_folder "$stage/s" && servers_cluster "$stage/s" || bail "the server did not start"
for seed in $seeds; do
    for share in $shares; do
        instance "$seed" "$share"
    done
done
finish
