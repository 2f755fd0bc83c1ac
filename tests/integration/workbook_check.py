#!/usr/bin/python3
"""workbook_check.py - reads discrepancies.xlsx with another library and compares it with discrepancies.csv.

    workbook_check.py RUN_FOLDER LAYOUT.ini

Checked: every sheet opens; every detail row equals its line of the CSV, cell by cell, and every line of the CSV has one row; no
cell holds a formula; every link leads to a cell that exists, and a finding's link to a row that its lists name; the total of
each breakdown on the summary is its headline figure. Prints the first differences and ends with 1, else a line with counts.
"""
import configparser
import csv
import datetime
import re
import sys
from decimal import Decimal

import openpyxl

FAULTS_SHOWN = 20


def read_layout(path):
    ini = configparser.ConfigParser(interpolation=None, inline_comment_prefixes=(";",), comment_prefixes=(";", "#"))
    ini.read(path, encoding="utf-8")
    families = {}
    for section in ini.sections():
        words = section.split()
        if words[0] == "sheet" and words[1].isupper():
            headings = dict(ini["columns"])
            if ini.has_section("columns " + words[1]):
                headings.update(ini["columns " + words[1]])
            families[ini[section]["title"]] = {v.split(",")[0].strip(): k for k, v in headings.items()}
    return ini, families


def text_of(cell):
    """A cell as the CSV writes it, as far as its type tells; numbers are compared as numbers."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    return str(value)


def equal(cell, want):
    got = text_of(cell)
    if got == want:
        return True
    if cell.data_type == "n" and got != "" and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", want):
        return Decimal(repr(cell.value)) == Decimal(want)
    return False


class Checker:
    def __init__(self):
        self.faults, self.cells, self.links = [], 0, 0

    def fault(self, text):
        self.faults.append(text)

    def details(self, sheet, headings, lines):
        head = {}
        for cell in sheet[4]:
            name = headings.get(cell.value)
            if name is None:
                self.fault(f"{sheet.title}: heading {cell.value!r} stands not in the layout")
            head[name] = cell.column
        for name in next(iter(lines.values())):
            if name not in head:
                self.fault(f"{sheet.title}: column {name} is missing")
        for row in range(5, sheet.max_row + 1):
            finding = sheet.cell(row, head["finding_id"]).value
            line = lines.get(finding)
            if line is None:
                self.fault(f"{sheet.title}!{row}: finding {finding} is not, or twice, in the CSV")
                continue
            for name, want in line.items():
                self.cells += 1
                if name in head and not equal(sheet.cell(row, head[name]), want):
                    self.fault(f"{sheet.title}!{row} {name}: {sheet.cell(row, head[name]).value!r}, the CSV has {want!r}")
            self.seen.add(finding)

    def link(self, book, cell):
        self.links += 1
        match = re.fullmatch(r"'([^']+)'!([A-Z]+)([0-9]+)", cell.hyperlink.location or "")
        if cell.hyperlink.target or match is None or match[1] not in book.sheetnames:
            self.fault(f"{cell.parent.title}!{cell.coordinate}: link leads nowhere ({cell.hyperlink.location})")
            return
        target = book[match[1]]
        row = int(match[3])
        if row > target.max_row:
            self.fault(f"{cell.parent.title}!{cell.coordinate}: link leads below {match[1]}")
        elif row > 1 and match[1].startswith("Rows") and \
                target.cell(row, 1).value is None:
            self.fault(f"{cell.parent.title}!{cell.coordinate}: row {row} of {match[1]} names no finding")
        elif cell.parent.title.startswith("Rows") and row > 1 and target.cell(row, 1).value != cell.value:
            self.fault(f"{cell.parent.title}!{cell.coordinate}: leads to {target.cell(row, 1).value}, not {cell.value}")

    def totals(self, sheet):
        """Each line 'Total' is the sum of the lines above it, as printed."""
        first = None
        for row in range(1, sheet.max_row + 1):
            if sheet.cell(row, 8).value == "Findings":
                first = row + 1
            elif sheet.cell(row, 2).value == "Total" and first is not None and not self.is_age(sheet, first):
                for col in range(8, 16):
                    added = sum(Decimal(repr(sheet.cell(r, col).value or 0)) for r in range(first, row))
                    if added != Decimal(repr(sheet.cell(row, col).value or 0)):
                        self.fault(f"Summary!{row}: column {col} adds up to {added}, the total says {sheet.cell(row, col).value}")

    @staticmethod
    def is_age(sheet, first):
        return sheet.cell(first - 1, 2).value == "Age"  # pending has no age

    def run(self, folder, layout):
        ini, families = read_layout(layout)
        book = openpyxl.load_workbook(folder + "/discrepancies.xlsx")
        with open(folder + "/discrepancies.csv", encoding="utf-8", newline="") as file:
            lines = {line["finding_id"]: line for line in csv.DictReader(file)}
        self.seen = set()
        for sheet in book:
            title = re.sub(r" [0-9]+$", "", sheet.title)
            if title in families and lines:
                self.details(sheet, families[title], lines)
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.data_type == "f":
                        self.fault(f"{sheet.title}!{cell.coordinate} holds a formula")
                    if cell.hyperlink is not None:
                        self.link(book, cell)
        self.totals(book["Summary"])
        for finding in lines.keys() - self.seen:
            self.fault(f"{finding} stands in the CSV and on no sheet")
        return len(book.sheetnames), len(lines)


def main():
    checker = Checker()
    sheets, lines = checker.run(sys.argv[1], sys.argv[2])
    for fault in checker.faults[:FAULTS_SHOWN]:
        print(fault)
    if checker.faults:
        sys.exit(f"workbook: {len(checker.faults)} faults")
    print(f"workbook: {sheets} sheets, {lines} findings, {checker.cells} cells and {checker.links} links as they should be")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main()
