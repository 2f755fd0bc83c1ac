# jobfile.sh - job and policy files that are wrong: each says in one line which file, line and key, what is allowed and
# what to do, with the right exit code, and before any source is asked.
#
# Each case is a small edit of the demo's job in a copy of its own. The message is compared whole: it is what somebody
# reads at seven in the morning, so a change of it is to be seen. @ stands for the folder of the copy.
. "$(dirname "$0")/lib.sh"
export TIEOUT_DEMO_PG=/nowhere TIEOUT_DEMO_ERP=/nowhere/erp.db
tree clean
clean_tree=$tree
tree=$stage/t
ini=jobs/nightly.ini
policy=config/policy.ini

# What tieout said, without time, place and what today is.
said() {
    sed "s,^[^ ]* [^ ]* ,,; s,$tree/jobs/\.\./,@/,g; s,$tree,@,g; s,allowed is [0-9-]*$,allowed is today," "$stage/err"
}

exactly() { # CODE MESSAGE
    printf '%s\n' "$2" >"$stage/want"
    said >"$stage/got"
    is_code "$1" && same "$stage/want" "$stage/got"
}

edit() { # FILE SCRIPT...: sed in the copy
    edit_file=$tree/$1
    shift
    for script in "$@"; do sed -i "$script" "$edit_file"; done
}

# refused WHY CODE MESSAGE [options of tieout]: asks, compares, and puts the copy back as it was
refused() {
    refused_why=$1 refused_code=$2 refused_message=$3
    shift 3
    "$tieout" preflight "$tree/$ini" --as-of "$as_of" "$@" >"$stage/out" 2>"$stage/err" </dev/null
    code=$?
    check "$refused_why" exactly "$refused_code" "$refused_message"
    fresh
}

fresh() {
    rm -rf "$tree"
    cp -r "$clean_tree" "$tree"
}

fresh

# ---- the job file, the policy, what they name, the command line ----

edit $ini 's/^\[limits\]/[limit]/'
refused "an unknown section" 78 \
    "@/jobs/nightly.ini:16: [limit]: unknown section; did you mean limits?"
edit $ini 's/^lookback_days /lookback_day /'
refused "an unknown key" 78 \
    "@/jobs/nightly.ini:11: [job] lookback_day: unknown key; did you mean lookback_days?"
edit $ini '/^timezone *= Europe.Brussels$/a timezone = Europe/Paris'
refused "a repeated key" 78 \
    "@/jobs/nightly.ini:11: timezone stands in [job] twice, first at line 10; keep one"
echo '[limits]' >>"$tree/$ini"
refused "a repeated section" 78 \
    "@/jobs/nightly.ini:318: [limits] was already opened at line 16; put all its keys there"
edit $ini '/^reporting_currency/d'
refused "a required key that is missing" 78 \
    "@/jobs/nightly.ini:7: [job] reporting_currency: this key is missing and required: ISO 4217 code in which \
totals are added"
edit $ini 's,^name .*,name = night/ly,'
refused "a job without a name that can be a folder" 78 \
    "@/jobs/nightly.ini:8: [job] name = night/ly: use 1 to 64 letters, digits, - and _; it names a folder"
edit $ini 's/^\(reporting_currency *=\).*/\1 euro/'
refused "a currency that is none" 78 \
    "@/jobs/nightly.ini:9: [job] reporting_currency = euro: not an ISO 4217 code; three capital letters, e.g. \
EUR"
edit $ini '0,/^timezone/s,Europe/Brussels,Europe/Brussel,'
refused "a zone that is none" 78 \
    "@/jobs/nightly.ini:10: [job] timezone = Europe/Brussel: unknown time zone 'Europe/Brussel': \
/usr/share/zoneinfo has no such file; name a zone as the tz database does, for example Europe/Brussels, \
America/New_York or UTC"
edit $ini 's/^\(lookback_days *=\).*/\1 0/'
refused "a number out of range" 78 \
    "@/jobs/nightly.ini:11: [job] lookback_days = 0: out of range; allowed: a whole number, from 1 to 3660"
