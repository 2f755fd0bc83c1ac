#!/bin/sh
# bundle.sh - the evidence of a run makes it again elsewhere, holds no secret, and a changed byte is found.
. "$(dirname "$0")/lib.sh"
stores_start

# Elsewhere: no store, no environment, no home, another folder, zone and locale; folders of the time zones hidden where
# the machine lets us.
elsewhere() { # WORDS of the program. Sets code, $stage/out, $stage/err
    mkdir -p "$stage/away"
    (cd "$stage/away" && env -i PATH=/nowhere TZ=Pacific/Chatham LC_ALL=de_DE.UTF-8 TMPDIR="$stage/away" \
        $hidden "$tieout" "$@") >"$stage/out" 2>"$stage/err" </dev/null
    code=$?
}
hidden=
if unshare -rm true 2>/dev/null; then
    cat >"$stage/hide" <<'HIDE'
#!/bin/sh
/bin/mount -t tmpfs none /usr/share/zoneinfo && exec "$@"
HIDE
    chmod 755 "$stage/hide"
    hidden="/usr/bin/unshare -rm $stage/hide"
fi
file() { echo "$(latest "$1")/bundle.tar.zst"; } # NAME: the bundle of its last run
# Every result file of the run: those that run.json lists, and its own result.
listed() { /usr/bin/python3 -c 'import json, sys
print(len(json.load(open(sys.argv[1]))["result"]["files"]) + 1)' "$1/run.json"; }
replays() { # BUNDLE FILES LEFT-OUT: so many equal, so many left out, nothing left behind
    elsewhere replay "$1"
    is_code 0 && [ "$(grep -c '^equal ' "$stage/out")" -eq "$2" ] &&
        [ "$(grep -c '^left out ' "$stage/out")" -eq "$3" ] &&
        tail -n 1 "$stage/out" | grep -q "^replay: $2 files equal" && [ -z "$(ls -A "$stage/away")" ] && return
    cat "$stage/out" "$stage/err"
    false
}
is_damaged() { # COMMAND FILE TEXT...: 65, and the texts
    elsewhere "$1" "$2"
    shift 2
    ends 65 "$@" && [ -z "$(ls -A "$stage/away")" ]
}

# ---- the same again ----

secret='hunter2-${BUNDLE_NAME}-value'
export BUNDLE_NAME=$secret
tree named
sed -i 's,^conninfo.*,conninfo = "host=${TIEOUT_DEMO_PG} dbname=fsm user=tieout application_name=${BUNDLE_NAME}",' \
    "$tree/jobs/nightly.ini"
job=$tree/jobs/nightly.ini
run first
check "a first night" is_code 0
check "replay elsewhere: every result file is equal" replays "$(file first)" "$(listed "$(latest first)")" 0
[ -n "$hidden" ] || skip "without a tz database" "no user namespaces on this machine"
earlier=$(file first)
run first --set limits.threads=1 --set limits.shards=3 --set limits.memory=192MiB
check "the same day once more, which starts from the state before it, by one thread on other shards" is_code 0
bundle=$(file first)
check "replay of it, too: its corrections went out before" replays "$bundle" "$(listed "$(latest first)")" 0

members() { zstd -dcq "$1" | tar -xf - -C "$2"; }
mkdir "$stage/a" "$stage/b"
opens() { members "$bundle" "$stage/a" && members "$earlier" "$stage/b"; }
check "zstd and tar open it" opens
by_python() {
    zstd -dcq "$bundle" >"$stage/a.tar" && /usr/bin/python3 - "$stage/a.tar" <<'PY'
import hashlib, json, sys, tarfile
tar = tarfile.open(sys.argv[1])
names = tar.getnames()
manifest = json.load(tar.extractfile("manifest.json"))
assert names[-1] == "manifest.json" and sorted(names[:-1]) == sorted(manifest["files"]), names
for name, entry in manifest["files"].items():
    data = tar.extractfile(name).read()
    assert len(data) == entry["bytes"] and hashlib.sha256(data).hexdigest() == entry["sha256"], name
assert all(m.uid == m.gid == 0 and m.uname == m.gname == "" and m.mtime == 946684800 for m in tar.getmembers())
PY
}
check "Python's tarfile finds every digest of the manifest right" by_python
same_members() { # but for the run, its state and its results, for when it was read, and the manifest of these
    diff -rq "$stage/a" "$stage/b" >"$stage/differ"
    grep -vE '/results|/(job|sources|manifest)\.json and |/state\.jsonl and ' "$stage/differ" && return 1
    [ "$(ls "$stage/a/frames" | wc -l)" -gt 20 ] && cmp "$stage/a/policy.ini" "$tree/config/policy.ini" &&
        cmp "$stage/a/job.ini" "$job"
}
check "another read by other threads, shards and memory: the same frames, reports and tables" same_members
no_secret() {
    ! grep -rF -- "hunter2" "$stage/a" && ! grep -rF -- "$stage/s/pg" "$stage/a" &&
        grep -qF 'application_name=${BUNDLE_NAME}' "$stage/a/job.ini"
}
check "no value of an environment variable stands in it; the job file as written does" no_secret

# ---- exceptions only ----

run few --set "output bundle.frames=exceptions"
check "a bundle of exceptions" is_code 0
smaller() { [ $(($(stat -c %s "$(file few)") * 2)) -lt "$(stat -c %s "$earlier")" ]; }
check "it has $(stat -c %s "$(file few)") bytes, less than half of $(stat -c %s "$earlier")" smaller
check "its findings and corrections are made again, the rest is named" \
    replays "$(file few)" $(($(listed "$(latest few)") - 7)) 7

# ---- what was changed ----

check "verify of a bundle, a run and a job" \
    sh -c '"$1" verify "$2" && "$1" verify "$(dirname "$2")" && "$1" verify "$3"' - \
    "$tieout" "$bundle" "$(folder first)"
flip() { # FILE OFFSET: the byte there gets another bit
    /usr/bin/python3 -c 'import sys
with open(sys.argv[1], "r+b") as f:
    f.seek(int(sys.argv[2])); b = f.read(1)[0] ^ (1 << int(sys.argv[2]) % 8)
    f.seek(int(sys.argv[2])); f.write(bytes([b]))' "$1" "$2"
}
flips_are_found() { # any file of the job, some offsets: verify of the job names it, of the bundle alone too
    flip_root=$(folder first)
    (cd "$flip_root" && find runs -type f; echo ledger.jsonl) | while read -r flip_name; do
        flip_size=$(stat -c %s "$flip_root/$flip_name")
        for flip_try in 1; do
            random "$flip_size"
            flip "$flip_root/$flip_name" "$drawn"
            "$tieout" verify "$flip_root" >"$stage/out" 2>"$stage/err" &&
                { echo "$flip_name at $drawn: not found"; exit 1; }
            grep -qF "$(basename "$flip_name")" "$stage/err" ||
                { echo "$flip_name at $drawn:"; cat "$stage/err"; exit 1; }
            case $flip_name in
            *.zst) "$tieout" verify "$flip_root/$flip_name" >"$stage/out" 2>&1 &&
                { echo "$drawn: not found"; exit 1; } ;;
            esac
            flip "$flip_root/$flip_name" "$drawn"
        done
    done
}
check "a flipped bit in any file of the job is found and the file is named" flips_are_found
check "and all is right again" "$tieout" verify "$(folder first)"

