# servers.sh - a throw-away PostgreSQL on a unix socket and an SQLite file for the tests of source/. Sourced, not run.
#
# Needs: $work (an own folder). Gives: pg_start, pg_stop, $pg_socket, sql DATABASE < file, sqlite FILE < file.
# The server runs as an unprivileged user: PostgreSQL refuses root. Nothing outside $work is touched.

pg_bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
pg_data=$work/pg/data
pg_socket=$work/pg/socket
pg_user=$(id -un)
as_pg=

if [ "$(id -u)" = 0 ]; then
    pg_user=nobody
    as_pg="setpriv --reuid=$pg_user --regid=$(id -g $pg_user) --clear-groups --"
fi

pg_start() {
    mkdir -p "$work/pg" "$pg_socket"
    [ "$(id -u)" != 0 ] || chown -R "$pg_user" "$work/pg"
    [ "$(id -u)" != 0 ] || chmod 711 "$work"
    if [ ! -d "$pg_data" ]; then
        (cd / && $as_pg "$pg_bin/initdb" -D "$pg_data" -U owner --auth=trust --no-sync -E UTF8 --locale=C.UTF-8) \
            > "$work/initdb.log" 2>&1 || { cat "$work/initdb.log"; return 1; }
        $as_pg sh -c "printf '%s\n' 'local all secret scram-sha-256' 'local all all trust' > '$pg_data/pg_hba.conf'"
        $as_pg sh -c "printf '%s\n' \"listen_addresses = ''\" 'fsync = off' \"unix_socket_directories = '$pg_socket'\" \
            >> '$pg_data/postgresql.conf'"
    fi
    (cd / && $as_pg "$pg_bin/pg_ctl" -D "$pg_data" -l "$work/pg/log" -w -t 60 start) > /dev/null
}

pg_stop() {
    if [ -f "$pg_data/postmaster.pid" ]; then
        kill -CONT $(head -1 "$pg_data/postmaster.pid") $(pgrep -P "$(head -1 "$pg_data/postmaster.pid")") 2>/dev/null
        (cd / && $as_pg "$pg_bin/pg_ctl" -D "$pg_data" -m immediate stop) > /dev/null 2>&1
    fi
    return 0
}

sql() {
    PGOPTIONS="-c client_min_messages=warning" psql -X -q -v ON_ERROR_STOP=1 -h "$pg_socket" -U owner -d "${1:-postgres}" -At
}
