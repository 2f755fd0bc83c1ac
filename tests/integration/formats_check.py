"""Reads the zips of jobs/fusion.ini with Python's own zipfile and csv, counts them again, compares every value with
discrepancies.csv.  formats_check.py RUN [most rows of a file]"""

import collections
import csv
import decimal
import hashlib
import io
import json
import pathlib
import sys
import zipfile

MEMBER = "InvTransactionsInterface.csv"
UNITS = {"EA": "Each", "h": "Hour", "M": "Meter", "KG": "Kilogram", "L": "Liter"}
KINDS = {"GI": "Miscellaneous Issue", "GR-REV": "Miscellaneous Receipt", "TRF": "Subinventory Transfer"}
FIXED = {1: "Field Service", 6: "1", 38: "Inventory", 67: "TIEOUT", 102: "3", 103: "2"}

run = pathlib.Path(sys.argv[1])
most = int(sys.argv[2]) if len(sys.argv) > 2 else 100000
day = run.resolve().name[:10]
with open(run / "discrepancies.csv", newline="", encoding="utf-8") as file:
    findings = {row["correction_id"]: row for row in csv.DictReader(file) if row["correction_id"]}
faults = []
verbs_of = collections.defaultdict(list)


def expect(where, what, got, want):
    if got != want:
        faults.append(f"{where}: {what} is {got!r}, wanted {want!r}")


def number(text):
    return decimal.Decimal(text or "0")


def quantity_of(finding, verb):
    """What a finding's own figures say, without sign."""
    if finding["correction"] == "GI+GR-REV" or verb == "TRF":
        return number(finding["movement_qty" if verb == "GR-REV" else "usage_qty"])
    if finding["correction"] == "GR-REV+GI":
        return number(finding["movement_qty"])
    return abs(number(finding["usage_qty"]) - number(finding["movement_qty"]))


def check_row(where, verb, cells):
    finding = findings.get(cells[103])
    if finding is None:
        faults.append(f"{where}: no finding was exported as {cells[103]}")
        return
    is_other_item = finding["correction"] == "GI+GR-REV" and verb == "GR-REV"
    is_other_order = finding["correction"] == "GR-REV+GI" and verb == "GR-REV"
    want = dict(FIXED)
    want[8] = cells[7] if is_other_item else finding["item"]
    want[11] = finding["location"]
    want[33] = cells[32]
    want[35] = cells[34] if is_other_item else UNITS[finding["uom"]]
    want[37] = day.replace("-", "/") + " 00:00:00"
    want[39] = KINDS[verb]
    want[68] = day.replace("-", "")
    want[69] = str(int(finding["correction_id"][1:]))
    want[70] = "" if is_other_order else finding["work_order"]
    want[104] = finding["correction_id"]
    want[267] = finding["finding_id"]
    if verb == "TRF":
        want[41] = "Field Service"
        want[42] = cells[41]
    if verb == "GR-REV":
        want[250] = "Y"
    for at, cell in enumerate(cells, 1):
        expect(where, f"column {at}", cell, want.get(at, ""))
    expect(where, "sign", cells[32].startswith("-"), verb != "GR-REV")
    expect(where, "quantity", abs(number(cells[32])), quantity_of(finding, verb))
    if verb == "TRF" and (not cells[41] or cells[41] == cells[10] or cells[41] not in finding["explanation"]):
        faults.append(f"{where}: no place {cells[41]!r} in \"{finding['explanation']}\"")
    if is_other_item and cells[7] not in finding["explanation"]:
        faults.append(f"{where}: no item {cells[7]!r} in \"{finding['explanation']}\"")
    verbs_of[finding["correction_id"]].append(verb)


def check_zip(path):
    control = json.loads(path.with_name(path.name + ".control.json").read_text(encoding="utf-8"))
    with zipfile.ZipFile(path) as archive:
        expect(path.name, "bad member", archive.testzip(), None)
        expect(path.name, "members", archive.namelist(), [MEMBER])
        info = archive.getinfo(MEMBER)
        content = archive.read(MEMBER)
    expect(path.name, "deflated", info.compress_type, zipfile.ZIP_DEFLATED)
    expect(path.name, "time", info.date_time, (1980, 1, 1, 0, 0, 0))
    expect(path.name, "version needed", info.extract_version <= 20, True)
    expect(path.name, "lines", content.count(b"\r\n"), content.count(b"\n"))
    expect(path.name, "quotes", content.count(b'"'), 2 * 273 * content.count(b"\n"))
    verb = path.name.split("_")[1]
    units = collections.Counter()
    ids = []
    rows = list(csv.reader(io.StringIO(content.decode("ascii"), newline=""), strict=True))
    for line, cells in enumerate(rows, 1):
        where = f"{path.name}:{line}"
        expect(where, "columns", len(cells), 273)
        check_row(where, verb, cells)
        units[cells[34]] += number(cells[32])
        ids.append(cells[103])
    expect(path.name, "rows at most", len(rows) <= most, True)
    expect(path.name, "control", control, {
        "amounts": {},
        "documents": len(rows),
        "file": path.name,
        "format": "oracle-fbdi-inv",
        "ids": ids,
        "member": MEMBER,
        "member_sha256": hashlib.sha256(content).hexdigest(),
        "model": "InvTransactions",
        "quantities": {name: f"{total.normalize():f}" for name, total in units.items()},
        "rows": len(rows),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "verb": verb,
        "version": "25D",
    })


zips = sorted((run / "corrections" / "stock").glob("*.zip"))
for each in zips:
    check_zip(each)
for correction, finding in findings.items():
    expect(correction, "documents", sorted(verbs_of[correction]), sorted(finding["correction"].split("+")))
print(f"{len(zips)} files, {sum(map(len, verbs_of.values()))} rows, {len(findings)} corrections")
print("\n".join(faults[:20]))
sys.exit(1 if faults or not findings else 0)
