#!/bin/sh
# The form of the tree: module order, foreign headers, pure modules, banned functions, line lengths, each public header alone,
# the top level (tests/tidy.sh), and the layout of every source (.clang-format).
. "$(dirname "$0")/gate.sh"
gate "module order, foreign headers, headers alone, line lengths" make -s tidy
gate "every source is formatted" make -s format-check
finish
