#!/bin/sh
# sample_command.sh - tieout sample: the run's own sample byte for byte out of its bundle, other ones beside it, nothing
# of the job touched.
. "$(dirname "$0")/lib.sh"
stores_start --orders 300

draw() { # NAME [options]: a sample of its last run
    draw_name=$1
    shift
    call sample "$job" --set "job.output=$stage/$draw_name" "$@"
}
samples() { ls -A "$(folder "$1")/samples" | grep -vx '\.lock'; }
one() { echo "$(folder a)/samples/$1"; } # NAME: the folder of a sample
prints() { # TEXT...: every text stands on stdout of the last call
    for text in "$@"; do
        grep -qF -- "$text" "$stage/out" && continue
        echo "stdout lacks \"$text\"; it is:"
        cat "$stage/out"
        return 1
    done
}
picks() { cut -d , -f 2 "$1/sample.csv" | sort; }
no() { ! "$@"; }

draw a
check "never run: 66, and what to do" ends 66 "there is no kept run" "[output bundle]"
run a
check "a run" ends 0
own=$(latest a)/sample
kept() { # everything of the job but its samples
    (cd "$(folder a)" && find . -path ./samples -prune -o -type f ! -name .lock -exec sha256sum {} + | sort -k 2 &&
        readlink latest)
}
kept >"$stage/kept"

# ---- the same again ----

TMPDIR=$stage/tmp
export TMPDIR
mkdir "$TMPDIR"
draw a
check "drawn without a store's help" ends 0
[ "$(samples a | wc -l)" -eq 1 ] && same=$(one "$(samples a)") || same=$stage
seed=$(/usr/bin/python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["seed"])' "$own/sample.json")
check "its name: run, method, size, seed, strata" \
    [ "$(samples a)" = "2026-06-30.1-mus-60-$seed-region" ]
check "the job's own design: the bytes of the run's own sample" diff -r "$own" "$same"

# What is printed, worked out from frame.csv and sample.csv.
cat >"$stage/told.py" <<'PY'
import csv, decimal, json, sys
folder = sys.argv[1]
rows = [r for r in csv.DictReader(open(folder + "/frame.csv", encoding="utf-8")) if not r["not_in_frame"]]
picks = list(csv.DictReader(open(folder + "/sample.csv", encoding="utf-8")))
record = json.load(open(folder + "/sample.json"))
money = decimal.Decimal
book = sum(money(r["book_amount"]) for r in rows)
certain = [r for r in rows if r["certainty"] == "yes"]
count = lambda c: sum(p["class"] == c for p in picks)
steps = [money(s["interval_num"]) / s["interval_den"] / 100 for s in record["strata"] if s["interval_num"]]
down = lambda v: v.quantize(money("0.01"), decimal.ROUND_HALF_UP)
print(f'  frame      {len(rows)} closed orders of run {record["run"]}, book {book} EUR')
print(f'  certainty  {len(certain)} orders with firm findings, taken whole: book '
      f'{sum(money(r["book_amount"]) for r in certain)} EUR')
line = f'  selected   {count("selected")} orders by {record["method"]}'
if record["method"] == "mus":
    line += f', {count("high")} for their size, {count("attribute")} without a book amount'
    line += f', interval {down(min(steps))} EUR'
    if len(steps) > 1:
        line += f' to {down(max(steps))} EUR in {len(record["strata"])} strata'
print(f'{line}, seed {record["seed"]}')
PY
told() { # FOLDER: four lines, the last three as the files say
    /usr/bin/python3 "$stage/told.py" "$1" >"$stage/told" && head -n 1 "$stage/out" | grep -qF "sample: /" &&
        sed '1d; s/; [0-9]* more can.t be drawn.*//' "$stage/out" >"$stage/printed" &&
        same "$stage/told" "$stage/printed"
}
check "what it prints is what the files say" told "$same"
draw a --seed "$seed" --strata " region "
check "once more: said, and left" prints "there already with the same bytes"
check "and it ends well" is_code 0

# ---- others ----

