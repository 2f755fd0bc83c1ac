#!/bin/sh
# load.sh - statements that copy DuckDB's views of tables.sh into tables of its own, on stdout: what "its own format"
# means. Only the columns that discrepancy.sql reads (needed.tsv).
set -eu
awk -F '\t' '{ print "CREATE TABLE main." $1 " AS SELECT " $2 " FROM csv." $1 ";" }' "$(dirname "$0")/needed.tsv"
echo "SET schema = 'main'; DROP SCHEMA csv CASCADE; CHECKPOINT;"
