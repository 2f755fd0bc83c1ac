#!/bin/sh
# same.sh - the same inputs give the same bytes, whatever the threads, shards, memory, zone, locale and order of rows.
#
# One line a variation: a first run in a folder of its own, all result files compared with those of the first variation.
. "$(dirname "$0")/lib.sh"
stores_start --orders 600

run first
check "the run that all others are compared with" ends 0
count=0
twin() { # TEXT [options of run]
    twin_text=$1
    shift
    count=$((count + 1))
    run "twin$count" "$@"
    check "$twin_text" ends_the_same
    rm -rf "$stage/twin$count"
}
ends_the_same() { ends 0 && same_run "$(latest first)" "$(latest "twin$count")"; }

twin "nothing is varied"
for n in 1 2 4 16; do twin "$n threads" --set "limits.threads=$n"; done
for n in 1 3 16 64; do twin "$n shards" --set "limits.shards=$n"; done
twin "1 thread, 1 shard" --set limits.threads=1 --set limits.shards=1
twin "4 threads, 61 shards" --set limits.threads=4 --set limits.shards=61
for size in 64MiB 256MiB 4GiB; do twin "memory $size" --set "limits.memory=$size"; done
twin "memory 64MiB in one shard" --set limits.memory=64MiB --set limits.shards=1
for n in 1 7 5000; do twin "blocks of $n rows" --set "source erp.fetch_rows=$n"; done
twin "one connection" --set "source fsm.connections=1"
twin "COPY in binary form" --set "source fsm.copy=binary"
for TZ in Asia/Tokyo America/New_York Pacific/Apia; do twin "TZ=$TZ"; done
export TZ=UTC

# ---- locale ----

# An own German locale: decimal comma, thousands dot, other collation. Only where the machine has the means.
if command -v localedef >/dev/null && [ -e /usr/share/i18n/locales/de_DE ]; then
    mkdir "$stage/locale"
    localedef -i de_DE -f UTF-8 "$stage/locale/de_DE.UTF-8" 2>/dev/null
    export LOCPATH="$stage/locale"
    LC_ALL=de_DE.UTF-8
    has_comma() { [ "$(/usr/bin/printf '%.1f' 1,5)" = 1,5 ]; }
    check "the German locale is in force" has_comma
    twin "LC_ALL=de_DE.UTF-8"
    unset LOCPATH
else
    skip "LC_ALL=de_DE.UTF-8" "no localedef or no locale sources here (package locales)"
fi
for LC_ALL in C.UTF-8 POSIX nowhere; do twin "LC_ALL=$LC_ALL"; done
export LC_ALL=C

# ---- order of rows ----

order_by() { # NAME TERM: every query of a new tree gets this order
    tree "$1"
    for path in "$tree"/sql/fsm/demo/*.sql "$tree"/sql/erp/demo/*.sql; do
        query=${path##*/}
        case $query in *.control.sql | schema.sql) continue ;; esac
        store=${path%/demo/*}
        wrap "$tree" "${store##*/}" "${query%.sql}" "SELECT * FROM (" ") q ORDER BY $2"
    done
    job=$tree/jobs/nightly.ini
}
order_by up 1
twin "rows by their first column"
order_by down "1 DESC"
twin "rows by their first column, falling"
order_by dice "random()"
twin "rows shuffled"
twin "rows shuffled again, 3 threads, 5 shards" --set limits.threads=3 --set limits.shards=5
finish
