#!/usr/bin/python3
"""import.py - imports correction files into a real Tryton and checks what arrived.

    import.py FOLDER...      each FOLDER is corrections/<output> of a run, or any with *.csv and *.csv.control.json

A Tryton 6.0 is made in memory (SQLite, no service), with a company, a chart of accounts and every party,
warehouse, product and currency that the files name. Each file is imported as it is by Model.import_data; then
documents, quantities and amounts in Tryton must equal the control file beside it, and every document is driven
to its final state. Exit 0: all equal. 1: a difference, named. 77: Tryton is not installed (packages tryton-
modules-account-invoice-stock, tryton-proteus).
"""
import csv
import json
import os
import sys
import warnings
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

os.environ.setdefault("TRYTOND_DATABASE_URI", "sqlite://")
os.environ.setdefault("DB_NAME", ":memory:")
try:
    from proteus import Model
    from trytond.modules.account.tests.tools import create_chart, create_fiscalyear, get_accounts
    from trytond.modules.account_invoice.tests.tools import set_fiscalyear_invoice_sequences
    from trytond.modules.company.tests.tools import create_company, get_company
    from trytond.modules.currency.tests.tools import get_currency
    from trytond.tests.tools import activate_modules
except ImportError as error:
    print(f"skipped: {error}")
    sys.exit(77)
warnings.simplefilter("ignore")  # of SQLite, about constraints it can't hold

# field of the lines and the buttons to the final state, by model
MODELS = {
    "stock.shipment.out": ("outgoing_moves", ["wait", "assign_force", "pick", "pack", "done"], "done"),
    "stock.shipment.out.return": ("incoming_moves", ["receive", "done"], "done"),
    "stock.shipment.internal": ("moves", ["wait", "assign_force", "done"], "done"),
    "account.invoice": ("lines", ["post"], "posted"),
}


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        header, *rows = list(csv.reader(file))
    return header, rows


def named(files, *headers):
    """The values that columns of these headers hold, over all files."""
    found = set()
    for header, rows in files:
        for index, name in enumerate(header):
            if name in headers:
                found.update(row[index] for row in rows)
    return sorted(found)


def make_places(files):
    """Warehouses with the zones that stand beside them in a row; zones of transfers get a warehouse of their own."""
    Location = Model.get("stock.location")
    zones = defaultdict(dict)
    for header, rows in files:
        for row in (dict(zip(header, row)) for row in rows):
            if "warehouse" in row:
                zones[row["warehouse"]]["output"] = row.get("outgoing_moves/from_location", row["warehouse"] + "-OUT")
                zones[row["warehouse"]]["input"] = row.get("incoming_moves/to_location", row["warehouse"] + "-IN")
            for key in ("from_location", "to_location"):
                if key in row:
                    zones[row[key].removesuffix("-STO")]["storage"] = row[key]
    for code, by_kind in zones.items():
        places = {}
        for kind, suffix in (("input", "-IN"), ("output", "-OUT"), ("storage", "-STO")):
            name = by_kind.get(kind, code + suffix)
            places[kind] = Location(name="Zone " + name, code=name, type="storage")
            places[kind].save()
        Location(name="Place " + code, code=code, type="warehouse", input_location=places["input"],
                 output_location=places["output"], storage_location=places["storage"]).save()


def make_products(files, accounts):
    Uom, Template = Model.get("product.uom"), Model.get("product.template")
    Category = Model.get("product.category")
    category = Category(name="Parts", accounting=True, account_expense=accounts["expense"],
                        account_revenue=accounts["revenue"])
    category.save()
    units = {}
    for header, rows in files:
        for row in (dict(zip(header, row)) for row in rows):
            for line in ("outgoing_moves", "incoming_moves", "moves", "lines"):
                if line + "/product" in row:
                    units[row[line + "/product"]] = row[line + ("/unit" if line == "lines" else "/uom")]
    for code, unit in units.items():
        Template(name="Part " + code, code=code, type="goods", list_price=Decimal(1), account_category=category,
                 default_uom=Uom.find([("name", "=", unit)])[0]).save()


def make_world(files):
    config = activate_modules("account_invoice_stock")
    create_company(currency=get_currency("EUR"))
    company = get_company()
    create_chart(company)
    year = set_fiscalyear_invoice_sequences(create_fiscalyear(company))
    year.click("create_period")
    Party = Model.get("party.party")
    for name in named(files, "customer", "party"):
        party = Party(name=name)
        if not party.addresses:
            party.addresses.new()
        party.save()
    for code in named(files, "currency", "outgoing_moves/currency", "incoming_moves/currency"):
        currency = get_currency(code)
        if not currency.rates:  # a bill in a currency without rate can't be posted
            currency.rates.new(date=date(date.today().year, 1, 1), rate=Decimal(1))
            currency.save()
    make_places(files)
    make_products(files, get_accounts(company))
    return config


def check(path, config):
    control = json.loads(Path(str(path) + ".control.json").read_text(encoding="utf-8"))
    header, rows = read(path)
    lines_name, buttons, final = MODELS[control["model"]]
    count = config.get_proxy(control["model"]).import_data(header, rows, config.context)
    quantities, amounts = defaultdict(Decimal), defaultdict(Decimal)
    for reference in control["ids"]:
        documents = Model.get(control["model"]).find([("reference", "=", reference)])
        if len(documents) != 1:
            return f"{path}: {len(documents)} documents with reference {reference}, 1 was sent"
        document = documents[0]
        for line in getattr(document, lines_name):
            unit = line.unit if lines_name == "lines" else line.uom
            quantity = Decimal(str(line.quantity))
            quantities[unit.name if unit else "-"] += quantity
            if control["amounts"]:
                currency = document.currency if lines_name == "lines" else line.currency
                amounts[currency.code] += quantity * line.unit_price
        for button in buttons:
            document.click(button)
        if document.state != final:
            return f"{path}: {reference} ended as {document.state}, not {final}"
    expected = {what: {k: Decimal(v) for k, v in control[what].items()} for what in ("quantities", "amounts")}
    for what, sent, found in (("documents", control["documents"], count),
                              ("quantities", expected["quantities"], dict(quantities)),
                              ("amounts", expected["amounts"], dict(amounts))):
        if sent != found:
            return f"{path}: {what} sent {sent}, found in Tryton {found}"
    print(f"ok {path}: {count} documents")
    return None


def main(folders):
    paths = [path for folder in folders for path in sorted(Path(folder).glob("*.csv"))]
    if not paths:
        print(f"no correction files in {', '.join(map(str, folders)) or 'no folder'}")
        return 1
    config = make_world([read(path) for path in paths])
    troubles = [trouble for trouble in (check(path, config) for path in paths) if trouble]
    print("\n".join(troubles) if troubles else f"{len(paths)} files imported")
    return 1 if troubles else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
