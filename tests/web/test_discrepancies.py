"""The pages of discrepancies: the list, one report with what can be done, removal by date, and the export."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

import pytest
from flask import Flask

from app import models
from app.extensions import db
from app.services import planning
from app.services.unit_of_work import unit_of_work
from tests import builders
from tests.page_markup import Element
from tests.pages import PageClient
from tests.statements import counted

pytestmark = pytest.mark.usefixtures("db_session")

BUDGET = 14


@dataclass
class Store:
    """A store whose manager reported a product missing; an order waits for it."""

    place: models.StockLocation
    product: models.Product
    report: models.InventoryDiscrepancy
    manager: PageClient


@pytest.fixture
def store(app: Flask) -> Store:
    with unit_of_work():
        builders.a_scenario()
        place, product = (
            builders.a_location("ST-001", name="Kadıköy"),
            builders.a_product("TS-M", name="T-shirt"),
        )
        builders.a_stock(place, product, 0)
        report = builders.a_discrepancy(place, product, note="shelf empty", reported_by="ayse")
        planning.plan_order(builders.an_order(number="1001", lines=[(product, 1_00)]).id, "order")
        user = builders.a_user(role="store_manager", locations=[place])
    return Store(place, product, report, PageClient(app, user.session_key))


def fresh(report: models.InventoryDiscrepancy) -> models.InventoryDiscrepancy:
    db.session.expire_all()
    return db.session.get_one(models.InventoryDiscrepancy, report.id)


def listed(page: Element) -> list[str]:
    return [one.find_all("strong")[0].text for one in page.with_attribute("data-row-link")]


def test_the_list_says_what_each_report_blocks(store: Store) -> None:
    page = store.manager.get("/discrepancies/")
    assert listed(page) == ["T-shirt"]
    assert "blocks 1 package" in page.text and "ayse" in page.text


def test_the_list_asks_a_fixed_number_of_questions(app: Flask, store: Store) -> None:
    for _ in range(5):
        builders.a_discrepancy(store.place, builders.a_product())
    with counted(app) as statements:
        store.manager.get("/discrepancies/")
    assert len(statements) <= BUDGET, "\n".join(statements)


@pytest.mark.parametrize("state", ["active", "cleared", "archived"])
def test_every_state_has_its_list(store: Store, state: str) -> None:
    fields = {"cleared": {"is_active": False}, "archived": {"removed_date": fresh(store.report).created_date}}
    builders.a_discrepancy(store.place, builders.a_product(name=state), **fields.get(state, {}))
    assert state in listed(store.manager.get(f"/discrepancies/?state={state}"))


def test_a_count_that_is_none_is_said_beside_its_field(store: Store) -> None:
    for count in ("", "some", "-1", "1.234"):
        answer = store.manager.post(f"/discrepancies/{store.report.id}/recount", count=count)
        assert answer.status_code == 422
        store.manager.looked_at(answer, "recount")
    assert fresh(store.report).is_active


@pytest.mark.parametrize("count", ["2", " 2,00 ", "2.0"])
def test_a_recount_settles_the_report_and_says_what_was_served(store: Store, count: str) -> None:
    answer = store.manager.post(f"/discrepancies/{store.report.id}/recount", count=count)
    page = store.manager.get(str(answer.location))
    assert "1 waiting package was planned again, 1 of them served." in page.text
    assert not fresh(store.report).is_active


def test_confirming_and_clearing_keep_the_note(store: Store) -> None:
    store.manager.post(f"/discrepancies/{store.report.id}/confirm", note="looked again")
    assert "looked again" in store.manager.get(f"/discrepancies/{store.report.id}").text
    store.manager.post(f"/discrepancies/{store.report.id}/clear", note="was behind the till")
    assert "keeps no package away" in store.manager.get(f"/discrepancies/{store.report.id}").text


def test_removal_shows_the_list_removes_it_and_restores(store: Store) -> None:
    asked = store.manager.get("/discrepancies/remove?expired_date=2020-01-01")
    assert "1 report will go into the archive" in asked.text
    (last_id,) = [
        one.attributes["value"] for one in asked.find_all("input") if one.attributes.get("name") == "last_id"
    ]
    later = builders.a_discrepancy(store.place, builders.a_product())
    form = {"expired_date": "2020-01-01", "location": "", "last_id": last_id, "reason": "old"}
    assert store.manager.post("/discrepancies/remove", **form).status_code == 303
    assert fresh(store.report).removed_reason == "old"
    assert fresh(later).removed_date is None, "nobody was shown this one"
    store.manager.post(f"/discrepancies/{store.report.id}/restore")
    assert fresh(store.report).removed_date is None


def test_nothing_is_removed_without_the_list(store: Store) -> None:
    answer = store.manager.post("/discrepancies/remove", expired_date="2020-01-01", location="")
    assert answer.status_code == 422
    assert fresh(store.report).removed_date is None


def test_a_manager_removes_nothing_elsewhere(app: Flask, store: Store) -> None:
    elsewhere = builders.a_discrepancy(builders.a_location(), store.product)
    form = {"expired_date": "2020-01-01", "location": "", "last_id": str(elsewhere.id)}
    store.manager.post("/discrepancies/remove", **form)
    assert fresh(store.report).removed_date is not None
    assert fresh(elsewhere).removed_date is None


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_of_the_export_is_a_formula(store: Store, start: str) -> None:
    builders.a_discrepancy(store.place, store.product, note=f"{start}cmd|' /C calc'!A0")
    answer = store.manager.client.get("/discrepancies/export.csv")
    assert answer.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True), newline="")))
    assert [row["note"][:2] for row in rows if "calc" in row["note"]] == [f"'{start}"]


def test_a_manager_without_locations_is_told_so(app: Flask) -> None:
    browser = PageClient(app, builders.a_user(role="store_manager").session_key)
    assert browser.client.get("/").location == "/my-location/"
    assert "No location is yours yet" in browser.get("/my-location/").text
    assert "Nothing is reported missing" in browser.get("/discrepancies/").text


def test_a_manager_of_several_chooses(app: Flask, store: Store) -> None:
    places = [store.place, builders.a_location(name="Beyoğlu")]
    browser = PageClient(app, builders.a_user(role="store_manager", locations=places).session_key)
    page = browser.get("/my-location/")
    assert "Kadıköy" in page.text and "Beyoğlu" in page.text
    assert "Another location" in browser.get(f"/my-location/{store.place.id}").text