# Made again by other hands, so the seal is right: what must be found is found by what stands in it.
pack() { # FOLDER FILE
    /usr/bin/python3 - "$1" "$2" <<'PY'
import hashlib, io, json, os, struct, subprocess, sys, tarfile
folder, target = sys.argv[1:]
names = sorted(os.path.relpath(os.path.join(d, f), folder) for d, _, fs in os.walk(folder) for f in fs)
names.sort(key=lambda n: n == "manifest.json")
manifest = json.load(open(os.path.join(folder, "manifest.json"), encoding="utf-8"))
raw = io.BytesIO()
tar = tarfile.open(fileobj=raw, mode="w")
for name in names:
    data = open(os.path.join(folder, name), "rb").read()
    if name == "manifest.json" and not os.path.exists(folder + ".stale"):
        manifest["files"] = {n: {"bytes": os.path.getsize(os.path.join(folder, n)),
            "sha256": hashlib.sha256(open(os.path.join(folder, n), "rb").read()).hexdigest()} for n in names[:-1]}
        data = json.dumps(manifest).encode()
    info = tarfile.TarInfo(name)
    info.size = len(data)
    tar.addfile(info, io.BytesIO(data))
tar.close()
packed = subprocess.run(["zstd", "-qc"], input=raw.getvalue(), stdout=subprocess.PIPE, check=True).stdout
open(target, "wb").write(packed + struct.pack("<II", 0x184D2A5E, 40) + b"tieout-1" + hashlib.sha256(packed).digest())
PY
}
made() { # NAME: a copy of the bundle's members, to be changed
    made=$stage/m.$1
    cp -r "$stage/a" "$made"
}
made same
pack "$made" "$stage/same.tar.zst"
check "members packed by other hands are taken" replays "$stage/same.tar.zst" "$(listed "$(latest first)")" 0

made older
sed -i 's/"engine": "tieout [^"]*"/"engine": "tieout 0.0.1"/' "$made/manifest.json"
pack "$made" "$stage/older.tar.zst"
check "of another version: compared all the same" replays "$stage/older.tar.zst" "$(listed "$(latest first)")" 0
check "and said" says "warning" "made by tieout 0.0.1, this is tieout"
sed -i '2s/,FIRM,/,CONTINGENT,/' "$made/results/discrepancies.csv"
pack "$made" "$stage/older.tar.zst"
check "of another version, with a difference" is_damaged replay "$stage/older.tar.zst" \
    "made by tieout 0.0.1, replayed by tieout" "line 2, column certainty"
