#!/usr/bin/python3
"""Builds filled-in samples for evaluate.sh, with digests computed anew from their description in sample.h.

Usage: evaluate_make.py CASE FOLDER [CHANGE]   writes FOLDER/sample.xlsx, and FOLDER/Selection.csv with sample.json

Cases are worked evaluations; orders that were found right fill up the sample. A change spoils the files.
"""
import csv
import hashlib
import json
import sys

import openpyxl

FRAME = "0" * 64
# interval (numerator, denominator in minor units), rows: (class, times, book, audit), the rest of the hits is right
CASES = {
    "e1": ((250000000, 93), [], 93),
    "e2": ((3400000, 3), [("selected", 1, "100.00", "95.00"), ("high", 1, "11700.00", "11488.00"),
                          ("selected", 1, "65.00", "58.50")], 3),
    "e3": ((1230000, 1), [("high", 1, "15000.00", "12500.00"), ("selected", 1, "10000.00", "4000.00"),
                          ("selected", 1, "3000.00", "2000.00")], 40),
    "e4": ((30000000, 181), [("selected", 1, "400.00", "320.00"), ("selected", 1, "500.00", "-"),
                             ("high", 1, "3000.00", "2500.00")], 181),
    "e5": ((120000000, 93), [("selected", 1, "1000.00", "600.00"), ("selected", 1, "1000.00", "0"),
                             ("selected", 1, "200.00", "190.00"), ("selected", 1, "100.00", "75.00"),
                             ("certainty", 1, "20000.00", "16500.00")], 93),
    "e6": ((1000000, 1), [("selected", 1, "1000.00", "200.00"), ("selected", 1, "1000.00", "1500.00"),
                          ("selected", 1, "10.00", "7.00"), ("attribute", 1, "0.00", "0")], 20),
}
SRS = [(100, 100), (250, 240), (80, 80), (400, 380), (150, 150), (90, 60), (300, 300), (120, 120), (60, 60), (200, 170)]


def minor(text):
    return int(text.replace(".", ""))


def digest(rows):
    return hashlib.sha256(b"".join(b"".join(str(cell).encode() + b"\0" for cell in row) + b"\n" for row in rows)).hexdigest()


def rows_of(case):
    """no is the place; (work_order, stratum, class, times, book, audit)"""
    if case == "srs":
        return [("selected", 1, f"{book}.00", f"{audit}.00") for book, audit in SRS]
    _, rows, hits = CASES[case]
    right = hits - sum(times for kind, times, _, _ in rows if kind == "selected")
    if right > 0:  # one order hit twice, the others once
        rows = rows + [("selected", 2, "30.00", "30.00")] * (right >= 2)
        rows = rows + [("selected", 1, "20.00", "20.00")] * (right - 2 if right >= 2 else right)
    return rows


def record_of(case, picks):
    kinds = [row[2] for row in picks]
    hits = sum(row[3] for row in picks if row[2] == "selected")
    num, den = (0, 1) if case == "srs" else CASES[case][0]
    zero = 5 * kinds.count("attribute")
    orders = 500 if case == "srs" else len(picks) + 900
    stratum = {"name": "North", "orders": orders, "book": 9000000, "certainty_orders": kinds.count("certainty"),
               "certainty_book": 0, "high_orders": kinds.count("high"), "high_book": 0, "zero_orders": zero,
               "zero_book": 0, "rest_orders": orders, "rest_book": 9000000, "size": hits, "interval_num": num,
               "interval_den": den}
    record = {"format": "tieout-sample-1", "job": "nightly", "run": "2026-06-30.1", "as_of": "2026-06-30",
              "method": "srs" if case == "srs" else "mus", "size": hits, "seed": "42", "confidence": "0.95",
              "frame": {"orders": orders, "book": 9000000, "currency": "EUR", "sha256": FRAME},
              "attribute": {"orders": zero, "size": kinds.count("attribute")}, "strata": [stratum],
              "picks": {"count": len(picks), "sha256": digest((w, s, c, t, minor(b)) for w, s, c, t, b in picks)}}
    record["sha256"] = digest(flat(record))
    return record


def flat(value, path=""):
    if isinstance(value, (dict, list)):
        pairs = value.items() if isinstance(value, dict) else ((str(i + 1), v) for i, v in enumerate(value))
        for key, member in pairs:
            yield from flat(member, f"{path}.{key}" if path else key)
    else:
        yield path, str(value)


def main():
    case, folder = sys.argv[1:3]
    change = sys.argv[3] if len(sys.argv) > 3 else ""
    rows = rows_of(case)
    picks = [(f"WO-{i + 1:04}", "North", kind, times, book) for i, (kind, times, book, _) in enumerate(rows)]
    record = record_of(case, picks)
    header = ["work_order", "customer", "no", "stratum", "class", "times", "book_amount", "audit_amount", "audit_note",
              "not_auditable", "seal"]
    lines = []
    for i, (pick, (_, _, _, audit)) in enumerate(zip(picks, rows)):
        seal = digest([pick[:4] + (minor(pick[4]),)])[:12]
        note = "Müller & <Söhne>, \"ok\"" if i == 0 else ""
        lines.append([pick[0], "ACME", i + 1, *pick[1:5], "" if audit == "-" else audit, note, "yes" if audit == "-" else "",
                      seal])
    if change == "book":
        lines[1][6] = "2000.00"
    elif change == "book-unsealed":
        lines[1][6], lines[1][10] = "2000.00", ""
    elif change == "pending":
        for line in lines[1:8]:
            line[7] = ""
    elif change == "gone":
        del lines[2]
    elif change == "twice":
        lines[2] = lines[1]
    elif change == "comma":
        lines[1][7] = "4000,00"
    elif change == "cents":
        lines[1][7] = "4000.001"
    elif change == "interval":
        record["strata"][0]["interval_num"] //= 2
    elif change == "no-column":
        header[7] = "result"
    lines.reverse()  # as after sorting by another column
    with open(f"{folder}/Selection.csv", "w", newline="", encoding="utf-8") as out:
        csv.writer(out, delimiter=";" if change == "semicolon" else ",").writerows([header] + lines)
    with open(f"{folder}/sample.json", "w", encoding="utf-8") as out:
        json.dump(record, out)
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "About"
    sheet["A1"] = "what this is"
    selection = book.create_sheet("Selection")
    selection.append(header)
    for line in lines:  # numbers as a spreadsheet keeps them, empty cells absent
        selection.append([None if v == "" else float(v) if c in (6, 7) and "," not in v and "\x00" not in v else v
                          for c, v in enumerate(line)])
    design = book.create_sheet("Design")
    design.append(["key", "value"])
    design.append(["How to fill this in", "one result an order"])
    for pair in flat(record):
        design.append(list(pair))
    book.save(f"{folder}/sample.xlsx")


main()
