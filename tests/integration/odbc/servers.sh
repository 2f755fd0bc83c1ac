# servers.sh - a throw-away MariaDB and the list of ODBC drivers. To be sourced by a POSIX shell script, after
# tests/demo/servers.sh, of which it uses the unprivileged owner:
#
#   mariadb_start FOLDER    a server in FOLDER (absolute, short, does not exist yet), on a socket there and no port
#   mariadb_sql FOLDER [options of the client]   statements on stdin, as the owner of everything
#   mariadb_stop FOLDER     stops it and removes FOLDER; safe to call twice
#   mariadb_missing         says what this machine lacks, nothing when all is here
#   drivers_list FOLDER     FOLDER/odbcinst.ini with the drivers SQLITE3, PSQLODBC and MARIADB; sets the environment
#
# mariadb-server-core starts no service when it is installed, and nothing of the system's configuration is read.

mariadb_driver() { dpkg -L "$1" 2>/dev/null | grep "/$2\$" | head -n 1; }

mariadb_missing() {
    for mariadb_word in mariadb-install-db mariadbd mariadb; do
        PATH=$PATH:/usr/sbin command -v $mariadb_word >/dev/null || echo "no $mariadb_word"
    done
    [ -n "$(mariadb_driver odbc-mariadb libmaodbc.so)" ] || echo "no odbc-mariadb"
    [ -n "$(mariadb_driver odbc-postgresql psqlodbcw.so)" ] || echo "no odbc-postgresql"
}

# Small logs and no flushing: nothing here has to survive a crash of the machine.
MARIADB_FAST="--innodb-log-file-size=8M --innodb-flush-log-at-trx-commit=0 --innodb-flush-method=nosync
    --innodb-buffer-pool-size=64M --innodb-doublewrite=0 --performance-schema=0 --skip-name-resolve --skip-log-bin"

mariadb_serve() { # FOLDER: starts the server of an installed data folder and waits until it answers
    # shellcheck disable=SC2086 # several words
    servers_as_owner env PATH="$PATH:/usr/sbin" mariadbd --no-defaults --datadir="$1/data" --socket="$1/socket" \
        --pid-file="$1/pid" --tmpdir="$1" --log-error="$1/log" --skip-networking --lc-messages-dir=/usr/share/mysql \
        $MARIADB_FAST >/dev/null 2>&1 </dev/null &
    mariadb_tries=0
    until echo 'SELECT 1' | mariadb_sql "$1" >/dev/null 2>&1; do
        mariadb_tries=$((mariadb_tries + 1))
        [ $mariadb_tries -lt 600 ] || { cat "$1/log" >&2; return 69; }
        sleep 0.05
    done
}

mariadb_start() {
    mkdir "$1" || return 73
    if [ "$(id -u)" -eq 0 ]; then chown "$SERVERS_OWNER" "$1"; fi
    # shellcheck disable=SC2086
    servers_as_owner env PATH="$PATH:/usr/sbin" mariadb-install-db --no-defaults --datadir="$1/data" --tmpdir="$1" \
        --skip-test-db --auth-root-authentication-method=normal $MARIADB_FAST >"$1/install.log" 2>&1 ||
        { cat "$1/install.log" >&2; return 69; }
    # accounts without a name, which the installation makes, would take the place of named ones
    mariadb_serve "$1" && mariadb_sql "$1" <<'SQL'
DELETE FROM mysql.global_priv WHERE User = ''; FLUSH PRIVILEGES;
SQL
}

mariadb_sql() {
    mariadb_folder=$1
    shift
    mariadb --no-defaults --default-character-set=utf8mb4 -S "$mariadb_folder/socket" -u root -N "$@"
}

mariadb_stop() {
    [ -n "${1:-}" ] && [ -d "$1" ] || return 0
    if [ -s "$1/pid" ]; then
        mariadb_pid=$(cat "$1/pid")
        kill -CONT "$mariadb_pid" 2>/dev/null
        kill -KILL "$mariadb_pid" 2>/dev/null
        while [ -d "/proc/$mariadb_pid" ] && ! grep -q '^State:.Z' "/proc/$mariadb_pid/status" 2>/dev/null; do
            sleep 0.02
        done
    fi
    rm -rf "$1"
}

drivers_list() {
    {
        printf '[SQLITE3]\nDriver=%s\n\n' "$(mariadb_driver libsqliteodbc libsqlite3odbc.so)"
        printf '[PSQLODBC]\nDriver=%s\n\n' "$(mariadb_driver odbc-postgresql psqlodbcw.so)"
        printf '[MARIADB]\nDriver=%s\n' "$(mariadb_driver odbc-mariadb libmaodbc.so)"
    } >"$1/odbcinst.ini"
    : >"$1/odbc.ini"
    export ODBCSYSINI="$1" ODBCINSTINI=odbcinst.ini
}
