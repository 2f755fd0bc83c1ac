#!/bin/sh
# duckdb.sh - fetches DuckDB's library from npm and prints where it is.
#
#   tests/bench/duckdb.sh FOLDER
#
# The package holds libduckdb.so as DuckDB builds it; nothing of it runs here, and Node.js isn't used. Version and
# digest are pinned per architecture. A library that is there already is taken as it is: a second call needs no
# network.
set -eu
folder=$1

case $(uname -m) in
x86_64)
    package=@duckdb/node-bindings-linux-x64@1.5.6-r.1
    digest=IXcrZJE6kEqM0Z4wwdVnGBHX/frOS33VPNAwDXQ/Q+Fs84b058Qe94chrCCIcNJlG8Y3UHIUU4eBeCQxW5mN1Q==
    ;;
aarch64)
    package=@duckdb/node-bindings-linux-arm64@1.5.5-r.5
    digest=CafH2AIvXtpwDynG3KB/4uEOHRGlFoB7auCRMIwH3BKNIobsANV5LSpDJ3tfyRCFIsK6e8AT1eseWVnu2Dv3cw==
    ;;
*)
    echo "duckdb.sh: no DuckDB for $(uname -m) is known here; add its npm package and digest" >&2
    exit 69
    ;;
esac

library=$folder/$(basename "$package")/libduckdb.so
if [ ! -s "$library" ]; then
    command -v npm >/dev/null || { echo "duckdb.sh: npm is missing: apt-get install npm" >&2; exit 69; }
    mkdir -p "$folder"
    part=$(mktemp -d "$folder/part.XXXXXX")
    trap 'rm -rf "$part"' EXIT
    npm pack --silent --fetch-retries 1 --fetch-timeout 20000 --pack-destination "$part" "$package" \
        >"$part/said" 2>&1 || {
        tail -n 5 "$part/said" >&2
        echo "duckdb.sh: npm could not fetch $package" >&2
        exit 69
    }
    got=$(openssl dgst -sha512 -binary "$part"/*.tgz | base64 -w 0)
    [ "$got" = "$digest" ] || { echo "duckdb.sh: $package has another digest than the one pinned: $got" >&2; exit 65; }
    tar -xzf "$part"/*.tgz -C "$part" package/libduckdb.so
    mkdir -p "$(dirname "$library")"
    mv "$part/package/libduckdb.so" "$library"
fi
echo "$library"
