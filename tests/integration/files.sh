#!/bin/sh
# files.sh - the ERP as files: a folder, a zip, a tar.gz, a tar.zst, a file alone; and every way in which they can be
# wrong, with its exit code and words.
#
# Oracle: the same data read over ODBC. The sqlite3 program exports what the queries of the job deliver, Python and tar
# pack it, and discrepancies, rejected rows and corrections of each run must be the same bytes.
. "$(dirname "$0")/lib.sh"
stores_start --orders 600
mkdir "$stage/drop"
drop=$stage/drop

export_csv() { # QUERY FILE: with the parameters of a run as of $as_of over 62 + 180 days
    sqlite3 -csv -header -cmd ".parameter set :as_of \"'$as_of'\"" \
        -cmd ".parameter set :history_start \"'2025-11-01 00:00:00'\"" "$TIEOUT_DEMO_ERP" <"$1" >"$2"
}
for query in sql/erp/demo/*.sql; do
    name=$(basename "$query" .sql)
    [ "$name" = schema ] || export_csv "$query" "$drop/$name.csv" || echo "Bail out! no export of $name"
done

# The job with the ERP as files; the path is given by each test.
tree f
sed -e '/^\[source erp\]/,/^\[dataset/{
/^connection/d
/^fetch_rows/d
/^parameter_style/d
s/^driver .*/driver = files\npath = drop/
}' -e 's,^query *= ../sql/erp/demo/\(.*\)\.sql,file = \1.csv,' \
    -e 's,^control = ../sql/erp/demo/\(.*\)\.sql,control = \1.csv,' \
    jobs/nightly.ini >"$tree/jobs/nightly.ini"

same_findings() { # NAME: as those of the run over ODBC
    for file in discrepancies.csv rejected.csv; do
        same "$(latest odbc)/$file" "$(latest "$1")/$file" || return
    done
    diff -r "$(latest odbc)/corrections" "$(latest "$1")/corrections"
}
from() { # NAME PATH [options]: a run on files
    from_name=$1 from_path=$2
    shift 2
    run "$from_name" --set "source erp.path=$from_path" "$@"
}

run odbc
check "the oracle: over ODBC" ends 0 "findings"
job=$tree/jobs/nightly.ini

from folder "$drop" --set limits.threads=3
check "a folder, three files at once" ends 0
check "finds the same" same_findings folder
from alone "$drop" --set limits.threads=1
check "one file after the other" ends 0
check "finds the same" same_findings alone

(cd "$drop" && /usr/bin/python3 - "$stage/$as_of.zip" <<'PY'
import os, sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as archive:
    for name in sorted(os.listdir(".")):
        archive.write(name)
PY
)
from zip "$stage/{as_of}.zip"
check "a zip, named by the day" ends 0
check "finds the same" same_findings zip
listed() { # TEXT: in the run.json of the run over the zip
    grep -qF "$1" "$(latest zip)/run.json"
}
check "run.json says what was read" listed '"archive 2026-06-30.zip"'

tar -C "$drop" -czf "$stage/erp.tar.gz" .
from targz "$stage/erp.tar.gz"
check "a tar.gz, its names with ./ before them" ends 0
check "finds the same" same_findings targz

mkdir "$stage/dated" && cp "$drop"/*.csv "$stage/dated" && mv "$stage/dated/price.csv" "$stage/dated/price.$as_of.csv"
echo a >"$stage/dated/$(printf 'K\303\266ln.csv')"
(cd "$stage/dated" && tar -cf - *.csv) | zstd -q -o "$stage/erp.tar.zst"
sed -i 's/^file = price.csv/file = price.{as_of}.csv/' "$job"
from tarzst "$stage/erp.tar.zst"
check "a tar.zst with the day in a name, and beside it a name beyond ASCII" ends 0
check "finds the same" same_findings tarzst
sed -i 's/^file = price.{as_of}.csv/file = price.csv/' "$job"

# ---- beside other sources ----

cp "$job" "$stage/f.ini"
{
    sed '/^\[dataset price\]/,/^file/s/^source.*/source = list/
