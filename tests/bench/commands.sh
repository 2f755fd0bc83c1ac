# commands.sh - what bench.sh times: a function command_NAME for each command that rows.tsv compares. To be sourced.
#
# A command runs in a shell of its own and finds $now, an empty folder; it leaves lines `what<TAB>value<TAB>unit` in
# $now/figures and ends with 0 when its result is the answer key's, with 77 when this machine can't run it (the last
# line it says is the reason), with anything else when it failed.

as_of=2026-05-15 # when everything is due: README.md
streams=2        # connections of both sides; those of jobs/postgres.ini
server=          # process id of the server that works for the command, if one does
. tests/bench/postgres.sh

# make_data ROWS PERCENT: files and key for so many rows of usage, kept from run to run. Sets made, the folder.
make_data() {
    made=$work/data-$1-$2
    tool=$(cksum <"$tools/tool_data")
    [ "$(cat "$made/.made-by" 2>/dev/null)" != "$tool" ] || return 0
    say "making $1 rows of usage${2:+, $2 % discrepant}"
    mkdir -p "$made" || exit 73
    "$tools/tool_data" "$made" --usage "$1" ${2:+--discrepant "$2"} >"$made/counts.tsv" || die 74 "tool_data failed"
    tail -n +2 "$made/answer.csv" | sort >"$made/answer.sorted" || exit 74
    echo "$tool" >"$made/.made-by"
}

