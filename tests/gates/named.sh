#!/bin/sh
# The tables of tests/README.md say which test holds what. A test that was renamed or removed would leave a promise without one,
# so every file, every case and every quoted line of TAP named in them must exist.
. "$(dirname "$0")/gate.sh"

# Words in backquotes: scripts, test programs and their functions. Everything else in backquotes is no name of a test.
missing_names() {
    sed -n '/^|/p' tests/README.md | grep -o '`[^`]*`' | tr -d '`' | sort -u | while read -r name _; do
        case "$name" in
        */*) continue ;; # a path, found by whoever follows it
        *.sh) found=$(find tests -name "$name") ;;
        test_*) found=$(find tests/unit -name "$name.c"; grep -rlw "$name" tests/unit tests/integration) ;;
        *) continue ;;
        esac
        [ -n "$found" ] || echo "no such test: $name"
    done
}

# Functions named behind a program, as in `test_file`: some_case.
missing_cases() {
    sed -n '/^|.*|.*|/p' tests/README.md | sed 's/.*|\([^|]*\)|$/\1/; s/`[^`]*`//g; s/"[^"]*"//g' | grep -oE '[a-z0-9]+(_[a-z0-9]+)+' |
        sort -u | while read -r name; do
        grep -rq "$name" tests/unit tests/integration || echo "no such case: $name"
    done
}

# Quoted lines: what the scripts put together from variables is compared without them.
missing_lines() {
    sed -n '/^|/p' tests/README.md | grep -o '"[^"]*"' | tr -d '"' | sort -u | while read -r line; do
        line=${line#*: } # the script's variable part, as in "mariadb: a line"
        grep -rqF -e "$line" tests/integration tests/faults tests/unit || echo "no such line: $line"
    done
}

none() { # COMMAND: it prints nothing
    said_missing=$("$1")
    [ -z "$said_missing" ] || { echo "$said_missing" && false; }
}

gate "every test that the tables name is there" none missing_names
gate "every case that the tables name is there" none missing_cases
gate "every line that the tables quote is there" none missing_lines
finish