/^\[xref item\]/,/^query/{
s/^source.*/source = pairs/
s/^query.*//
}' "$stage/f.ini"
    printf '[source list]\ndriver = files\npath = %s\ndelimiter = semicolon\n' "$stage/list"
    printf '[dataset price rest]\nsource = pairs\nfile = rest.tsv\n'
    printf '[source pairs]\ndriver = files\npath = %s\n' "$stage/pairs"
} | sed '/^\[xref item\]/s/$/\nfile = item_xref.tsv/' >"$job"
mkdir "$stage/list" "$stage/pairs"
/usr/bin/python3 - "$drop/price.csv" "$stage/list/price.csv" "$stage/pairs/rest.tsv" <<'PY'
import csv, sys
rows = list(csv.reader(open(sys.argv[1], newline="", encoding="utf-8")))
half = len(rows) // 2
with open(sys.argv[2], "w", newline="", encoding="utf-8-sig") as out:  # with the mark that Excel writes
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(rows[:half])
with open(sys.argv[3], "w", newline="", encoding="utf-8") as out:
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows(rows[:1] + rows[half:])
PY
sed 's/;[[:space:]]*$//' sql/fsm/demo/xref_item.sql >"$stage/xref.sql"
{ echo "COPY ("; cat "$stage/xref.sql"; echo ") TO STDOUT (FORMAT csv, HEADER, DELIMITER E'\\t')"; } |
    sql >"$stage/pairs/item_xref.tsv"
from parts "$drop"
check "a dataset in parts of two sources, a byte order mark, semicolons, tabs, an xref" ends 0
check "finds the same" same_findings parts
cp "$stage/f.ini" "$job"

sed '/^\[dataset movement\]/,/^file/{
s/^source.*/source = single/
/^file/d
}' "$stage/f.ini" >"$job"
printf '[source single]\ndriver = files\npath = %s\n' "$drop/movement.csv" >>"$job"
from single "$drop"
check "a file alone, its control beside it" ends 0
check "finds the same" same_findings single
cp "$stage/f.ini" "$job"

# ---- preflight ----

preflight() { call preflight "$job" --as-of "$as_of" --set "source erp.path=$1"; }
flat() { tr -s ' \n' '  ' <"$stage/out"; }
told() { # CODE TEXT...: the exit code, and each text on stdout
    is_code "$1" || return
    shift
    for text in "$@"; do
        flat | grep -qF -- "$text" && continue
        echo "stdout lacks \"$text\"; it is:"
        cat "$stage/out"
        return 1
    done
}
preflight "$stage/erp.tar.gz"
check "preflight reads the headers" told 0 "READY: all" "ok erp: archive erp.tar.gz" "ok movement: 21 of"
cp -r "$drop" "$stage/bad"
bad=$stage/bad
sed -i '1s/posting_date/postng_date/' "$bad/movement.csv"
preflight "$bad"
check "and judges them" told 65 "NOT READY: 1 of" "FAULT movement: movement.csv (source erp)" \
    "did you mean posting_date?" "Missing column: posting_date (date)."
preflight "$stage/none"
check "a path that is not there" told 66 "FAULT erp: no answer" "$stage/none does not exist; $stage holds"

# ---- what is wrong with a job: 78, before any source is asked ----

wrong() { # TEXT SED-SCRIPT WORDS
    sed "$2" "$stage/f.ini" >"$job"
    run wrong
    check "$1" ends 78 "$3"
    cp "$stage/f.ini" "$job"
}
wrong "a placeholder that is none" 's,^path = drop,path = drop/{asof}.zip,' \
    "[source erp] path = drop/{asof}.zip: {asof} is no placeholder; only {as_of} is replaced, by the run's date"
wrong "a name that leads out" 's,^file = price.csv,file = ../price.csv,' \
    "[dataset price] file = ../price.csv: the name has a part that is .., which leads out of its folder"
wrong "an absolute name" 's,^file = price.csv,file = /etc/price.csv,' "the name is absolute; it must be relative"
wrong "an ending that tells no delimiter" 's,^file = price.csv,file = price.dat,' "the ending does not tell what \
divides the fields; write delimiter = comma, semicolon, tab or pipe in [source erp]"
wrong "a query of a file" 's,^file = price.csv,query = ../sql/erp/demo/price.sql,' \
    "source erp reads files and knows no SELECT; give file, the name of the file"
