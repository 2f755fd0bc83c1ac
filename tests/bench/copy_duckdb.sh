#!/bin/sh
# copy_duckdb.sh - the best script from PostgreSQL to discrepancies without an engine: the needed columns to CSV files
# by psql, several at once, then DuckDB on the files. Works in the current folder; leaves result.csv there.
#
#   tests/bench/copy_duckdb.sh STREAMS THREADS LIBRARY
#
# BUILD is the build folder (absolute); the connection comes from PGHOST and the like.
set -eu
streams=$1 threads=$2 library=$3
bench=$(cd "$(dirname "$0")" && pwd)
export bench
mkdir data
# the largest first
tables='movement usage_line invoice_line work_order price contract contract_line'
echo "$tables" | tr ' ' '\n' | xargs -P "$streams" -n 1 sh -c '
    columns=$(awk -F "\t" -v table="$1" "\$1 == table { print \$2 }" "$bench/sql/needed.tsv")
    psql -X -q -v ON_ERROR_STOP=1 -c "COPY (SELECT $columns FROM $1) TO STDOUT (FORMAT csv, HEADER)" >"data/$1.csv"' sh
sh "$bench/sql/tables.sh" duckdb data >csv.sql
"$BUILD/tests/bench/tool_duckdb" "$library" --threads "$threads" csv.sql "$bench/sql/discrepancy.sql" \
    "$bench/sql/reconcile.sql"
