# servers.sh - the demo company's two stores, private and throw-away. To be sourced by a POSIX shell script:
#
#   . tests/demo/servers.sh
#   servers_start FOLDER          makes both stores in FOLDER (an absolute path that does not exist yet) and fills them
#   servers_stop FOLDER           stops the server again and removes FOLDER; safe to call twice, and from a trap
#
# BUILD names the build folder that holds tests/demo/tool_company (default: build), SERVERS_COMPANY further options of
# it, as "--orders 600"; the working directory is the source root. servers_start exports what jobs/nightly.ini reads:
# TIEOUT_DEMO_PG (socket folder), TIEOUT_DEMO_ERP (database file), ODBCSYSINI and ODBCINSTINI (drivers of this run only,
# without a log of what is read). PostgreSQL listens on a socket in FOLDER, on no port. It refuses to run as root, so
# root hands it to another user.

servers_say() { echo "servers: $*" >&2; }

# Runs a command as the owner of the cluster. Connections are trusted inside FOLDER, which only root and that user
# may enter.
servers_as_owner() {
    if [ "$(id -u)" -ne 0 ]; then
        "$@"
    else
        # from /: the owner may not be allowed to enter the working directory
        (cd / && exec setpriv --reuid="$SERVERS_OWNER" --regid="$(id -g "$SERVERS_OWNER")" --clear-groups -- "$@")
    fi
}

servers_find() {
    SERVERS_OWNER=postgres
    id postgres >/dev/null 2>&1 || SERVERS_OWNER=nobody
    SERVERS_PG=$(pg_config --bindir 2>/dev/null || true)
    if [ ! -x "$SERVERS_PG/initdb" ]; then
        SERVERS_PG=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
    fi
    SERVERS_DRIVER=$(dpkg -L libsqliteodbc 2>/dev/null | grep '/libsqlite3odbc\.so$' | head -n 1)
    [ -x "$SERVERS_PG/initdb" ] || { servers_say "no initdb found: install postgresql"; return 69; }
    [ -n "$SERVERS_DRIVER" ] || { servers_say "no SQLite ODBC driver found: install libsqliteodbc"; return 69; }
    command -v sqlite3 >/dev/null || { servers_say "no sqlite3 found: install sqlite3"; return 69; }
}

servers_psql() { psql -X -q -v ON_ERROR_STOP=1 -h "$1" -U tieout -d "$2"; }

# One chain: inside `servers_fill || return` the shell's -e is off, so every step must pass its failure on.
servers_fill() {
    echo "CREATE DATABASE fsm TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'" |
        servers_psql "$1/pg" postgres &&
        servers_psql "$1/pg" fsm <sql/fsm/demo/schema.sql &&
        servers_psql "$1/pg" fsm <"$1/fsm.sql" &&
        sqlite3 -bail "$1/erp.db" <sql/erp/demo/schema.sql &&
        sqlite3 -bail "$1/erp.db" <"$1/erp.sql"
}

# The folder of a cluster, and a cluster in it; for scripts that fill it themselves, after servers_find.
# SERVERS_SETTINGS: further options of the server, as "-c work_mem=64MB".
servers_folder() {
    mkdir "$1" "$1/pg" "$1/data" || return 73
    chmod 750 "$1"
    if [ "$(id -u)" -eq 0 ]; then
        chgrp "$(id -g "$SERVERS_OWNER")" "$1"
        chown "$SERVERS_OWNER" "$1/pg" "$1/data"
    fi
}
servers_cluster() {
    servers_as_owner "$SERVERS_PG/initdb" -D "$1/data" -U tieout -A trust -E UTF8 --locale=C -N >"$1/initdb.log" 2>&1 ||
        { cat "$1/initdb.log" >&2; return 69; }
    servers_as_owner "$SERVERS_PG/pg_ctl" -D "$1/data" -w -t 60 -s -l "$1/data/server.log" \
        -o "-c listen_addresses='' -c unix_socket_directories='$1/pg' -c fsync=off -c max_connections=20 \
            ${SERVERS_SETTINGS:-}" start ||
        { cat "$1/data/server.log" >&2; return 69; }
}

servers_start() {
    servers_find || return
    # The path of a socket is limited to about 100 bytes, so FOLDER ought to be short.
    servers_folder "$1" || return
    # shellcheck disable=SC2086 # several words
    "${BUILD:-build}/tests/demo/tool_company" "$1" ${SERVERS_COMPANY:-} || return
    servers_cluster "$1" || return
    servers_fill "$1" || { servers_say "the stores could not be filled"; return 74; }
    printf '[SQLITE3]\nDescription=SQLite\nDriver=%s\nThreading=2\n' "$SERVERS_DRIVER" >"$1/odbcinst.ini"
    : >"$1/odbc.ini"
    export TIEOUT_DEMO_PG="$1/pg" TIEOUT_DEMO_ERP="$1/erp.db" ODBCSYSINI="$1" ODBCINSTINI=odbcinst.ini
}

servers_stop() {
    [ -n "${1:-}" ] && [ -d "$1" ] || return 0
    if [ -f "$1/data/postmaster.pid" ]; then
        servers_as_owner "$SERVERS_PG/pg_ctl" -D "$1/data" -s -m immediate -w stop ||
            servers_say "the server did not stop"
    fi
    rm -rf "$1"
}