commands_begin() {
    make_data "$rows" ""
    data=$made
    sh "$bench/sql/tables.sh" duckdb "$data" >"$work/csv.sql" || die 74 "no views"
    sh "$bench/sql/load.sh" >"$work/load.sql" || die 74 "no tables"
    duckdb=$(sh "$bench/duckdb.sh" "$BUILD/bench" 2>"$work/duckdb.log") || duckdb=
    cat "$data"/*.csv >/dev/null # nobody has to wait for the disk
}

commands_end() { postgres_stop; }

not_here() { # REASON
    echo "$@"
    exit 77
}

timed() { # WORDS: the command with its cost, and the server's when one works for it
    "$tools/tool_time" ${server:+--server "$server"} --out "$now/figures" "$@"
}

answers() { # FILE: lines check,order,item in any order
    sort "$1" >"$now/sorted" || exit
    cmp -s "$now/sorted" "$data/answer.sorted" && return
    echo "not the answer key (< got, > wanted):"
    diff "$now/sorted" "$data/answer.sorted" | grep '^[<>]' | head -n 20
    exit 1
}

# ---- Tieout ----

run_failed() { # CODE: 1 would mean something else
    [ "$1" -ne 1 ] || { echo "the run ended with an alert, and this job has none"; exit 70; }
    exit "$1"
}

# run_job JOB POLICY [options]: a run and its phases; its findings are those of the key
run_job() {
    export TIEOUT_BENCH_DATA="$data" TIEOUT_BENCH_OUT="$now/out" TIEOUT_BENCH_POLICY="$bench/jobs/$2.ini"
    run_file=$bench/jobs/$1.ini run_policy=$2
    shift 2
    timed "$tieout" run "$run_file" --as-of "$as_of" --quiet --set "limits.threads=$threads" "$@" || run_failed $?
    run_folder=$now/out/bench/latest
    for phase in extract homes reconcile keep publish reconcile_cpu; do
        awk -F '[:,]' -v phase="$phase" '$1 ~ "^ *\"" phase "_us\"$" { printf "%s\t%.3f\ts\n", phase, $2 / 1000000 }' \
            "$run_folder/run.json" >>"$now/figures"
    done
    awk -F '\t' -v rows="$(sed -n 's/^usage_line\t//p' "$data/counts.tsv")" '
        $1 == "wall" { wall = $2 } $1 == "cpu" { cpu = $2 }
        END { printf "row\t%.4f\tus\nrow_cpu\t%.4f\tus\n", wall * 1e6 / rows, cpu * 1e6 / rows }
        ' "$now/figures" >"$now/row" && cat "$now/row" >>"$now/figures"
    if [ -s "$data/answer.sorted" ]; then
        sh "$bench/score.sh" "$run_folder/discrepancies.csv" "$data" "$run_policy" || exit 1
    else
        [ "$(wc -l <"$run_folder/discrepancies.csv")" -eq 1 ] || { echo "something was found, of nothing"; exit 1; }
    fi
}

command_tieout_three() { run_job files three-way; }
command_tieout_single() { run_job files three-way --set limits.threads=1; }
command_tieout_small() { run_job files three-way --set limits.memory=256MiB; }
command_tieout_every() { run_job files every; }

# The same at other sizes and shares: a tenth of the rows, also with nothing wrong and with half of it wrong.
run_tenth() { # PERCENT
    make_data $((rows / 10)) "$1"
    data=$made
    run_job files three-way
}
command_tieout_tenth() { run_tenth ""; }
command_tieout_none() { run_tenth 0; }
command_tieout_half() { run_tenth 50; }

# ---- DuckDB ----

# duck [options] SCRIPT...: in $now, with the data beside it
duck() {
    [ -n "$duckdb" ] || not_here "$(tail -n 1 "$work/duckdb.log")"
    ln -s "$data" "$now/data"
    cd "$now" || exit
    timed "$tools/tool_duckdb" "$duckdb" "$@" >"$now/said_by_duckdb" || exit
    cat "$now/said_by_duckdb" >>"$now/figures"
}

command_duckdb_load() {
    rm -f "$work/duckdb.db"
    duck --threads "$threads" --database "$work/duckdb.db" "$work/csv.sql" "$work/load.sql"
}

duckdb_reconcile() { # THREADS
    duck --threads "$1" --database "$work/duckdb.db" "$bench/sql/discrepancy.sql" "$bench/sql/reconcile.sql"
    answers result.csv
}

command_duckdb() { duckdb_reconcile "$threads"; }
command_duckdb_single() { duckdb_reconcile 1; }
command_duckdb_csv() {
    duck --threads "$threads" "$work/csv.sql" "$bench/sql/discrepancy.sql" "$bench/sql/reconcile.sql"
    answers result.csv
}

# ---- PostgreSQL ----

# with_server: the command needs it, and its time counts
with_server() {
    [ -n "$postgres_pid" ] || not_here "the PostgreSQL server did not start"
    server=$postgres_pid
    export TIEOUT_BENCH_PG="$postgres_home/pg" PGHOST="$postgres_home/pg" PGUSER=tieout PGDATABASE=bench
}

command_tieout_postgres() {
    with_server
    run_job postgres three-way
}

# What Tieout reads, by the queries of its own job, to nowhere: the floor of any extraction.
command_copy_null() {
    with_server
    cd "$bench/jobs/queries" || exit
    # the largest first, as tables go
    timed "$tools/tool_copy" "" "$streams" movement.sql usage_line.sql invoice_line.sql work_order.sql \
        invoice.sql price.sql item.sql item_cost.sql contract.sql contract_line.sql customer.sql period.sql
}

# The best script without an engine: the needed columns to files, then DuckDB on the files.
command_copy_duckdb() {
    with_server
    [ -n "$duckdb" ] || not_here "$(tail -n 1 "$work/duckdb.log")"
    cd "$now" || exit
    timed sh "$bench/copy_duckdb.sh" "$streams" "$threads" "$duckdb"
    answers result.csv
}

command_postgres_sql() {
    with_server
    [ "$rows" -le 1000000 ] || not_here "takes minutes above N=1000000"
    timed psql -X -q -v ON_ERROR_STOP=1 -o "$now/result.csv" \
        -f "$bench/sql/discrepancy.sql" -c 'COPY (SELECT * FROM discrepancy) TO STDOUT (FORMAT csv)' || exit
    answers "$now/result.csv"
}

# ---- ODBC ----

# with_odbc: the driver without a log of what is read, and an SQLite file with the tables of both stores
with_odbc() {
    [ "$rows" -le 1000000 ] || not_here "filling SQLite takes too long above N=1000000"
    servers_find || not_here "no SQLite driver for ODBC"
    printf '[SQLITE3]\nDescription=SQLite\nDriver=%s\nThreading=2\n' "$SERVERS_DRIVER" >"$work/odbcinst.ini"
    : >"$work/odbc.ini"
    export ODBCSYSINI="$work" ODBCINSTINI=odbcinst.ini TIEOUT_BENCH_DB="$work/sqlite-$rows.db"
    [ "$TIEOUT_BENCH_DB" -nt "$data/.made-by" ] && return
    rm -f "$work/sqlite.part"
    sh "$bench/sql/tables.sh" sqlite "$data" | sqlite3 -bail "$work/sqlite.part" &&
        mv "$work/sqlite.part" "$TIEOUT_BENCH_DB" || exit 74
}

command_tieout_odbc() {
    with_odbc
    run_job odbc three-way
}

# The same queries through the same driver by a program that throws the rows away, in blocks of 100 and of 1000: the
# sum over the queries, of the better one.
command_odbc_null() {
    with_odbc
    [ -x "$tools/tool_odbc" ] || not_here "no tool_odbc"
    for block in 100 1000; do
        for query in "$bench"/jobs/queries/*.sql; do
            "$tools/tool_odbc" "Driver=SQLITE3;Database=file:$TIEOUT_BENCH_DB?mode=ro;StepAPI=1" "$query" "$block" ||
                exit
        done | awk '{ wall += $3; cpu += $6 } END { print wall, cpu }'
    done | sort -n | awk 'NR == 1 { printf "fetch\t%s\ts\nfetch_cpu\t%s\ts\n", $1, $2 }' >>"$now/figures"
}

# ---- measured by programs of their own; what they say becomes figures ----

# figures_of TOOL SCRIPT [ARGUMENTS]: awk's SCRIPT makes figures of what the tool says; 1 is a target missed, no failure
figures_of() {
    [ -e "$1" ] || not_here "no $(basename "$1")"
    figures_tool=$1 figures_script=$2
    shift 2
    case $figures_tool in
    *.sh) sh "$figures_tool" "$@" ;;
    *) "$figures_tool" "$@" ;;
    esac >"$now/tool"
    figures_code=$?
    [ "$figures_code" -le 1 ] || exit "$figures_code"
    awk "BEGIN { OFS = \"\t\" } $figures_script" "$now/tool" >>"$now/figures"
    [ -s "$now/figures" ] || { cat "$now/tool"; exit 70; }
}

command_startup() {
    figures_of "$bench/startup.sh" '
        match($0, /[0-9.]+ ms in the middle/) && /--help/ { print "help", substr($0, RSTART) / 1000, "s" }
        match($0, /beyond it [0-9.]+/) { print "demo", substr($0, RSTART + 10) + 0, "s" }'
}

command_workbook() {
    figures_of "$tools/tool_workbook" '
        match($0, /^median ratio [0-9.]+/) { print "ratio", substr($0, RSTART + 13) + 0, "" }
        match($0, /memory \+[0-9.]+ MiB/) { print "memory", substr($0, RSTART + 8) + 0, "MiB" }' 100000 3
}
