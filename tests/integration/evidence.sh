#!/bin/sh
# evidence.sh - bundles of nights that were not calm, and what verify says of folders that somebody touched.
#
# A second night that has everything a night may have: rejected rows whose values are no UTF-8 or have lines, exports of
# the night before, decisions of people, discrepancies that are cleared and others that are carried. Its bundle alone
# makes it again; so do bundles of exceptions and of an ERP that comes as files.
. "$(dirname "$0")/lib.sh"
stores_start --orders 600

replays() { # NAME WORD...: the bundle of its last run, elsewhere; the last line has the words
    replays_bundle=$(latest "$1")/bundle.tar.zst
    shift
    (cd "$stage" && env -i PATH=/nowhere TMPDIR="$stage" "$tieout" replay "$replays_bundle") \
        >"$stage/out" 2>"$stage/err" </dev/null
    code=$?
    is_code 0 && ! grep '^different' "$stage/out" && tail -n 1 "$stage/out" >"$stage/last" || return
    for text in "$@"; do
        grep -qF -- "$text" "$stage/last" || { cat "$stage/out"; return 1; }
    done
}
state() { sqlite3 -bail "$(folder "$1")/state.db" "$2"; } # NAME SQL
members() { zstd -dcq "$(latest "$1")/bundle.tar.zst" | tar -xf - -C "$2"; }

# ---- nights ----

last_day=$as_of as_of=2026-06-29
run n
check "a first night" ends 0
check "made again by its bundle" replays n "files equal"
exported=$(state n "SELECT count(*) FROM correction")
check "it exported corrections ($exported)" [ "$exported" -gt 2 ]