edit $ini 's/^\(history_days *=\).*/\1 180d/'
refused "a number that is none" 78 \
    "@/jobs/nightly.ini:12: [job] history_days = 180d: not a whole number; allowed: a whole number, from 0 to \
3660"
edit $ini '0,/1GiB/s/1GiB/1XB/'
refused "a size with a wrong unit" 78 \
    "@/jobs/nightly.ini:17: [limits] memory = 1XB: not a size; allowed: a whole number with KiB, MiB, GiB or \
TiB, from 64MiB to 1TiB"
edit $ini '0,/1GiB/s/1GiB/1MiB/'
refused "a size too small" 78 \
    "@/jobs/nightly.ini:17: [limits] memory = 1MiB: out of range; allowed: a whole number with KiB, MiB, GiB or \
TiB, from 64MiB to 1TiB"
edit $ini 's/^\(reject_share *=\).*/\1 120%/'
refused "a share above 100 %" 78 \
    "@/jobs/nightly.ini:19: [limits] reject_share = 120%: out of range; allowed: a number, or a number with %, \
from 0% to 100%"
edit $ini 's/^keep_runs .*/keep_runs 0/'
refused "a line without =" 78 \
    "@/jobs/nightly.ini:21: 'keep_runs 0' has no '='; write key = value"
edit $ini '1i name = x'
refused "a key before the first section" 78 \
    "@/jobs/nightly.ini:1: name stands before the first [section]; put it below one"
edit $ini "s,^output .*,output = $(printf '%01100d' 0),"
refused "a line that is too long" 78 \
    "@/jobs/nightly.ini:14: a line of 1109 bytes; at most 1000 are allowed"
edit $ini '1s/^/\xEF\xBB\xBF/'
refused "a byte order mark" 78 \
    "@/jobs/nightly.ini:1: the file starts with a byte order mark; save it as UTF-8 without one"
edit $ini 's/^\(name *=\).*/\1 nightl\xFF/'
refused "a byte that is not UTF-8" 78 \
    "@/jobs/nightly.ini:8: byte 28 (0xFF) is not UTF-8; save the file as UTF-8"
edit $ini 's/^\(connection *=\).*/\1 Driver=SQLITE3;Database=x/'
refused "an unquoted ; in a value" 78 \
    "@/jobs/nightly.ini:32: connection: ';' in a value without quotes; put the value in quotes, or a blank \
before a comment"
edit $ini 's/^\(conninfo *= "[^"]*\)"/\1/'
refused "a quote that is not closed" 78 \
    "@/jobs/nightly.ini:25: conninfo: the quote \" is not closed on this line; end the value with it"
edit $ini 's/^\[limits\]/[limits/'
refused "a section title that is not closed" 78 \
    "@/jobs/nightly.ini:16: '[' is not closed; write [limits]"
