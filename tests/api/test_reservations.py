"""Reservations through the API: found by whom and what they are for, and released exactly once."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock, models
from app.api.paging import Page
from app.api.reservations import ReservationShape
from app.extensions import db
from app.models import AuditEntry, Fact, Reservation
from app.queries import consistency
from tests import builders
from tests.api.client import ApiClient
from tests.statements import counted

PATH = "/api/v1/oms/reservations/"
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
FIELDS = [
    "id",
    "order_number",
    "order_item",
    "sku",
    "stock_location",
    "quantity",
    "state",
    "stale",
    "reserved_date",
    "released_date",
    "release_reason",
]


def held(app: Flask, *, erp_code: str = "", sku: str = "", **order: Any) -> models.Reservation:
    """A held reservation of two units for an order of its own."""
    with app.app_context():
        location = builders.a_location(erp_code or None)
        made = builders.an_order(lines=[(builders.a_product(sku or None), 2_00)], **order)
        return builders.a_reservation(made.items[0], location, reserved_date=NOW)


def ids(found: dict[str, Any]) -> list[int]:
    return [one["id"] for one in found["results"]]


def test_a_reservation_says_who_holds_what_and_where(app: Flask) -> None:
    one = held(app, erp_code="WH1", sku="TS-M", number="1001", state="100")
    answer = ApiClient(app, scope="read").ask("GET", PATH)
    found = answer.get_json()["results"][0]
    assert list(found) == FIELDS
    assert found == {
        "id": one.id,
        "order_number": "1001",
        "order_item": one.order_item_id,
        "sku": "TS-M",
        "stock_location": {"id": one.stock_location_id, "erp_code": "WH1"},
        "quantity": "2.00",
        "state": "held",
        "stale": "order_cancelled",
        "reserved_date": "2026-11-20T08:00:00.000000Z",
        "released_date": None,
        "release_reason": None,
    }
    assert list(found["stock_location"]) == ["id", "erp_code"]
    assert msgspec.json.decode(answer.data, type=Page[ReservationShape])


def test_each_filter_finds_its_own(app: Flask) -> None:
    live = held(app, erp_code="WH1", sku="TS-M", number="1001")
    stale = held(app, erp_code="ST2", sku="TS-L", number="1002", state="100")
    with app.app_context(), clock.at(NOW):
        orphan = held(app, erp_code="ST3", number="1003", date_placed=NOW - timedelta(days=8))
    api = ApiClient(app)
    with clock.at(NOW):
        assert ids(api.get(PATH)) == [orphan.id, stale.id, live.id]
        assert ids(api.get(PATH, sort="id")) == [live.id, stale.id, orphan.id]
        assert ids(api.get(PATH, erp_code="WH1")) == [live.id]
        assert ids(api.get(PATH, sku="TS-L")) == [stale.id]
        assert ids(api.get(PATH, order_number="1003")) == [orphan.id]
        assert ids(api.get(PATH, state="held", order_number="1001")) == [live.id]
        assert ids(api.get(PATH, state="released")) == []
        assert ids(api.get(PATH, stale="true")) == [orphan.id, stale.id]
        assert ids(api.get(PATH, stale=True)) == [orphan.id, stale.id]
        assert ids(api.get(PATH, stale="false")) == [live.id]
        assert ids(api.get(PATH, stale="order_cancelled")) == [stale.id]
        assert ids(api.get(PATH, stale="orphan", erp_code="ST3")) == [orphan.id]
        for name in ("erp_code", "sku", "order_number"):
            assert api.get(PATH, **{name: "unknown"})["count"] == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [("stale", "maybe"), ("stale", "ORPHAN"), ("state", "gone"), ("sort", "sku"), ("limit", "many")],
)
def test_a_filter_that_cannot_be_used_is_named(app: Flask, name: str, value: str) -> None:
    assert list(ApiClient(app).get(PATH, 400, **{name: value})) == [name]


def test_a_page_takes_the_same_few_statements_whatever_its_size(app: Flask) -> None:
    for number in range(12):
        held(app, number=str(number), state="100")
    api, counts = ApiClient(app), []
    api.get(PATH)
    for limit in (1, 12):
        with counted(app) as sent:
            api.get(PATH, limit=limit, stale="true")
        counts.append(len(sent))
    assert counts == [3, 3]


def test_a_manager_sees_what_is_held_at_own_locations_and_releases_nothing(app: Flask) -> None:
    own, foreign = held(app), held(app)
    with app.app_context():
        location = db.session.get_one(models.StockLocation, own.stock_location_id)
    manager = ApiClient(app, role="store_manager", locations=[location])
    assert ids(manager.get(PATH)) == [own.id]
    for one in (own, foreign):
        manager.post(f"{PATH}{one.id}/release/", {"reason": "Mine"}, 403)
    with app.app_context():
        assert set(db.session.scalars(select(Reservation.state))) == {"held"}


def test_a_release_is_kept_with_who_and_why_and_the_second_changes_nothing(app: Flask) -> None:
    one = held(app, erp_code="WH1", sku="TS-M", number="1001", state="100")
    with app.app_context():
        key, _ = builders.a_token(builders.a_user("ayse"), scope="write")
    api, path = ApiClient(app, key=key), f"{PATH}{one.id}/release/"
    with clock.at(NOW + timedelta(hours=1)):
        first = api.post(path, {"reason": "Cancelled long ago"})
    assert list(first) == FIELDS
    assert (first["state"], first["stale"], first["release_reason"]) == ("released", None, "operator")
    assert first["released_date"] == "2026-11-20T09:00:00.000000Z"
    assert api.post(path, {"reason": "Once more"}) == first
    assert api.get(PATH, state="released")["results"] == [first]
    with app.app_context():
        entry = db.session.scalars(select(AuditEntry)).one()
        assert (entry.actor, entry.action) == ("ayse", "reservation.released")
        assert (entry.object_id, entry.reason) == (str(one.id), "Cancelled long ago")
        fact = db.session.scalars(select(Fact)).one()
        assert (fact.kind, fact.actor) == ("reservation_release", "ayse")


def test_sixteen_who_release_the_same_ten_release_each_once(app: Flask) -> None:
    all_ids = [held(app, number=str(number)).id for number in range(10)]
    keys = [ApiClient(app).key for _ in range(16)]
    start, told = threading.Barrier(len(keys)), []

    def release_all(key: str) -> None:
        api = ApiClient(app, key=key)
        start.wait(10)
        for one in all_ids:
            told.append(api.post(f"{PATH}{one}/release/", {"reason": "Race"})["state"])

    threads = [threading.Thread(target=release_all, args=[key]) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert told == ["released"] * (len(keys) * len(all_ids))
    with app.app_context():
        entries = select(func.count()).where(AuditEntry.action == "reservation.released")
        facts = select(func.count()).where(Fact.kind == "reservation_release")
        assert db.session.scalar(entries) == db.session.scalar(facts) == len(all_ids)
        assert list(consistency.findings()) == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "This field is required."),
        ({"reason": ""}, "This field should not be empty."),
        ({"reason": None}, "This field should be text."),
        ({"reason": 1}, "This field should be text."),
        ({"reason": "x" * 1001}, "This field is longer than 1000 characters."),
    ],
)
def test_a_release_needs_a_reason(app: Flask, body: dict[str, Any], said: str) -> None:
    one = held(app)
    assert ApiClient(app).post(f"{PATH}{one.id}/release/", body, 400) == {"reason": [said]}
    with app.app_context():
        assert db.session.scalars(select(Reservation.state)).one() == "held"


def test_an_unknown_reservation_is_not_found(app: Flask) -> None:
    api = ApiClient(app)
    for key in ("987654321", str(2**63), "abc"):
        assert api.post(f"{PATH}{key}/release/", {"reason": "None"}, 404) == {"detail": "Not found."}