made stale
echo x >>"$made/policy.ini"
touch "$made.stale"
pack "$made" "$stage/stale.tar.zst"
check "a member changed: named" is_damaged verify "$stage/stale.tar.zst" "member policy.ini: digest is"
made more
echo x >"$made/zz.txt"
touch "$made.stale"
pack "$made" "$stage/more.tar.zst"
check "a member added: named" is_damaged verify "$stage/more.tar.zst" "member zz.txt is not in the manifest"
made less
rm "$made/extract.json"
touch "$made.stale"
pack "$made" "$stage/less.tar.zst"
check "a member removed: named" is_damaged replay "$stage/less.tar.zst" "member extract.json is missing"

made figure
sed -i '2s/,FIRM,/,CONTINGENT,/' "$made/results/discrepancies.csv"
pack "$made" "$stage/figure.tar.zst"
check "a forged figure in the CSV: line and column" is_damaged replay "$stage/figure.tar.zst" \
    "discrepancies.csv differs at line 2, column certainty: the bundle has \"CONTINGENT\", replay made \"FIRM\""
made total
sed -i 's/"findings":{"by_check/"findings":{"x":1,"by_check/' "$made/results/result.json"
pack "$made" "$stage/total.tar.zst"
check "a forged result: the path" is_damaged replay "$stage/total.tar.zst" "result.json differs at \$.findings.x"
made book
cp "$stage/b/results/discrepancies.xlsx" "$made/results/discrepancies.xlsx"
pack "$made" "$stage/book.tar.zst"
check "another workbook: member and byte" is_damaged replay "$stage/book.tar.zst" \
    "discrepancies.xlsx differs at member " ", byte "
made outside
/usr/bin/python3 - "$made/results/result.json" <<'PY'
import json, sys
result = json.load(open(sys.argv[1], encoding="utf-8"))
result["files"]["../../etc/hostname"] = "0" * 64
json.dump(result, open(sys.argv[1], "w"))
PY
pack "$made" "$stage/outside.tar.zst"
check "a result that names a file outside: not followed" is_damaged replay "$stage/outside.tar.zst" \
    "result.json lists a file \"../../etc/hostname\""
made unmade
rm "$made/results/discrepancies.csv"
pack "$made" "$stage/unmade.tar.zst"
check "a result that is not there: named" is_damaged replay "$stage/unmade.tar.zst" \
    "discrepancies.csv is listed in result.json, but does not stand in the bundle"
made row
usage=$(ls "$made"/frames/*-usage_line.csv)
sed -i '$d' "$usage"
pack "$made" "$stage/row.tar.zst"
check "a row left out of a frame" is_damaged replay "$stage/row.tar.zst" \
    "usage_line: the frame has" "extract.json says"
made cell
sed -i '2s/[0-9][0-9]*-[0-9]*-[0-9]*T/2026-13-45T/' "$usage" "$made/frames/$(basename "$usage")"
pack "$made" "$stage/cell.tar.zst"
check "a cell that is none: file, line, column" is_damaged replay "$stage/cell.tar.zst" "usage_line.csv:2: column "
made state
echo '{"row":{"x":1},"table":"discrepancy"}' >>"$made/state.jsonl"
pack "$made" "$stage/state.tar.zst"
check "a state with an unknown column: the line" is_damaged replay "$stage/state.tar.zst" "state.jsonl:" "x"

# ---- cut off, swollen, no bundle ----

size=$(stat -c %s "$bundle")
cuts_are_found() {
    for cut in 0 1 47 48 1000 $((size / 2)) $((size - 49)) $((size - 48)) $((size - 1)); do
        head -c "$cut" "$bundle" >"$stage/cut.tar.zst"
        is_damaged replay "$stage/cut.tar.zst" cut.tar.zst &&
            is_damaged verify "$stage/cut.tar.zst" cut.tar.zst || return
    done
}
check "a bundle that is cut off" cuts_are_found
made=$stage/m.bomb
mkdir "$made"
cp "$stage/a/manifest.json" "$made"
head -c 100000000 /dev/zero >"$made/zeros"
pack "$made" "$stage/bomb.tar.zst"
rm -rf "$made"
check "a bomb is stopped" is_damaged verify "$stage/bomb.tar.zst" "bomb.tar.zst" "250"
elsewhere replay "$stage/nowhere"
check "no such file" ends 66 "$stage/nowhere"
elsewhere replay "$bundle" --keep "$stage/kept"
check "--keep" sh -c '[ -d "$1/made" ] && cmp "$1/made/rejected.csv" "$1/results/rejected.csv"' - "$stage/kept"
elsewhere replay "$bundle" --keep "$stage/kept"
check "--keep never writes into a folder that is there" ends 73 "is there already"
finish