edit $ini 's/TIEOUT_DEMO_PG/TIEOUT_NO_SUCH_NAME/'
refused "an environment variable that is not set" 78 \
    "@/jobs/nightly.ini:25: [source fsm] conninfo = host=\${TIEOUT_NO_SUCH_NAME} dbname=fsm user=tieout: the \
environment variable TIEOUT_NO_SUCH_NAME is not set; set it where the job is started"
edit $ini 's/user=tieout"/user=tieout password=secret"/'
refused "a password in the job file" 78 \
    "@/jobs/nightly.ini:25: [source fsm] conninfo: a password may not stand here; use password_file, \${NAME}, \
~/.pgpass or the DSN"
printf 'secret\n' >"$tree/jobs/pw"; chmod 640 "$tree/jobs/pw"; edit $ini '/^conninfo/a password_file = pw'
refused "a password file that others may read" 77 \
    "@/jobs/nightly.ini:26: [source fsm] password_file: the password file @/jobs/pw may be read by others (mode \
0640); take the right away: chmod 600 @/jobs/pw"
edit $ini '/^conninfo/a password_file = pw'
refused "a password file that is not there" 66 \
    "@/jobs/nightly.ini:26: [source fsm] password_file: cannot read the password file @/jobs/pw: No such file \
or directory; check the path"
: >"$tree/jobs/pw"; chmod 600 "$tree/jobs/pw"; edit $ini '/^conninfo/a password_file = pw'
refused "an empty password file" 78 \
    "@/jobs/nightly.ini:26: [source fsm] password_file: the password file @/jobs/pw is empty; write the \
password into it"
edit $ini 's/^\(driver *=\) postgres/\1 postgresql/'
refused "a driver that is none" 78 \
    "@/jobs/nightly.ini:24: [source fsm] driver = postgresql: 'postgresql' is not allowed; did you mean \
postgres? allowed: postgres, odbc, files"
edit $ini '/^conninfo/a connection = "DSN=fsm"'
refused "a key of another driver" 78 \
    "@/jobs/nightly.ini:26: [source fsm] connection = DSN=fsm: driver postgres is connected by conninfo"
edit $ini '/^conninfo/d'
refused "a source without its connection" 78 \
    "@/jobs/nightly.ini:23: [source fsm]: driver postgres needs the key conninfo: how the source is reached"
edit $ini '0,/^timeout .*/s//timeout = 2wd/'
refused "a timeout of working days" 78 \
    "@/jobs/nightly.ini:27: [source fsm] timeout = 2wd: a length of time above zero in s, min or h is allowed"
edit $ini 's/^\[dataset usage_line\]/[dataset usage_lines]/'
refused "a dataset that is none" 78 \
    "@/jobs/nightly.ini:49: [dataset usage_lines]: the data model has no dataset usage_lines; did you mean \
usage_line?"
edit $ini '/movement.sql$/d'
refused "a dataset without a query" 78 \
    "@/jobs/nightly.ini:81: [dataset movement]: query is missing: the file that holds its SELECT"
edit $ini '/^\[dataset movement\]/,/^query/s/= erp/= rp/'
refused "a source that is none" 78 \
    "@/jobs/nightly.ini:82: [dataset movement] source = rp: there is no [source rp]; did you mean erp?"
rm "$tree/sql/erp/demo/movement.sql"
refused "a query file that is not there" 66 \
    "@/jobs/nightly.ini:83: [dataset movement] query: cannot read @/sql/erp/demo/movement.sql: No such file or \
directory; check the path"
edit sql/erp/demo/item.sql '$a DELETE FROM item;'
refused "a query of two statements" 78 \
    "@/sql/erp/demo/item.sql:5:1: a second statement begins here; a query file holds one SELECT"
edit sql/fsm/demo/work_order.sql 's/:window_end/:windw_end/'
refused "an unknown parameter" 78 \
    "@/sql/fsm/demo/work_order.sql:23:22: unknown parameter :windw_end; known are :as_of, :window_start, \
:window_end and :history_start"
edit $ini '/^\[dataset invoice_line\]/,/^control/d' \
    '/^\[map invoice_line/,/^\[map contract_ledger/{/^\[map contract_ledger/!d}'
refused "a dataset of the minimum is missing" 78 \
    "@/jobs/nightly.ini: the job lacks [dataset invoice_line]; no job can run without"
edit $ini 's/^\[xref item\]/[xref items]/'
refused "an xref of an unknown kind" 78 \
    "@/jobs/nightly.ini:288: [xref items]: no kind of id is called items; allowed are customer, item, location, \
technician, contract, asset, work_order"
edit $ini 's/^\[map invoice.origin\]/[map invoice.orign]/'
refused "a map of an unknown column" 78 \
    "@/jobs/nightly.ini:234: [map invoice.orign]: invoice has no column orign; did you mean origin?"
