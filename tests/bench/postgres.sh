# postgres.sh - a throw-away PostgreSQL with the benchmark's tables. To be sourced; the working directory is the
# source root.
#
#   postgres_start DATA-FOLDER    a cluster, tuned for one big query at a time, with the tables filled and vacuumed
#   postgres_stop                 stops and removes it; safe to call twice, and from a trap
#
# postgres_start sets postgres_home (the socket is $postgres_home/pg, database and user are as below) and
# postgres_pid.
. tests/demo/servers.sh
postgres_home='' postgres_pid=''

# A quarter of the machine's memory as shared buffers, an eighth for a sort or a hash table.
postgres_settings() {
    postgres_mib=$(awk '/^MemTotal/ { print int($2 / 1024) }' /proc/meminfo)
    echo "-c shared_buffers=$((postgres_mib / 4))MB -c work_mem=$((postgres_mib / 8))MB" \
        "-c hash_mem_multiplier=2 -c maintenance_work_mem=$((postgres_mib / 8))MB" \
        "-c effective_cache_size=$((postgres_mib / 2))MB -c full_page_writes=off -c synchronous_commit=off" \
        "-c wal_level=minimal -c max_wal_senders=0 -c max_wal_size=8GB -c autovacuum=off -c jit=off" \
        "-c max_parallel_workers_per_gather=2 -c random_page_cost=1.1"
}

postgres_start() {
    servers_find || return
    # Short, because the path of a socket is limited; 711, because the owner of the cluster has to pass through.
    postgres_home=$(mktemp -d "${TMPDIR:-/tmp}/tieout.XXXXXX") || return 73
    chmod 711 "$postgres_home"
    postgres_home=$postgres_home/s
    SERVERS_SETTINGS=$(postgres_settings)
    servers_folder "$postgres_home" && servers_cluster "$postgres_home" || return
    echo "CREATE DATABASE bench TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'" |
        servers_psql "$postgres_home/pg" postgres &&
        sh tests/bench/sql/tables.sh postgres "$1" | postgres_sql >/dev/null || return
    postgres_pid=$(head -n 1 "$postgres_home/data/postmaster.pid")
}

postgres_sql() { # [options of psql]: statements on stdin
    psql -X -q -v ON_ERROR_STOP=1 -h "$postgres_home/pg" -U tieout -d bench "$@"
}

postgres_stop() {
    [ -n "$postgres_home" ] || return 0
    servers_stop "$postgres_home"
    rmdir "$(dirname "$postgres_home")" 2>/dev/null
    postgres_home='' postgres_pid=''
}
