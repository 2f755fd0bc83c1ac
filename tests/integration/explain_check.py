#!/usr/bin/python3
"""explain_check.py CSV PAGES: every finding of the CSV has its page, and each figure of the page is the CSV's."""
import csv
import re
import sys

MONEY = {"exposure": "Exposure", "expected_amount": "Expected amount", "actual_amount": "Booked amount",
         "book_effect": "Book effect"}
PLAIN = {"usage_qty": "Used", "movement_qty": "Moved in stock", "billed_qty": "Billed", "expected_qty": "Expected",
         "work_order": "Order", "item": "Item", "customer": "Customer", "verdict": "Verdict"}
IDS = {"usage_ids": "Use rows", "movement_ids": "Stock rows", "billing_ids": "Billing rows", "other_ids": "Other rows"}
NAME_WIDTH = 20


def pages_of(text):
    """finding_id -> lines of its page"""
    pages, lines = {}, None
    for line in text.split("\n"):
        found = re.match(r"([A-Z]{3}-\d\d-[a-z2-7]{16})  ", line)
        if found:
            lines = pages.setdefault(found.group(1), [])
        if lines is not None:
            lines.append(line)
    return pages


def head_of(lines):
    """name -> value of the head, continued lines joined"""
    head, name = {}, None
    for line in lines[1:]:
        if line.startswith("The ") or line.startswith("Rows that"):
            break
        if re.match(r"  [A-Z]", line) and len(line) > NAME_WIDTH and line[NAME_WIDTH - 1] == " ":
            name = line[2:NAME_WIDTH].strip()
            head.setdefault(name, line[NAME_WIDTH:])
        elif name and line.startswith(" " * NAME_WIDTH):
            head[name] += " " + line.strip()
        else:
            name = None
    return head


def wrong_of(row, lines):
    head, text = head_of(lines), "\n".join(lines)
    for column, name in PLAIN.items():
        if head.get(name, "") != row[column]:
            yield f"{name} is {head.get(name)!r}, {column} is {row[column]!r}"
    for column, name in MONEY.items():
        want = f"{row[column]} {row['currency']}".strip() if row[column] else ""
        if column == "exposure" and not want:
            want = "not known or not applicable"
        if head.get(name, "") != want:
            yield f"{name} is {head.get(name)!r}, {column} is {want!r}"
    for column, name in IDS.items():
        ids = [i.replace("%3B", ";") for i in row[column].split(";") if i]
        if head.get(name, "").split() != [w for i in ids for w in i.split()]:
            yield f"{name} is {head.get(name)!r}, {column} is {row[column]!r}"
        for i in ids if column != "other_ids" else []:
            if not re.search(r"^ +[a-z_]+ " + re.escape(i) + "[ ,]", text, re.M):
                yield f"row {i} is not shown"
    if not head.get("Status", "").startswith(row["status"] + ","):
        yield f"Status is {head.get('Status')!r}, not {row['status']}"
    if not head.get("Severity", "").startswith(row["severity"] + ","):
        yield f"Severity is {head.get('Severity')!r}, not {row['severity']}"
    if not head.get("Certainty", "").startswith(row["certainty"] + ":"):
        yield f"Certainty is {head.get('Certainty')!r}, not {row['certainty']}"
    counts = "yes" if row["primary"] == "yes" else "no, secondary to " + row["primary"]
    if not head.get("Counts", "").startswith(counts):
        yield f"Counts is {head.get('Counts')!r}, primary is {row['primary']}"
    exported = head.get("Exported") or next((l for l in lines if l.startswith("  Exported")), "")
    if row["correction_id"] and row["correction_id"] not in exported:
        yield f"Exported is {exported!r}, correction is {row['correction_id']}"


def main():
    with open(sys.argv[1], newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    text = open(sys.argv[2], encoding="utf-8").read()
    pages, count = pages_of(text), 0
    for line in text.split("\n"):
        if len(line) > 120:
            print("too long:", line)
            count += 1
    for row in rows:
        if row["finding_id"] not in pages:
            print(row["finding_id"], "has no page")
            count += 1
            continue
        for wrong in wrong_of(row, pages[row["finding_id"]]):
            print(row["finding_id"], wrong)
            count += 1
    print(f"{len(rows)} findings, {count} wrong")
    return count > 0 or len(rows) < 100


sys.exit(main())