edit $ini 's/^\[map invoice.origin\]/[map bill.origin]/'
refused "a map of an unknown dataset" 78 \
    "@/jobs/nightly.ini:234: [map bill.origin]: the data model has no dataset bill; write [map dataset.column]"
edit $ini 's/^\[map invoice.origin\]/[map invoice.posting_date]/'
refused "a map of a column without codes" 78 \
    "@/jobs/nightly.ini:234: [map invoice.posting_date]: invoice.posting_date holds no codes but is a date; \
only code and bool columns are mapped"
edit $ini 's/^return_wo /return_w0 /'
refused "a word that the map does not allow" 78 \
    "@/jobs/nightly.ini:212: [map movement.movement_class] return_w0 = 262: return_w0 is no word of \
movement.movement_class; allowed are issue_wo, return_wo, issue_cc, return_cc, transfer_out, transfer_in, \
receipt_po, return_vendor, core_in, count, scrap, other; did you mean return_wo?"
edit $ini 's/^return_wo .*/return_wo = 261, 262/'
refused "a code under two words" 78 \
    "@/jobs/nightly.ini:212: [map movement.movement_class] return_wo = 261, 262: code 261 stands already under \
issue_wo"
edit $ini 's/^\[output workbook\]/[output worksheet]/'
refused "an unknown output" 78 \
    "@/jobs/nightly.ini:300: [output worksheet]: unknown section; did you mean [output workbook]?"
rm "$tree/reports/nightly.ini"
refused "a layout file that is not there" 66 \
    "@/jobs/nightly.ini:301: [output workbook] layout: cannot read @/reports/nightly.ini: No such file or \
directory; check the path"
edit reports/nightly.ini '1i nonsense'
refused "a layout file that is broken" 78 \
    "@/reports/nightly.ini:1: 'nonsense' has no '='; write key = value"
rm "$tree/config/formats/tryton-csv.ini"
refused "a format file that is not there" 66 \
    "@/jobs/nightly.ini:304: [output corrections goods] format: cannot read @/config/formats/tryton-csv.ini: No \
such file or directory; check the path"
last=$(($(wc -l <config/formats/tryton-csv.ini) + 1))
edit config/formats/tryton-csv.ini '$a [nonsense]'
refused "a format file that is broken" 78 \
    "@/config/formats/tryton-csv.ini:$last: [nonsense]: unknown section; allowed: format, document *, column * *, \
names *, digits uom, sign"
edit $ini 's/^\(verbs *=\) GI,.*/\1 GI, GRR/'
refused "an unknown verb" 78 \
    "@/jobs/nightly.ini:305: [output corrections goods] verbs = GI, GRR: 'GRR' is not allowed; did you mean GI? \
allowed: any of GI, GR-REV, TRF, ADJ, INV, CM, DM, CRB, CDEB, CREV, WCL, WREV, RCL, RLS, ACC"
rm "$tree/$policy"
refused "a policy that is not there" 66 \
    "@/jobs/nightly.ini:13: [job] policy: cannot read @/config/policy.ini: No such file or directory; check the \
path"
edit $policy 's/^late_sync /late_sinc /'
refused "an unknown key of the policy" 78 \
    "@/config/policy.ini:22: [window] late_sinc: unknown key; did you mean late_sync?"
edit $policy 's/^quantity_share .*/quantity_share = 0,5%/'
refused "a percentage that is none" 78 \
    "@/config/policy.ini:8: [tolerance] quantity_share = 0,5%: not a share; allowed: a number, or a number with \
%, from 0% to 100%"
printf '[check INV-99]\nenabled = no\n' >>"$tree/$policy"
refused "an unknown check" 78 \
    "@/config/policy.ini:134: [check INV-99]: no such check; the catalogue is printed by \`tieout help checks\`"