wrong "no file" 's,^file = price.csv,,' \
    "[dataset price]: file is missing: the name of the file in the path of [source erp]"
wrong "a file in a file" "s,^path = drop,path = $drop/price.csv," \
    "path of [source erp] is the file itself; leave file out, or let path name its folder"
wrong "a key of files elsewhere" '/^\[source fsm\]/s/$/\ndelimiter = tab/' \
    "[source fsm] delimiter = tab: only driver files knows it"

# ---- what is wrong with the files: 65 and 66; nothing is kept ----

spoilt() { # TEXT CODE FILE SHELL-COMMAND WORDS: the command changes the file $1 of a fresh copy of the folder
    rm -rf "$bad" && cp -r "$drop" "$bad"
    (cd "$bad" && sh -c "$4" sh "$3")
    from spoilt "$bad"
    check "$1" ends "$2" "$5"
}
price=$bad/price.csv
spoilt "a file that is missing" 66 price.csv 'rm "$1"' "$price does not exist; $bad holds claim.csv, contract.csv,"
spoilt "an empty file" 65 price.csv ': >"$1"' \
    "$price is empty; at least a line with the names of the columns is expected"
spoilt "a short row" 65 price.csv 'echo "a,b" >>"$1"' ": 2 fields, the first row has 10; a field that holds the \
delimiter must be in quotes"
spoilt "no UTF-8" 65 price.csv 'printf "K\366ln,,,,,,,,,\n" | cat "$1" - >x && mv x "$1"' \
    "field 1, byte 1: not UTF-8 text; convert the file to UTF-8"
spoilt "UTF-16" 65 price.csv 'iconv -f UTF-8 -t UTF-16 <"$1" >x && mv x "$1"' \
    "$price:1: the file is UTF-16; save it as UTF-8 (\"CSV UTF-8\" in Excel)"
spoilt "a NUL byte" 65 price.csv 'printf "a\\000,,,,,,,,,\n" >>"$1"' "field 1, byte 2: a NUL byte; the file is no text"
spoilt "a quote that is never closed is told where it opens" 65 price.csv 'sed -i "3s/^/\"/" "$1"' \
    "$price:3: field 1, byte 1: the quote that opens here is never closed"
spoilt "a header twice" 65 price.csv 'sed -i "1s/valid_to/valid_from/" "$1"' \
    "$price: Column 5, valid_from: valid_from comes twice: leave one out."
spoilt "a column without a name" 65 price.csv 'sed -i "1s/valid_to//" "$1"' \
    "$price:1: column 5 has no name; the first line must name every column"
spoilt "another delimiter" 65 price.csv 'tr , ";" <"$1" >x && mv x "$1"' \
    "write delimiter = semicolon in [source erp] if that is what divides the columns"
spoilt "a link out of the folder" 65 price.csv 'mv "$1" ../price.away && ln -s ../price.away "$1"' \
    "$price is a link, or lies behind one; links are not followed, put the file itself there"
spoilt "a folder of that name" 65 price.csv 'rm "$1" && mkdir "$1"' "$price is no regular file; a CSV file was expected"
spoilt "a control figure that differs" 65 movement.control.csv 'sed -i "2s/^[0-9]*/7/" "$1"' \
    "movement: control figure rows of $bad/movement.control.csv is 7 at the source, but"
spoilt "a control of two rows" 65 movement.control.csv 'sed -n 2p "$1" >>"$1"' \
    "$bad/movement.control.csv: the control file delivers more than one row; it must deliver one"
check "nothing was kept of all this" test ! -e "$(folder spoilt)/latest"

from bytes "$drop" --set 'source erp.max_bytes=1000'
check "a file longer than max_bytes" ends 65 "is longer than 1000 bytes, which is all that is allowed; if that is \
right, raise max_bytes or max_ratio of [source erp]"

# ---- archives ----

