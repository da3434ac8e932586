"""Every file that a spreadsheet may open: no cell of it begins as a formula does, whoever wrote its text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select, update

from app import models
from app.domain.packages import PackageState
from app.extensions import db
from app.services.unit_of_work import unit_of_work
from app.web.csv_cells import DANGEROUS_STARTS, safe_row
from tests import builders
from tests.access.stores import Stores, two_stores
from tests.pages import PageClient

pytestmark = pytest.mark.usefixtures("db_session")

FORMULA = '=HYPERLINK("http://elsewhere.example","x")'


@pytest.fixture
def stores(db_session: object) -> Stores:
    """Two stores in which every text that people or other systems write is a formula."""
    found = two_stores()
    with unit_of_work():
        for model, column in (
            (models.StockLocation, "name"),
            (models.Product, "name"),
            (models.Customer, "first_name"),
            (models.InventoryDiscrepancy, "note"),
            (models.InventoryDiscrepancy, "reported_by"),
        ):
            db.session.execute(update(model).values({column: FORMULA}))
        order = found.own.arguments["order_id"]
        db.session.execute(update(models.Order).where(models.Order.id == order).values(number=f"@{FORMULA}"))
    builders.an_audit_entry(reason=FORMULA, actor=FORMULA)
    # One that waits is explained by the names of today.
    waiting = select(models.Package.id).where(models.Package.state == PackageState.OUT_OF_STOCK.value)
    found.own.arguments["package_id"] = db.session.scalars(waiting).one()
    return found


def exports(app: Flask, stores: Stores) -> Iterator[str]:
    """The address of every file, from the URL map."""
    for rule in app.url_map.iter_rules():
        if rule.rule.endswith(".csv"):
            values = stores.values(set(rule.arguments), is_foreign=False)
            yield app.url_map.bind("localhost").build(rule.endpoint, values)


def test_no_cell_of_any_export_is_a_formula(app: Flask, stores: Stores) -> None:
    desk, seen = PageClient(app, builders.a_user(role="administrator").session_key), 0
    for address in exports(app, stores):
        answer = desk.client.get(address)
        assert (answer.status_code, answer.mimetype) == (200, "text/csv"), address
        text = answer.get_data(as_text=True)
        assert f"'{FORMULA[:10]}" in text or f"'@{FORMULA[:10]}" in text, f"{address} has nothing to look at"
        for row in csv.reader(io.StringIO(text)):
            assert not [cell for cell in row if cell.startswith(DANGEROUS_STARTS)], address
        seen += 1
    assert seen >= 4


@pytest.mark.parametrize("start", DANGEROUS_STARTS)
def test_text_that_begins_dangerously_is_neutralised(start: str) -> None:
    assert safe_row([f"{start}cmd|' /C calc'!A0"]) == [f"'{start}cmd|' /C calc'!A0"]


def test_numbers_stay_numbers() -> None:
    assert safe_row([-5, "-5", "-1.50", "12", None]) == [-5, "-5", "-1.50", "12", None]
