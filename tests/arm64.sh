#!/bin/sh
# arm64.sh - the program for arm64, built here and run under an emulator: its unit tests, and a replay of a bundle that
# was written on this machine, whose result files must come out byte for byte.
#
#   tests/arm64.sh ROOT BUNDLE
#
# ROOT is a Debian for arm64 that holds what the program is linked with; made once, as root:
#   apt-get install mmdebstrap qemu-user-static binfmt-support crossbuild-essential-arm64
#   mmdebstrap --architecture=arm64 --variant=minbase --include=libc6-dev,libpq-dev,unixodbc-dev,libsqliteodbc,\
#libxlsxwriter-dev,libarchive-dev,zlib1g-dev,libiniparser-dev,libexpat1-dev,libsqlite3-dev,libjansson-dev,libssl-dev,\
#tzdata,sqlite3,libcmocka-dev,zstd,procps bookworm ROOT
# and then, as ROOT/proc is read: mount --bind /proc ROOT/proc
# Not part of make check: an emulator takes half an hour for what takes a minute. Left out are the four unit programs
# that are long by nature; scripts with servers are not run.
set -eu
[ $# -eq 2 ] || { sed -n '2,6p' "$0" >&2; exit 64; }
root=$1 bundle=$2
[ -e "$root/proc/self" ] || { echo "$0: mount --bind /proc $root/proc: the program reads through it" >&2; exit 64; }
built=${BUILD:-build}/arm64
inside=$root/tieout

cc="${CCACHE:-} aarch64-linux-gnu-gcc --sysroot=$root"
make -s -j2 BUILD="$built" CC="${cc# }" WERROR=1 "$built/tieout" unit

rm -rf "$inside"
mkdir -p "$inside/build"
tar -c --exclude=./build --exclude=./.git . | tar -x -C "$inside"
cp -r "$built/tests" "$built/tieout" "$inside/build/"
cp "$bundle" "$inside/bundle.tar.zst"
chroot "$root" /bin/sh -euc 'cd /tieout
    build/tieout replay bundle.tar.zst
    tests/run.sh $(find build/tests/unit -type f -name "test_*" -perm -1 |
        grep -vE "/test_(properties|property|window_oracle|judge)$")'