printf '[check inv-01]\nenabled = no\n' >>"$tree/$policy"
refused "a check that is no code" 78 \
    "@/config/policy.ini:134: [check inv-01]: \"inv-01\" is no check; a check is called like INV-03"
edit $policy 's/^weekend .*/weekend = mon, tue, wed, thu, fri, sat, sun/'
refused "a weekend of seven days" 78 \
    "@/config/policy.ini:116: [region default] weekend = mon, tue, wed, thu, fri, sat, sun: all seven days are \
taken: leave at least one working day"
edit $policy '0,/^holidays.*/s//holidays = 2026-02-30/'
refused "a holiday that is no date" 78 \
    "@/config/policy.ini:117: [region default] holidays = 2026-02-30: \"2026-02-30\" is no date; write \
YYYY-MM-DD, comma separated"
edit $policy '0,/^days .*/s//days = 32/'
refused "a billing day that is none" 78 \
    "@/config/policy.ini:57: [calendar monthly] days = 32: \"32\" is no billing day; allowed are day numbers 1 \
to 31, last, and dates YYYY-MM-DD"
edit $policy 's/^pattern .*/pattern = "wo(("/'
refused "a pattern that is no expression" 78 \
    "@/config/policy.ini:104: [reference work_order] pattern = \"wo((\": Unmatched ( or \\(; write a POSIX \
extended expression such as wo[ -]*([0-9]+)"
printf '[check INV-01]\nseverity = S9\n' >>"$tree/$policy"
refused "a check of an unknown severity" 78 \
    "@/config/policy.ini:135: [check INV-01] severity = S9: 'S9' is not allowed; did you mean S1? allowed: S1, \
S2, S3, S4"
rm "$tree/$ini"
refused "a job file that is not there" 66 \
    "cannot read @/jobs/nightly.ini: No such file or directory; check the path"
rm "$tree/$ini"; mkdir "$tree/$ini"
refused "a job file that is a folder" 74 \
    "cannot read @/jobs/nightly.ini: it is a folder; name a file"
refused "a day in the future" 64 \
    "--as-of 2999-01-01 lies in the future: the sources can't know that day yet; the last day allowed is today" \
    --as-of 2999-01-01
refused "a day that is none" 64 \
    "--as-of 2026-02-30: not a date; write YYYY-MM-DD" --as-of 2026-02-30
refused "--set without a key" 64 \
    "--set 'output': write it as --set 'section.key=value'" \
    --set output=x
refused "--set of an unknown section" 78 \
    "--set 'sauce fsm.timeout': @/jobs/nightly.ini has no section [sauce fsm]; did you mean source fsm?" \
    --set 'sauce fsm.timeout=5min'
refused "--set of an unknown key" 78 \
    "--set: [source fsm] timeot: unknown key; did you mean timeout?" \
    --set 'source fsm.timeot=5min'
refused "--set of a wrong value" 78 \
    "--set: [limits] memory = lots: not a size; allowed: a whole number with KiB, MiB, GiB or TiB, from 64MiB \
to 1TiB" --set limits.memory=lots
refused "--set of a password" 78 \
    "--set: [source erp] connection: a password may not stand here; use password_file, \${NAME}, ~/.pgpass or \
the DSN" \
    --set 'source erp.connection=DSN=erp;PWD=secret'
refused "--set of a section and key that take none" 78 \
    "--set: [output discrepancies_csv] path: unknown key; this section has no keys" \
    --set 'output discrepancies_csv.path=x'
edit $ini 's/^\[output corrections billing\]/[output corrections]/'
refused "a malformed section title" 78 \
    "@/jobs/nightly.ini:307: [output corrections]: unknown section; write it as [output corrections *], where * \
is a name and *? may be left out"
refused "a day that is not written as one" 64 \
    "--as-of yesterday: not a date; write YYYY-MM-DD" --as-of yesterday
refused "an unknown option" 64 \
    "unknown option --as_of; see tieout --help" --as_of 2026-06-30
finish
