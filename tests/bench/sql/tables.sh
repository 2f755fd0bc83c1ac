#!/bin/sh
# tables.sh - the CSV files of a folder as tables, on stdout: statements for DuckDB or for psql.
#
#   tests/bench/sql/tables.sh duckdb|postgres FOLDER
#
# The columns are those of the files' first lines, their types follow the data model's rules of names. DuckDB gets
# views on the files, which it calls data/, in a schema csv: every type is said, nothing is guessed at run time, and a
# column that no query asks for is not parsed. PostgreSQL gets tables, filled and vacuumed; empty means NULL.
set -eu
engine=$1 folder=$2

[ "$engine" = postgres ] || echo "CREATE SCHEMA csv;"
for path in "$folder"/*.csv; do
    table=$(basename "$path" .csv)
    case $table in
    answer*) continue ;;
    esac
    head -n 1 "$path" | awk -v table="$table" -v path="$path" -v engine="$engine" '{
        count = split($0, names, ",")
        is_postgres = engine == "postgres"
        for (i = 1; i <= count; i++) {
            type = is_postgres ? "text" : "VARCHAR"
            if (names[i] ~ /quantity$/) type = "DECIMAL(12,3)"
            else if (names[i] ~ /_amount$|^unit_(price|cost)$/) type = "DECIMAL(12,2)"
            else if (names[i] ~ /^share_/) type = "DECIMAL(9,6)"
            else if (names[i] ~ /_at$/) type = is_postgres ? "timestamptz" : "TIMESTAMP"
            else if (names[i] ~ /_date$|^valid_/) type = "DATE"
            else if (names[i] == "line_no") type = "INTEGER"
            columns = columns (i == 1 ? "" : ", ") names[i] (is_postgres ? " " type : ": \047" type "\047")
        }
        if (is_postgres) {
            print "CREATE TABLE " table " (" columns ");"
            print "\\copy " table " FROM \047" path "\047 (FORMAT csv, HEADER)"
        } else {
            print "CREATE VIEW csv." table " AS FROM read_csv(\047data/" table ".csv\047, header = true,"
            print "    auto_detect = false, delim = \047,\047, quote = \047\"\047, escape = \047\"\047,"
            print "    columns = {" columns "});"
        }
    }'
done
[ "$engine" = postgres ] && echo "VACUUM (FREEZE, ANALYZE);" || echo "SET schema = 'csv';"