# Of two discrepancies the cause goes away, one of them was exported. People accept one, explain one, approve one.
gone() { # CONDITION: deletes the usage rows of the first discrepancy like this
    gone_id=$(state n "SELECT json_extract(emission, '\$.usage_ids[0]') FROM discrepancy d
        WHERE json_array_length(emission, '\$.usage_ids') = 1 AND check_code = 'INV-01'
        AND finding_id $1 (SELECT finding_id FROM correction) ORDER BY finding_id DESC LIMIT 1")
    [ -n "$gone_id" ] && echo "DELETE FROM svc.svc_job_part WHERE jp_no = '$gone_id'" | sql
}
check "the cause of one that was exported goes away" gone IN
decide() { # KIND OFFSET
    state n "INSERT INTO decision SELECT finding_id, '$1', 'A. B.', 'line 1' || char(10) || 'line 2', NULL
        FROM discrepancy WHERE status IN (0, 1) ORDER BY finding_id LIMIT 1 OFFSET $2"
}
decides() { decide accept 3 && decide explain 5 && decide approve 7; }
check "people accept one, explain one, approve one" decides
# An order moves out of what is read; two ERP rows name their orders in bytes that are no UTF-8.
unread() {
    unread_order=$(state n "SELECT anchor FROM discrepancy d JOIN correction USING (finding_id)
        WHERE anchor LIKE 'WO-%' ORDER BY anchor LIMIT 1")
    [ -n "$unread_order" ] && echo "UPDATE svc.svc_job SET ts_created = '2020-01-01', ts_closed = '2020-01-02',
        state = 'CLOSED' WHERE job_no = '$unread_order'" | sql
}
check "an order moves out of what is read" unread
sqlite3 -bail "$TIEOUT_DEMO_ERP" "UPDATE matdoc_item SET order_txt = CAST(x'574fe9' AS TEXT) WHERE rowid IN
    (SELECT i.rowid FROM matdoc_item i JOIN matdoc d USING (mblnr) WHERE budat LIKE '202606%' LIMIT 2)"
as_of=$last_day
cp -a "$stage/n" "$stage/x"
cp -a "$stage/n" "$stage/o"
rough="--set limits.reject_share=5% --set job.lookback_days=61"
lines() { # NAME: a tree whose usage lines have a code of two lines twice
    tree "$1"
    sed -i "s/p\.action  *AS direction/CASE WHEN p.jp_no IN \
(SELECT x.jp_no FROM svc.svc_job_part x ORDER BY 1 LIMIT 2) THEN E'two\\\\nlines, \"x\";' \
ELSE p.action::text END AS direction/" "$tree/sql/fsm/demo/usage_line.sql"
    job=$tree/jobs/nightly.ini
}
lines rough
run n $rough
check "a second night, of which less is read" ends 0
has_all() {
    cat "$stage/err"
    grep -q ' [1-9][0-9]* cleared, [1-9][0-9]* carried' "$stage/err" && grep -q '[0-9] accepted' "$stage/err" &&
        grep -q '[0-9] explained' "$stage/err" && [ "$(grep -ac ',"two$' "$(latest n)/rejected.csv")" -eq 2 ] &&
        [ "$(grep -ac '^movement,' "$(latest n)/rejected.csv")" -eq 2 ]
}
check "it has cleared, carried, accepted, explained and rejected ones" has_all
mkdir "$stage/m" "$stage/mo"
holds() { members n "$stage/m" && grep -qF '"two\nlines, \"x\";"' "$stage/m/extract.json" &&
    grep -qF '"WO?"' "$stage/m/extract.json" && grep -q '"table":"decision"' "$stage/m/state.jsonl"; }
check "its bundle holds the rejected values and the decisions" holds
check "and makes it again on its own" replays n "files equal"

run x $rough --set "output bundle.frames=exceptions"
check "the same night with a bundle of exceptions" ends 0
check "makes the list and the corrections again" replays x "files equal" "left out"
sizes="$(stat -c %s "$(latest n)/bundle.tar.zst") bytes with all rows, $(stat -c %s "$(latest x)/bundle.tar.zst") with \
those of exceptions"
check "which is smaller: $sizes" [ "$(stat -c %s "$(latest x)/bundle.tar.zst")" -lt \
    "$(stat -c %s "$(latest n)/bundle.tar.zst")" ]

# ---- rows in another order ----

lines dice
for path in "$tree"/sql/fsm/demo/*.sql "$tree"/sql/erp/demo/*.sql; do
    query=${path##*/}
    case $query in *.control.sql | schema.sql) continue ;; esac
    store=${path%/demo/*}
    wrap "$tree" "${store##*/}" "${query%.sql}" "SELECT * FROM (" ") q ORDER BY random()"
done
run o $rough
check "the same night, every query shuffled" ends 0
same_frames() { members o "$stage/mo" && diff -rq "$stage/m/frames" "$stage/mo/frames" &&
    same "$stage/m/state.jsonl" "$stage/mo/state.jsonl" && [ "$(ls "$stage/mo/frames" | wc -l)" -gt 20 ]; }
check "the same frames and state in its bundle" same_frames
job=jobs/nightly.ini

# ---- the ERP as files ----

tree f
mkdir "$tree/drop"
for query in sql/erp/demo/*.sql; do
    name=$(basename "$query" .sql)
    [ "$name" = schema ] || sqlite3 -csv -header -cmd ".parameter set :as_of \"'$as_of'\"" \
        -cmd ".parameter set :history_start \"'2025-11-01 00:00:00'\"" "$TIEOUT_DEMO_ERP" <"$query" |
        iconv -c -f UTF-8 -t UTF-8 >"$tree/drop/$name.csv"
done
sed -i -e '/^\[source erp\]/,/^\[dataset/{
/^connection/d
/^fetch_rows/d
/^parameter_style/d
s,^driver .*,driver = files\npath = ../drop,
}' -e 's,^query *= ../sql/erp/demo/\(.*\)\.sql,file = \1.csv,' \
    -e 's,^control = ../sql/erp/demo/\(.*\)\.sql,control = \1.csv,' "$tree/jobs/nightly.ini"
job=$tree/jobs/nightly.ini
run f --set limits.reject_share=5%
check "the ERP as files" ends 0
check "made again without them" replays f "files equal"
job=jobs/nightly.ini

# ---- what somebody touched ----

kept=$(folder n) night=$(latest n)
verify() { call verify "$1"; }
is_told() { # PATH CODE TEXT...
    verify "$1"
    shift
    ends "$@"
}
back() { rm -rf "$kept" && cp -a "$stage/kept" "$kept"; }
cp -a "$kept" "$stage/kept"
verify "$night"
check "a run in its job: the ledger is asked" sh -c 'grep -q "by the ledger of its job 2 lines" "$1"' - "$stage/out"
sed -i 's/"host": *"/&x/' "$night/run.json"
check "another host in run.json's measured half: run.json is named, asked of the run" \
    is_told "$night" 65 "run.json: digest is"
check "and asked of the job" is_told "$kept" 65 "run.json: digest is"
back
/usr/bin/python3 -c 'import re, sys
text = open(sys.argv[1]).read(); at = text.index("\"sha256\"", text.index("\"bundle\"")) + 14
open(sys.argv[1], "w").write(text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1:])' "$night/run.json"
check "the bundle's digest in it: run.json is named, not the bundle" is_told "$kept/latest" 65 "run.json: digest is"
back
echo x >"$night/notes.txt"
check "a file more: named" is_told "$night" 65 "notes.txt is no file of this run"
back
rm "$night/rejected.csv"
check "a file less: named" is_told "$night" 65 "rejected.csv is missing"
back
cp -a "$night" "$kept/runs/$as_of.7"
check "a run that no line tells of: named" is_told "$kept/runs/$as_of.7" 65 "$as_of.7 is no run of this job"
back
sed -i 2d "$kept/ledger.jsonl"
check "a line cut: named" is_told "$kept" 65 "does not end with the line"
back
sed -i '1{h;d};2G' "$kept/ledger.jsonl"
check "two lines swapped: named" is_told "$kept" 65 "ledger.jsonl:1: has the wrong seq"
back
cp "$(folder f)/state.db" "$kept/state.db"
check "the state of another job: named" is_told "$kept" 65 "state is not the one that belongs to it"
back
check "and all is right again" is_told "$kept" 0
mkdir "$stage/away"
cp -a "$night" "$stage/away/run"
digest=$(sha256sum "$night/run.json" | cut -c 1-64)
verify "$stage/away/run"
proven() { is_code 0 && grep -q 'whose result is the one that the bundle holds' "$stage/out" &&
    grep -q "not verified: run.json itself" "$stage/out" && grep -q "run_json_sha256 $digest" "$stage/out"; }
check "a run taken out of its job: what is proven, and the digest that its ledger must hold" proven
check "which it does" grep -q "\"run_json_sha256\":\"$digest\"" "$kept/ledger.jsonl"
sed -i '0,/"exposure/s//"exposurf/' "$stage/away/run/run.json"
check "its result changed: the bundle beside it tells" is_told "$stage/away/run" 65 "the bundle beside it says"
finish