draw a --seed 7 --strata ''
other=$(one 2026-06-30.1-mus-60-7)
check "another seed, no strata" ends 0
check "what it prints" told "$other"
check "another selection" no sh -c '[ "$1" = "$2" ]' - "$(picks "$own")" "$(picks "$other")"
draw a --method srs --size 40 --seed 'year end/2026' --strata 'region, who_pays'
check "simple random selection; a seed that can't stand in a name gives its number" ends 0
srs=$(one "$(samples a | grep -- '-srs-40-')")
check "its folder" sh -c 'basename "$1" | grep -qxE "2026-06-30\.1-srs-40-[0-9]+-region\+who_pays"' - "$srs"
check "what it prints of it" told "$srs"
mkdir "$(folder a)/samples/.part" && : >"$(folder a)/samples/.part/left.csv" # of one that was killed
draw a --size 20 --set 'limits.threads=1' --set 'limits.memory=64MiB'
check "a smaller one, by one thread" ends 0
check "nothing of a killed one is in it" [ -z "$(find "$(folder a)/samples" -name left.csv)" ]
check "four samples stand there and nothing else" [ "$(samples a | wc -l)" -eq 4 ]
begun() { [ -n "$(ls -A "$TMPDIR")" ]; }
env --default-signal=INT "$tieout" sample "$job" --set "job.output=$stage/a" --seed 9 \
    >"$stage/out" 2>"$stage/err" </dev/null &
runner=$!
poll 10 begun
kill -TERM "$runner" 2>/dev/null
run_end
ended() { # before or behind the rename, never between
    if [ "$code" -eq 143 ]; then no samples_have -60-9; else is_code 0 && samples_have -60-9; fi
}
samples_have() { samples a | grep -q -- "$1"; }
check "SIGTERM: nothing is drawn, or all of it" ended
rm -rf "$(folder a)"/samples/*-60-9-region
check "no part of it is left" [ "$(samples a | wc -l)" -eq 4 ]
check "no work folder is left" [ -z "$(ls -A "$TMPDIR")" ]
check "nothing else of the job was touched" sh -c 'cmp "$1" -' - "$stage/kept" <<KEPT
$(kept)
KEPT
check "and it verifies" verifies a

# ---- the way back ----

/usr/bin/python3 - "$other" <<'PY'
import csv, sys
with open(sys.argv[1] + "/sample.csv", encoding="utf-8", newline="") as f:
    rows = list(csv.reader(f))
at = {name: rows[0].index(name) for name in ("book_amount", "audit_amount")}
for row in rows[1:]:
    row[at["audit_amount"]] = row[at["book_amount"]]
with open(sys.argv[1] + "/sample.csv", "w", encoding="utf-8", newline="") as f:
    csv.writer(f).writerows(rows)
PY
call evaluate "$other/sample.csv"
check "filled in: evaluated" is_code 0
sha256sum "$other"/* >"$stage/filled"
draw a --seed 7 --strata ''
check "drawn again over what is filled in: 73, by file" ends 73 "2026-06-30.1-mus-60-7" "another sample.csv"
check "and that is left as it is" sha256sum --quiet -c "$stage/filled"

# ---- refused ----

refused() { # CODE TEXT... -- options: nothing is drawn
    refused_code=$1 refused_texts=
    shift
    draw a "$@"
    is_code "$refused_code" && [ "$(samples a | wc -l)" -eq 4 ] && [ -z "$(ls -A "$TMPDIR")" ]
}
check "--method" refused 64 --method pps
check "says what is allowed" says "--method pps" mus srs
for size in 0 5001 -1 6x ''; do
    check "--size '$size'" refused 64 --size "$size"
    check "says what is allowed" says "--size $size" "1 to 5000"
done
check "--strata" refused 64 --strata region,colour
check "says what is allowed" says '--strata: "colour" is none' "region, legal_entity, wo_type, who_pays"
check "--seed" refused 64 --seed "$(printf 'a\nb')"
check "says what is allowed" says "--seed" "control characters"
check "--as-of" refused 64 --as-of 2026-06-29
check "says why" says "the last kept run"
call evaluate "$own/sample.xlsx" --size 5
check "elsewhere: 64" ends 64 "go with sample only"
check "a size too small for the strata" refused 78 --size 3
check "says so" says "a sample of 3 is too small"
: >"$stage/hold"
exec 9>>"$(folder a)/samples/.lock"
flock -n 9
check "two at a time: the second is refused" refused 75 --seed 8
exec 9>&-

# ---- what there is to draw from ----

run few --set 'output bundle.frames=exceptions'
draw few
check "a bundle of exceptions: 66, and what to do" ends 66 "[output bundle] frames = all"
check "no work folder of it" [ -z "$(ls -A "$TMPDIR")" ]
tree bare
sed -i '/^\[output sample\]/,$d' "$tree/jobs/nightly.ini"
job=$tree/jobs/nightly.ini
run bare
draw bare
check "a job without [output sample]: by its defaults" ends 0
check "which are" sh -c 'ls "$1" | grep -qxE "2026-06-30\.1-mus-60-[0-9]+"' - "$(folder bare)/samples"
rm -f "$(latest bare)/bundle.tar.zst"
draw bare
check "no bundle: 66, and what to do" ends 66 "add [output bundle]"
finish
