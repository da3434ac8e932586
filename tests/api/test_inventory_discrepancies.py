"""Reports of missing stock through the API: as the vendor shows them, and removed by date (D3, D4)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from flask import Flask
from sqlalchemy import insert, select

from app import clock
from app.api.inventory_discrepancies import DiscrepancyShape
from app.api.paging import Page
from app.extensions import db
from app.models import AuditEntry, Fact, InventoryDiscrepancy, Package, StockLocation
from app.queries import consistency
from app.services import planning
from app.services.unit_of_work import unit_of_work
from tests import builders
from tests.api.client import ApiClient
from tests.contract.samples import assert_like, sample
from tests.statements import counted

PATH = "/api/v1/oms/inventory-discrepancies/"
REMOVE = PATH + "remove/"
# 10 October 2023 begins at 21:00 of the 9th in UTC where the site is.
DAY_BEGINS = datetime(2023, 10, 9, 21, tzinfo=UTC)
CHOICE = ["Select a valid choice. That choice is not one of the available choices."]


@pytest.fixture
def places(app: Flask) -> list[StockLocation]:
    with app.app_context():
        return [builders.a_location("WH1"), builders.a_location("ST2")]


def a_report(app: Flask, location: StockLocation, **fields: Any) -> int:
    """The id of a report about a product of its own."""
    if "created_date" in fields:
        fields.setdefault("modified_date", fields["created_date"])
    with app.app_context():
        return builders.a_discrepancy(location, builders.a_product(), **fields).id


def ids(found: dict[str, Any]) -> list[int]:
    return [one["id"] for one in found["results"]]


def removed(app: Flask) -> list[int]:
    with app.app_context():
        reports = select(InventoryDiscrepancy.id).where(InventoryDiscrepancy.removed_date.is_not(None))
        return list(db.session.scalars(reports.order_by(InventoryDiscrepancy.id)))


def test_the_list_has_the_fields_of_the_sample_in_their_order(app: Flask) -> None:
    with app.app_context():
        package = builders.a_package()
        created = datetime(2023, 1, 1, 14, 9, 34, 934060, tzinfo=UTC)
        report = builders.a_discrepancy(
            db.session.get_one(StockLocation, package.stock_location_id),
            builders.a_product(),
            package_item_id=package.items[0].id,
            created_date=created,
            modified_date=created + timedelta(microseconds=9),
        )
    answer = ApiClient(app, scope="read").ask("GET", PATH)
    found = json.loads(answer.data)
    assert_like(found, sample("inventory_discrepancies"))
    assert list(found["results"][0].items()) == [
        ("id", report.id),
        ("reason", "out_of_stock"),
        ("created_date", "2023-01-01T14:09:34.934060Z"),
        ("modified_date", "2023-01-01T14:09:34.934069Z"),
        ("is_active", True),
        ("stock_location", package.stock_location_id),
        ("package_item", package.items[0].id),
        ("transfer_item", None),
    ]
    assert msgspec.json.decode(answer.data, type=Page[DiscrepancyShape])
    assert ApiClient(app).get(f"{PATH}{report.id}") == found["results"][0]


def test_each_filter_finds_its_own(app: Flask, places: list[StockLocation]) -> None:
    old = a_report(app, places[0], created_date=DAY_BEGINS - timedelta(days=1))
    cleared = a_report(app, places[0], created_date=DAY_BEGINS, is_active=False)
    other = a_report(app, places[1], created_date=DAY_BEGINS + timedelta(days=1), reason="damaged")
    api = ApiClient(app)
    assert ids(api.get(PATH)) == [other, cleared, old]
    assert ids(api.get(PATH, sort="created_date")) == [old, cleared, other]
    assert ids(api.get(PATH, is_active="true")) == [other, old]
    assert ids(api.get(PATH, is_active=False)) == [cleared]
    assert ids(api.get(PATH, reason="damaged")) == [other]
    assert ids(api.get(PATH, stock_location=places[0].id)) == [cleared, old]
    assert ids(api.get(PATH, created_date__gte="2023-10-10")) == [other, cleared]
    assert ids(api.get(PATH, created_date__lte="2023-10-09T21:00:00Z")) == [cleared, old]
    assert api.get(PATH, created_date__gte="2030-01-01")["count"] == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("is_active", "maybe"),
        ("reason", "lost"),
        ("stock_location", "WH1"),
        ("stock_location", "987654321"),
        ("stock_location", "-1"),
        ("created_date__gte", "yesterday"),
        ("created_date__lte", "2023-02-30"),
        ("sort", "reason"),
    ],
)
def test_a_filter_that_cannot_be_used_is_named(app: Flask, name: str, value: str) -> None:
    found = ApiClient(app).get(PATH, 400, **{name: value})
    assert list(found) == [name]


def test_a_page_takes_the_same_few_statements_whatever_its_size(
    app: Flask, places: list[StockLocation]
) -> None:
    for _ in range(12):
        a_report(app, places[0])
    api, counts = ApiClient(app), []
    api.get(PATH)
    for limit in (1, 12):
        with counted(app) as sent:
            api.get(PATH, limit=limit)
        counts.append(len(sent))
    assert counts == [3, 3]


def test_a_manager_sees_the_reports_of_own_locations_only(app: Flask, places: list[StockLocation]) -> None:
    own, foreign = (a_report(app, place) for place in places)
    manager = ApiClient(app, role="store_manager", locations=places[:1])
    assert ids(manager.get(PATH)) == [own]
    assert manager.get(f"{PATH}{own}/")["id"] == own
    assert manager.get(f"{PATH}{foreign}/", 404) == {"detail": "Not found."}
    assert manager.get(PATH, 400, stock_location=places[1].id) == {"stock_location": CHOICE}
    assert manager.get(PATH, 400, stock_location=987654321) == {"stock_location": CHOICE}
    assert ids(ApiClient(app, role="store_manager").get(PATH)) == []


def test_an_unknown_report_is_not_found(app: Flask) -> None:
    api = ApiClient(app)
    for key in ("987654321", "0", str(2**63), str(10**30), "abc", "1.5"):
        assert api.get(f"{PATH}{key}/", 404) == {"detail": "Not found."}


@pytest.mark.parametrize("day", ["10-10-2023", "2023-10-10"])
@pytest.mark.parametrize("is_form", [True, False])
def test_reports_are_removed_from_the_first_instant_of_that_day_on(
    app: Flask, places: list[StockLocation], day: str, is_form: bool
) -> None:
    before = a_report(app, places[0], created_date=DAY_BEGINS - timedelta(microseconds=1))
    first = a_report(app, places[0], created_date=DAY_BEGINS)
    cleared = a_report(app, places[0], created_date=DAY_BEGINS, is_active=False)
    later = a_report(app, places[1])
    api = ApiClient(app)
    options = {"data": {"expired_date": day}} if is_form else {"json": {"expired_date": day}}
    answer = api.ask("POST", REMOVE, **options)
    assert (answer.status_code, answer.data) == (204, b"")
    assert removed(app) == [first, later]
    assert ids(api.get(PATH)) == [cleared, before]
    assert api.get(f"{PATH}{first}/", 404) == {"detail": "Not found."}


def test_one_location_alone_can_be_cleaned_up(app: Flask, places: list[StockLocation]) -> None:
    a_report(app, places[0])
    there = a_report(app, places[1])
    api = ApiClient(app)
    assert api.ask("POST", REMOVE, data={"expired_date": "10-10-2023", "stock_location": str(places[1].id)})
    assert removed(app) == [there]
    api.post(REMOVE, {"expired_date": "10-10-2023", "stock_location": None}, 204)
    assert len(removed(app)) == 2


def test_a_manager_removes_at_own_locations_only(app: Flask, places: list[StockLocation]) -> None:
    own = a_report(app, places[0])
    a_report(app, places[1])
    manager = ApiClient(app, role="store_manager", locations=places[:1])
    body = {"expired_date": "2023-10-10"}
    foreign = {**body, "stock_location": places[1].id}
    assert manager.post(REMOVE, foreign, 400) == {"stock_location": CHOICE}
    assert removed(app) == []
    manager.post(REMOVE, body, 204)
    assert removed(app) == [own]
    ApiClient(app, role="store_manager").post(REMOVE, body, 204)
    assert removed(app) == [own]


def test_the_archive_says_who_removed_what_when_and_why(app: Flask, places: list[StockLocation]) -> None:
    with app.app_context():
        product = builders.a_product("TS-M")
        builders.a_discrepancy(places[0], product, is_active=False)
        report = builders.a_discrepancy(places[0], product)
        user = builders.a_user("ayse")
        key, _ = builders.a_token(user, scope="write")
    now = datetime(2026, 11, 20, 8, tzinfo=UTC)
    with clock.at(now):
        body = {"expired_date": "2023-10-10", "reason": "Counted again"}
        ApiClient(app, key=key).post(REMOVE, body, 204)
    with app.app_context():
        stored = db.session.get_one(InventoryDiscrepancy, report.id)
        assert (stored.removed_by, stored.removed_reason) == ("ayse", "Counted again")
        assert (stored.removed_date, stored.modified_date, stored.is_active) == (now, now, True)
        entry = db.session.scalars(select(AuditEntry)).one()
        assert (entry.actor, entry.user_id, entry.action) == ("ayse", user.id, "discrepancy.removed")
        assert (entry.object_id, entry.reason) == (str(report.id), "Counted again")
        fact = db.session.scalars(select(Fact)).one()
        assert (fact.kind, fact.actor, fact.product_id) == ("discrepancy_clear", "ayse", product.id)
        told = {"erp_code": "WH1", "sku": "TS-M", "nth": 2, "removed": True, "reason": "Counted again"}
        assert fact.body == told


def test_removing_tells_anew_why_packages_wait(app: Flask, places: list[StockLocation]) -> None:
    with app.app_context():
        product = builders.a_product()
        builders.a_scenario()
        builders.a_stock(places[0], product, 1_00)
        builders.a_discrepancy(places[0], product)
        planning.plan_order(builders.an_order(lines=[(product, 1_00)]).id, "order")
        cause = select(Package.cause).where(Package.state == "920")
        assert db.session.scalars(cause).one() == "discrepancy_hold"
    ApiClient(app).post(REMOVE, {"expired_date": "2023-10-10"}, 204)
    with app.app_context():
        assert db.session.scalars(cause).one() == "served_now"
        assert list(consistency.findings()) == []


def test_a_second_removal_removes_nothing_and_says_nothing(app: Flask, places: list[StockLocation]) -> None:
    a_report(app, places[0])
    api = ApiClient(app)
    for _ in range(2):
        api.post(REMOVE, {"expired_date": "2023-10-10"}, 204)
    with app.app_context():
        assert len(db.session.scalars(select(AuditEntry.id)).all()) == 1
        assert len(db.session.scalars(select(Fact.id)).all()) == 1


def test_a_thousand_reports_go_in_as_many_statements_as_one(app: Flask, places: list[StockLocation]) -> None:
    api, counts = ApiClient(app), []
    api.get(PATH)
    for number in (1, 1_000):
        with app.app_context():
            products = [builders.a_product() for _ in range(2)]
            keys = [{"stock_location_id": places[0].id, "product_id": one.id} for one in products]
            with unit_of_work():
                db.session.execute(
                    insert(InventoryDiscrepancy), [{**one, "reason": "other"} for one in keys * number]
                )
        with counted(app) as sent:
            api.post(REMOVE, {"expired_date": "2023-10-10"}, 204)
        counts.append(len(sent))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("body", "field", "reason"),
    [
        ({}, "expired_date", "This field is required."),
        ({"expired_date": None}, "expired_date", "should be"),
        ({"expired_date": 20231010}, "expired_date", "should be a day such as"),
        ({"expired_date": ""}, "expired_date", "should be a day such as"),
        ({"expired_date": "10/10/2023"}, "expired_date", "should be a day such as"),
        ({"expired_date": "31-02-2023"}, "expired_date", "should be a day of the calendar"),
        ({"expired_date": "2023-10-10T00:00:00Z"}, "expired_date", "should be a day such as"),
        ({"expired_date": "10-10-2023", "stock_location": 987654321}, "stock_location", CHOICE[0]),
        ({"expired_date": "10-10-2023", "stock_location": "1"}, "stock_location", "a whole number"),
        ({"expired_date": "10-10-2023", "stock_location": 2**63}, "stock_location", "at most"),
        ({"expired_date": "10-10-2023", "stock_location": True}, "stock_location", "a whole number"),
        ({"expired_date": "10-10-2023", "reason": "x" * 1001}, "reason", "longer than 1000"),
        ([], "non_field_errors", "a JSON object"),
    ],
)
def test_what_cannot_be_removed_by_is_named_and_nothing_goes(
    app: Flask, places: list[StockLocation], body: Any, field: str, reason: str
) -> None:
    a_report(app, places[0])
    found = ApiClient(app).post(REMOVE, body, 400)
    assert list(found) == [field]
    assert reason in found[field][0]
    assert removed(app) == []
