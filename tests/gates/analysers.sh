#!/bin/sh
# What static analysis says about the library and the command line: nothing.
. "$(dirname "$0")/gate.sh"
gate "cppcheck" make -s cppcheck
gate "clang-tidy" make -s clang-tidy
finish