packed() { # TEXT CODE WORDS: a run on $stage/bad.zip
    from packed "$stage/bad.zip"
    check "$1" ends "$2" "$3"
}
pack() { # PYTHON: `archive` is the zip, after the good members
    cp "$stage/$as_of.zip" "$stage/bad.zip"
    (cd "$drop" && /usr/bin/python3 -W ignore -c "
import sys, zipfile
archive = zipfile.ZipFile(sys.argv[1], 'a', zipfile.ZIP_DEFLATED)
$1
archive.close()" "$stage/bad.zip")
}
pack 'archive.writestr("../../etc/cron.d/x", "x")'
packed "a member that leads out" 65 "$stage/bad.zip: member \"../../etc/cron.d/x\" has a name that has a part that \
is .., which leads out of its folder"
pack 'archive.write("price.csv")'
packed "a member twice" 65 "$stage/bad.zip: member price.csv comes twice; which of the two counts can't be told"
pack 'archive.writestr("price2.csv", "")'
sed -i 's/^file = price.csv/file = prices.csv/' "$job"
packed "a member that is missing" 66 "$stage/bad.zip has no member prices.csv; it holds claim.csv, contract.csv,"
cp "$stage/f.ini" "$job"
head -c 20000 "$stage/$as_of.zip" >"$stage/bad.zip"
packed "a zip that is cut short" 65 "$stage/bad.zip is a zip without its directory: it was cut short, transfer it again"
head -c 20000 "$stage/erp.tar.gz" >"$stage/bad.tar.gz"
from packed "$stage/bad.tar.gz"
check "a tar.gz that is cut short" ends 65 "$stage/bad.tar.gz: the gzip stream is cut short; transfer the file again"
(cd "$drop" && cp price.csv "$stage/price.csv" && head -c 40000000 /dev/zero | tr '\0' ' ' >"$stage/bomb.csv" &&
    tar -C "$stage" -czf "$stage/bomb.tar.gz" bomb.csv price.csv)
from packed "$stage/bomb.tar.gz"
check "a bomb, though it is only passed over" ends 65 "it unpacks to more than 200 times its own"
check "nothing was kept of all this" test ! -e "$(folder packed)/latest"

# ---- what is wrong with a row: rejected, with its line ----

rm -rf "$bad" && cp -r "$drop" "$bad"
/usr/bin/python3 - "$bad/price.csv" <<'PY'
import csv, sys
rows = list(csv.reader(open(sys.argv[1], newline="", encoding="utf-8")))
at = {name: i for i, name in enumerate(rows[0])}
def row(**values):
    new = list(rows[1])
    for name, value in values.items():
        new[at[name]] = value
    return new
rows[1:1] = [row(used_item_id="A\nB"), row(unit_price="12,5", used_item_id="two"), row(used_item_id="X" * 65)]
with open(sys.argv[1], "w", newline="", encoding="utf-8") as out:
    csv.writer(out, lineterminator="\n").writerows(rows)
PY
from rows "$bad"
check "rows that break rules don't stop the run" ends 0
rejected() {
    /usr/bin/python3 - "$(latest rows)/rejected.csv" >"$stage/got" <<'PY'
import csv, sys
for row in csv.DictReader(open(sys.argv[1], newline="", encoding="utf-8")):
    if row["dataset"] == "price":
        print(row["position"], row["column"], row["reason"].replace("\n", "|"), sep="; ")
PY
    cat >"$stage/want" <<TEXT
1; used_item_id; price.used_item_id "A|B" holds a line break; an id is one line. Line 2 of the file.
2; unit_price; price.unit_price "12,5" is no number; digits with a point are allowed, such as -12.5. Line 4 of the file.
3; used_item_id; price.used_item_id "$(printf 'X%.0s' $(seq 60))..." has 65 bytes; 64 are allowed. Line 5 of the file.
TEXT
    same "$stage/want" "$stage/got"
}
check "each is named with column and line, counted over breaks inside quotes" rejected
check "and the findings are as without them" same "$(latest odbc)/discrepancies.csv" "$(latest rows)/discrepancies.csv"

check "no process is left" no_processes
finish
