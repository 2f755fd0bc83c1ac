#!/bin/sh
# tables.sh - the CSV files of a folder as tables, on stdout: statements for DuckDB, psql or sqlite3.
#
#   tests/bench/sql/tables.sh duckdb|postgres|sqlite FOLDER
#
# The columns are those of the files' first lines, their types follow the data model's rules of names. DuckDB gets
# views on the files, which it calls data/, in a schema csv: every type is said, nothing is guessed at run time, and a
# column that no query asks for is not parsed. The others get tables, filled; empty means NULL. In SQLite everything is
# text: a declared decimal would become a binary float.
set -eu
engine=$1 folder=$2

case $engine in
duckdb) begin="CREATE SCHEMA csv;" end="SET schema = 'csv';" ;;
postgres) begin='' end="VACUUM (FREEZE, ANALYZE);" ;;
sqlite) begin="PRAGMA synchronous = off; PRAGMA journal_mode = off;" end='' ;;
*) echo "tables.sh: $engine: duckdb, postgres or sqlite" >&2; exit 64 ;;
esac
echo "$begin"
for path in "$folder"/*.csv; do
    table=$(basename "$path" .csv)
    case $table in
    answer*) continue ;;
    esac
    head -n 1 "$path" | awk -v table="$table" -v path="$path" -v engine="$engine" '
    function type_of(name) {
        if (engine == "sqlite") return "TEXT"
        if (name ~ /quantity$/) return "DECIMAL(12,3)"
        if (name ~ /_amount$|^unit_(price|cost)$/) return "DECIMAL(12,2)"
        if (name ~ /^share_/) return "DECIMAL(9,6)"
        if (name ~ /_at$/) return engine == "duckdb" ? "TIMESTAMP" : "TIMESTAMP WITH TIME ZONE"
        if (name ~ /_date$|^valid_/) return "DATE"
        return name == "line_no" ? "INTEGER" : engine == "duckdb" ? "VARCHAR" : "TEXT"
    }
    {
        count = split($0, names, ",")
        for (i = 1; i <= count; i++) {
            type = type_of(names[i])
            columns = columns (i == 1 ? "" : ", ") names[i] (engine == "duckdb" ? ": \047" type "\047" : " " type)
            nulls = nulls (i == 1 ? "" : ", ") names[i] " = nullif(" names[i] ", \047\047)"
            empty = empty (i == 1 ? "" : " OR ") names[i] " = \047\047"
        }
    }
    END {
        if (engine == "duckdb") {
            print "CREATE VIEW csv." table " AS FROM read_csv(\047data/" table ".csv\047, header = true,"
            print "    auto_detect = false, delim = \047,\047, quote = \047\"\047, escape = \047\"\047,"
            print "    columns = {" columns "});"
            exit
        }
        print "CREATE TABLE " table " (" columns ");"
        if (engine == "postgres")
            print "\\copy " table " FROM \047" path "\047 (FORMAT csv, HEADER)"
        else
            print ".import --csv --skip 1 \"" path "\" " table "\nUPDATE " table " SET " nulls " WHERE " empty ";"
    }'
done
echo "$end"
