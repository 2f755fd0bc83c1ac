#!/bin/sh
# Every source, tool and test compiles without a warning under gcc and under clang.
. "$(dirname "$0")/gate.sh"
gates=$(cd "${BUILD:-build}" && pwd)/gates

whole() { # COMPILER
    command -v "$1" && make -s -j"$processors" CC="${CCACHE:-} $1" WERROR=1 BUILD="$gates/$1" "$gates/$1/tieout" tools unit
}

gate "gcc, warnings are errors" whole gcc
gate "clang, warnings are errors" whole clang
finish
