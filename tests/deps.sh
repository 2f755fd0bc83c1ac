#!/bin/sh
# Installs the Debian packages that building and testing Tieout needs, when they are missing; names them where apt is absent.
# Usage: tests/deps.sh [build|check|bench]   (default: build)
set -eu

build="gcc make pkg-config libpq-dev unixodbc-dev libsqliteodbc libxlsxwriter-dev libarchive-dev zlib1g-dev libiniparser-dev
libexpat1-dev libsqlite3-dev libjansson-dev libssl-dev tzdata sqlite3 postgresql postgresql-client"
check="procps zstd libcmocka-dev python3 python3-openpyxl clang libclang-rt-dev clang-format clang-tidy cppcheck
odbc-postgresql odbc-mariadb mariadb-server-core mariadb-client-core valgrind"

# DuckDB comes by npm, and any npm will do: Debian's is wanted only where there is none
bench=
command -v npm >/dev/null 2>&1 || bench=npm

case "${1:-build}" in
build) wanted=$build ;;
check) wanted="$build $check" ;;
bench) wanted="$build $check $bench" ;;
*) echo "usage: tests/deps.sh [build|check|bench]" >&2; exit 64 ;;
esac

stamp="${BUILD:-build}/.deps-${1:-build}"
# The stamp saves the look-up; it counts only as long as this list is older.
if [ -e "$stamp" ] && [ "$stamp" -nt "$0" ]; then
    exit 0
fi

missing=
if command -v dpkg-query >/dev/null 2>&1; then
    for package in $wanted; do
        dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
    done
else
    missing=" $wanted"
fi

if [ -n "$missing" ]; then
    if ! command -v apt-get >/dev/null 2>&1; then
        echo "Tieout needs these packages (Debian names), and apt-get is not here to install them:" >&2
        echo " $missing" | fold -s -w 100 >&2
        exit 69
    fi
    as_root=
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null 2>&1; then
            echo "Packages are missing, and neither root rights nor sudo are here. Ask an administrator to run:" >&2
            echo "  apt-get install$(echo "$missing" | tr '\n' ' ')" >&2
            exit 77
        fi
        as_root=sudo
    fi
    echo "  APT    installing$(echo "$missing" | tr '\n' ' ')"
    # Installing the PostgreSQL packages must not start a system service: the demo and the tests run servers of their own.
    if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
        $as_root mkdir -p /etc/postgresql-common
        echo "create_main_cluster = false" | $as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
    fi
    log=$(mktemp)
    if ! { $as_root apt-get -qq update && $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $missing; } \
        >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        rm -f "$log"
        echo "apt-get could not install:$missing" >&2
        exit 69
    fi
    rm -f "$log"
fi
mkdir -p "$(dirname "$stamp")"
touch "$stamp"
