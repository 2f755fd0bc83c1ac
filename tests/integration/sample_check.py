#!/usr/bin/python3
"""sample_check.py - an audit sample read by other libraries and compared with the stores.

    sample_check.py digests FOLDER                 frame, picks and record: digests worked out anew from the files
    sample_check.py orders FOLDER COUNTS           closed orders by region equal the lines "region|count" of a file
    sample_check.py evidence FOLDER ROWS ERP.db    rows of each drawn order: those of the stores, in the workbook
    sample_check.py book FOLDER                    opens, links lead to the right block, no formula, cells to be filled in
    sample_check.py fill FILE [CHANGE]             audit_amount = book_amount in every row; half, tamper: otherwise
    sample_check.py clean FILE.json FOLDER         what evaluate says of a sample without an error

ROWS: lines "dataset|order|row id" of the field-service store. Prints the first faults and ends with 1.
"""
import collections
import csv
import hashlib
import json
import re
import sqlite3
import sys
from decimal import ROUND_HALF_UP, Decimal

import openpyxl

FACTOR_95 = Decimal("2.9957322735539909")  # -ln(0.05)


def rows_of(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def digest(rows):
    data = b"".join(b"".join(str(cell).encode() + b"\0" for cell in row) + b"\n" for row in rows)
    return hashlib.sha256(data).hexdigest()


def cents(text):
    return int(Decimal(text) * 100)


def flat(value, path=""):
    if isinstance(value, (dict, list)):
        pairs = value.items() if isinstance(value, dict) else ((str(i + 1), v) for i, v in enumerate(value))
        for key, member in pairs:
            yield from flat(member, f"{path}.{key}" if path else key)
    else:
        yield path, str(value)


def equal(what, got, want):
    if got != want:
        sys.exit(f"{what}: {got}, wanted {want}")


def check_digests(folder):
    record = json.load(open(f"{folder}/sample.json", encoding="utf-8"))
    frame = [r for r in rows_of(f"{folder}/frame.csv") if r["not_in_frame"] == ""]
    keys = [r["work_order"] for r in frame]
    equal("order of the frame", keys, sorted(set(keys), key=lambda k: k.encode()))
    equal("orders", record["frame"]["orders"], len(frame))
    equal("book", record["frame"]["book"], sum(cents(r["book_amount"]) for r in frame))
    units = [(r["work_order"], r["stratum"], cents(r["book_amount"]), "certainty" if r["certainty"] == "yes" else "")
             for r in frame]
    equal("digest of the frame", record["frame"]["sha256"], digest(units))
    picks = rows_of(f"{folder}/sample.csv")
    drawn = [(r["work_order"], r["stratum"], r["class"], r["times"], cents(r["book_amount"])) for r in picks]
    equal("digest of the picks", record["picks"]["sha256"], digest(drawn))
    equal("seals", [r["seal"] for r in picks], [digest([row])[:12] for row in drawn])
    sealed = record.pop("sha256")
    equal("digest of the record", sealed, digest(flat(record)))
    certain = {r["work_order"] for r in frame if r["certainty"] == "yes"}
    equal("certainty orders", {r["work_order"] for r in picks if r["class"] == "certainty"}, certain)
    print(f"{len(frame)} orders, {len(picks)} picks")


def check_orders(folder, counts):
    got = collections.Counter(r["region"] for r in rows_of(f"{folder}/frame.csv"))
    want = {line.split("|")[0]: int(line.split("|")[1]) for line in open(counts, encoding="utf-8") if "|" in line}
    equal("closed orders by region", dict(got), want)


def blocks(sheet):
    """no -> {dataset: {row id: {column: value}}}, and no -> compared lines"""
    found, compared = {}, {}
    current = names = dataset = None
    for row in sheet.iter_rows(min_row=4):
        first = row[0].value
        if first is None:
            continue
        block = re.fullmatch(r"([0-9]+)   (.*)", str(first))
        section = re.fullmatch(r"([a-z_]+) \((field service|ERP|both)\)", str(first))
        if block:
            current, dataset = int(block.group(1)), None
            found[current], compared[current] = collections.defaultdict(dict), []
        elif section:
            dataset, names = section.group(1), [c.value for c in row[1:]]
        elif dataset:
            if first in found[current][dataset]:
                sys.exit(f"block {current}: {dataset} {first} stands there twice")
            found[current][dataset][str(first)] = {n: c.value for n, c in zip(names, row[1:]) if n}
        elif first != "item":
            compared[current].append([c.value for c in row])
    return found, compared


def wo(text):
    match = re.search(r"(?:^|wo)[ -]*([0-9]+)", text or "", re.IGNORECASE)
    return f"WO-{match.group(1)}" if match else ""


ERP = {
    "movement": "SELECT order_txt, mblnr || '/' || zeile FROM {0}",
    "invoice_line": "SELECT order_txt, vbeln || '/' || posnr FROM {0}",
    "contract_ledger": "SELECT order_txt, entry FROM service_ledger",
    "claim": "SELECT order_txt, claim FROM warranty_claim",
}


def tables_of(base):
    """The tables behind movement and invoice_line, by the columns that the queries of the demo job name."""
    names = [n for (n,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    columns = {n: {c[1] for c in base.execute(f"PRAGMA table_info({n})")} for n in names}
    pick = lambda wanted: next(n for n in names if wanted <= columns[n])
    return {"movement": pick({"mblnr", "zeile", "order_txt"}), "invoice_line": pick({"vbeln", "posnr", "order_txt"})}


def check_evidence(folder, rows_path, erp):
    wanted = collections.defaultdict(set)
    for line in open(rows_path, encoding="utf-8"):
        dataset, order, row_id = line.rstrip("\n").split("|")
        wanted[dataset, order].add(row_id)
    base = sqlite3.connect(f"file:{erp}?mode=ro", uri=True)
    tables = tables_of(base)
    for dataset, query in ERP.items():
        for text, row_id in base.execute(query.format(tables.get(dataset, ""))):
            wanted[dataset, wo(text)].add(row_id)
    book = openpyxl.load_workbook(f"{folder}/sample.xlsx")
    found, compared = blocks(book["Evidence"])
    billers = collections.defaultdict(set)
    for no, sets in found.items():
        for order in sets["work_order"]:
            billers[order].add(no)
    faults = count = 0
    for pick in rows_of(f"{folder}/sample.csv"):
        sets = found[int(pick["no"])]
        for order in sets["work_order"]:
            for dataset in ["usage_line", "time_entry", "visit", "entitlement_decision", *ERP]:
                missing = wanted[dataset, order] - set(sets[dataset])
                count += len(wanted[dataset, order])
                if missing:
                    faults += 1
                    print(f"order {order}: {dataset} lacks {sorted(missing)}")
        for dataset in ["usage_line", "time_entry", "visit"]:
            for row_id, row in sets[dataset].items():
                if row["wo_id"] not in sets["work_order"]:
                    faults += 1
                    print(f"order {pick['work_order']}: {dataset} {row_id} is of {row['wo_id']}")
        headers = {row_id.split("/")[0] for row_id in sets["invoice_line"]}
        if headers != set(sets["invoice"]):
            faults += 1
            print(f"order {pick['work_order']}: invoices {sorted(sets['invoice'])}, lines of {sorted(headers)}")
        if pick["work_order"] not in sets["work_order"]:
            faults += 1
            print(f"order {pick['work_order']}: its own row is missing")
        billed = sum(Decimal(str(c[6] or 0)) for c in compared[int(pick["no"])])
        if pick["region"] != "UK" and abs(billed - Decimal(pick["billed_amount"] or billed)) > Decimal("0.005"):
            faults += 1
            print(f"order {pick['work_order']}: billed {billed} in its block, {pick['billed_amount']} on Selection")
    if faults or count < 500:
        sys.exit(f"{faults} faults, {count} rows")
    print(f"{count} rows")


def check_book(folder):
    book = openpyxl.load_workbook(f"{folder}/sample.xlsx")
    equal("sheets", book.sheetnames, ["Selection", "Evidence", "Design", "Guide"])
    sheet, evidence = book["Selection"], book["Evidence"]
    heads = [c.value for c in sheet[1]]
    picks = rows_of(f"{folder}/sample.csv")
    equal("rows", sheet.max_row - 1, len(picks))
    for line, pick in enumerate(picks, 2):
        for column, name in enumerate(heads, 1):
            cell = sheet.cell(line, column)
            if cell.data_type == "f":
                sys.exit(f"{cell.coordinate} is a formula")
            if name in ("book_amount", "billed_amount"):
                equal(name, Decimal(str(cell.value)), Decimal(pick[name]))
            elif name == "closed":
                equal(name, cell.value.date().isoformat(), pick[name])
            elif name == "evidence":
                place = re.fullmatch(r"'?Evidence'?!(A[0-9]+)", cell.hyperlink.location).group(1)
                equal("block", evidence[place].value, f"{pick['no']}   {pick['work_order']}")
                back = re.fullmatch(r"'?Selection'?!A([0-9]+)", evidence[place].hyperlink.location).group(1)
                equal("way back", int(back), line)
            else:
                equal(name, "" if cell.value is None else str(cell.value), pick[name])
    rules = {str(r.sqref): r.type for r in sheet.data_validations.dataValidation}
    equal("rules", sorted(rules.values()), ["decimal", "list"])
    design = {row[0].value: row[1].value for row in book["Design"].iter_rows(min_row=2)}
    for key, value in flat(json.load(open(f"{folder}/sample.json", encoding="utf-8"))):
        equal(f"Design {key}", design[key] or "", value)


def fill(path, change=""):
    book = openpyxl.load_workbook(path)
    sheet = book["Selection"]
    at = {c.value: i for i, c in enumerate(sheet[1], 1)}
    for line in range(2, sheet.max_row + 1):
        if change == "half" and line % 2:
            continue
        sheet.cell(line, at["audit_amount"]).value = sheet.cell(line, at["book_amount"]).value
    if change == "tamper":
        line = next(n for n in range(2, sheet.max_row + 1) if sheet.cell(n, at["class"]).value == "selected")
        sheet.cell(line, at["book_amount"]).value *= 2
    book.save(path)


def check_clean(path, folder):
    result = json.load(open(path, encoding="utf-8"))
    record = json.load(open(f"{folder}/sample.json", encoding="utf-8"))
    interval = max(Decimal(s["interval_num"]) / s["interval_den"] for s in record["strata"])
    basic = (interval * FACTOR_95 / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
    for side in ("shortfall", "over_recovery"):
        equal(f"{side} projected", result[side]["projected"], "0.00")
        equal(f"{side} basic precision", Decimal(result[side]["exact"]["basic"]), basic)
        equal(f"{side} upper limit", Decimal(result[side]["exact"]["upper"]), basic)
    print(f"upper limit {basic}")


globals()[{"digests": "check_digests", "orders": "check_orders", "evidence": "check_evidence", "book": "check_book",
           "fill": "fill", "clean": "check_clean"}[sys.argv[1]]](*sys.argv[2:])
