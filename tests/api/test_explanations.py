"""The explanation through the API: the page's document, at any instant, and what a manager sees of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.api.explanations import ExplanationShape
from app.documents.masking import OPEN_PHRASES
from app.domain.diagnosis.causes import Cause
from app.extensions import db
from app.models import Package, StockLocation
from app.queries import explanations
from app.services import planning
from app.services.remedies import apply_remedy
from app.wording import phrases
from tests import builders, stories
from tests.api.client import ApiClient
from tests.explanation_fields import DOCUMENT
from tests.statements import counted

PATH = "/api/v1/oms/packages/"
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
# Planned a second time, that one would be served.
CAUSES = [cause for cause in stories.STORIES if cause is not Cause.SERVED_NOW]
NUMBERS = ("stock_count", "reservation_count", "quantity", "answered_at")
# Numbers and holders that no text about the package itself holds.
OF_OTHERS = ("4711", "8.00", "13.00", "HOLDER")


@pytest.fixture(autouse=True)
def at_one_instant() -> Iterator[None]:
    with clock.at(NOW):
        yield


def path(package_id: int) -> str:
    return f"{PATH}{package_id}/explanation/"


def waiting(app: Flask, cause: Cause) -> int:
    with app.app_context():
        return stories.waiting_package(stories.STORIES[cause]).id


def two_places(app: Flask, *, own_holds: bool = True) -> tuple[int, StockLocation, StockLocation]:
    """A package that waits for a stale reservation elsewhere, and for what is reported missing here."""
    with app.app_context():
        own = builders.a_location("OWN", name="Kadıköy", priority=2)
        foreign = builders.a_location("FOREIGN", name="Gebze", priority=1)
        product = builders.a_product("TS-M", name="T-shirt M")
        builders.a_stock(foreign, product, 8_00)
        cancelled = builders.an_order(number="HOLDER-4711", lines=[(product, 13_00)], state="100")
        builders.a_reservation(cancelled.items[0], foreign)
        if own_holds:
            builders.a_stock(own, product, 1_00)
            builders.a_discrepancy(own, product)
        builders.a_scenario(name="Web", rules=[{"name": "all"}])
        order = builders.an_order(number="1001", lines=[(product, 1_00)])
        planning.plan_order(order.id, "order")
        builders.a_stock(builders.a_location("LATE"), product, 0)
        return db.session.scalars(select(Package.id)).one(), own, foreign


@pytest.mark.parametrize("cause", CAUSES)
def test_the_document_has_its_shape_whatever_the_cause(app: Flask, cause: Cause) -> None:
    one, api = waiting(app, cause), ApiClient(app, scope="read")
    for at in ("now", "plan", "1"):
        answer = api.ask("GET", path(one), query_string={"at": at})
        assert (answer.status_code, list(answer.get_json())) == (200, DOCUMENT)
        assert msgspec.json.decode(answer.data, type=ExplanationShape).package == one
    found = api.get(path(one))
    assert (found["cause"], found["at"], found["package"]) == (cause, "now", one)
    assert found["remedies"][0]["proved"] is True


def test_each_instant_can_be_asked(app: Flask) -> None:
    one, _, _ = two_places(app)
    api = ApiClient(app)
    assert (api.get(path(one))["at"], api.get(path(one), at="plan")["at"]) == ("now", "plan")
    assert api.get(path(one), at="1") == api.get(path(one), at="plan")
    assert api.get(path(one), at="1")["explained_at"] == "2026-11-20T08:00:00.000000Z"
    with app.app_context():
        planning.plan_order(db.session.get_one(Package, one).order_id, "replan")
    assert (api.get(path(one), at="1")["at"], api.get(path(one), at="2")["at"]) == ("1", "plan")


def test_a_remedy_names_older_orders_that_go_without(app: Flask) -> None:
    with app.app_context():
        place, product = builders.a_location("WH1"), builders.a_product("TS-M")
        other = builders.a_product("TS-L")
        builders.a_stock(place, product, 1_00)
        cancelled = builders.an_order(lines=[(product, 1_00)], state="100")
        builders.a_reservation(cancelled.items[0], place)
        builders.a_scenario()
        wanted = [(1001, product), (1002, other), (1003, product), (1004, product)]
        for number, sku in wanted:
            placed = NOW - timedelta(days=2) + timedelta(minutes=number)
            order = builders.an_order(number=str(number), lines=[(sku, 1_00)], date_placed=placed)
            planning.plan_order(order.id, "order")
        first, _, third, _ = db.session.scalars(select(Package.id).order_by(Package.id)).all()
    api = ApiClient(app)
    assert api.get(path(first))["remedies"][0]["displaces"] == []
    assert api.get(path(third))["remedies"][0]["displaces"] == [{"package": first, "order_number": "1001"}]
    assert api.get(path(third), at="plan")["remedies"][0]["displaces"] == []


def test_a_served_package_names_who_serves_it(app: Flask) -> None:
    one = waiting(app, Cause.STALE_RESERVATION)
    with app.app_context():
        key = ApiClient(app).get(path(one))["remedies"][0]["key"]
        apply_remedy(one, key)
    answer = ApiClient(app).ask("GET", path(one))
    shape = msgspec.json.decode(answer.data, type=ExplanationShape)
    assert (shape.cause, shape.remedies, shape.at) == (None, [], "plan")
    assert shape.served_by[0].package != one


def test_one_location_can_be_asked_about(app: Flask) -> None:
    one, own, _ = two_places(app)
    (whole,) = ApiClient(app).get(path(one))["lines"]
    (line,) = ApiClient(app).get(path(one), location="FOREIGN")["lines"]
    assert line["locations"] == [one for one in whole["locations"] if one["erp_code"] == "FOREIGN"]
    assert line["summary"] == whole["summary"], "still counts all"
    manager = ApiClient(app, role="store_manager", locations=[own])
    (shown,) = manager.get(path(one), location="FOREIGN")["lines"]
    assert [shown["locations"][0][name] for name in NUMBERS] == [None] * 4
    assert ApiClient(app).get(path(one), 404, location="nowhere") == {"detail": "Not found."}


@pytest.mark.parametrize("at", ["soon", "0", "-1", "1.5", "now ", "9999999"])
def test_an_instant_that_cannot_be_read_is_named(app: Flask, at: str) -> None:
    one, _, _ = two_places(app)
    said = "This field should be now, plan or the number of an attempt."
    assert ApiClient(app).get(path(one), 400, at=at) == {"at": [said]}


def test_an_unknown_attempt_or_package_is_not_found(app: Flask) -> None:
    one, _, _ = two_places(app)
    api = ApiClient(app)
    assert api.get(path(one), 404, at="7") == {"detail": "Not found."}
    for key in (987654321, 2**63):
        assert api.get(path(key), 404) == {"detail": "Not found."}


def test_the_statements_do_not_grow_with_the_locations(app: Flask) -> None:
    one, _, _ = two_places(app)
    api, seen = ApiClient(app), []
    api.get(path(one))
    for _ in range(2):
        with counted(app) as sent:
            api.get(path(one))
        seen.append(len(sent))
        with app.app_context():
            for _ in range(5):
                builders.a_location()
    assert seen[0] == seen[1]


def test_a_manager_sees_checks_everywhere_and_numbers_at_own_locations_only(app: Flask) -> None:
    one, own, _ = two_places(app)
    whole = ApiClient(app).get(path(one))
    answer = ApiClient(app, role="store_manager", locations=[own]).ask("GET", path(one))
    found = answer.get_json()
    assert msgspec.json.decode(answer.data, type=ExplanationShape)
    assert list(found) == DOCUMENT
    (line,), (whole_line,) = found["lines"], whole["lines"]
    assert line["summary"] == whole_line["summary"]
    for shown, known in zip(line["locations"], whole_line["locations"], strict=True):
        if shown["erp_code"] == "OWN":
            assert shown == known
        else:
            assert (shown["check"], shown["name"], shown["rule"]) == (
                known["check"],
                known["name"],
                known["rule"],
            )
            assert [shown[name] for name in NUMBERS] == [None] * 4
            assert shown["evidence"] == []


def test_nothing_that_a_manager_is_told_names_a_foreign_number_or_holder(app: Flask) -> None:
    one, own, _ = two_places(app)
    whole = json.dumps(ApiClient(app).get(path(one)))
    assert all(secret in whole for secret in OF_OTHERS)
    manager = ApiClient(app, role="store_manager", locations=[own])
    for at in ("now", "plan"):
        found = manager.get(path(one), at=at)
        assert not [secret for secret in OF_OTHERS if secret in json.dumps(found)]
        assert found["cause"] == "stale_reservation"
        assert found["sentence"].startswith("The units are on the shelf, but a reservation")
        assert [one["code"] for one in found["because"]] == ["asked", "matched_scenario", "summary"]


def test_a_foreign_remedy_says_what_kind_of_change_and_where(app: Flask) -> None:
    one, own, _ = two_places(app)
    release, clear = ApiClient(app, role="store_manager", locations=[own]).get(path(one))["remedies"]
    assert release == {
        "key": None,
        "text": "Release reservation",
        "changes": [{"kind": "release_reservation", "erp_code": "FOREIGN", "sku": "TS-M"}],
        "cause": "stale_reservation",
        "proved": True,
        "served_by": ["FOREIGN"],
        "displaces": [],
    }
    assert clear["key"] and clear["changes"][0]["discrepancies"]
    assert clear == ApiClient(app).get(path(one))["remedies"][1]


def test_what_changed_elsewhere_is_named_without_numbers(app: Flask) -> None:
    one, own, _ = two_places(app)
    found = ApiClient(app, role="store_manager", locations=[own]).get(path(one))["changed_since_plan"]
    assert found == [{"kind": "stock", "erp_code": "LATE", "sku": "TS-M", "then": None, "now": None}]


def test_what_speaks_of_the_managers_own_location_is_said_whole(app: Flask) -> None:
    one, own, foreign = two_places(app)
    both = ApiClient(app, role="store_manager", locations=[own, foreign]).get(path(one))
    whole = ApiClient(app).get(path(one))
    for field in ("sentence", "because", "remedies"):
        assert both[field] == whole[field]


def test_a_package_of_others_is_not_found_by_a_manager(app: Flask) -> None:
    one, own, _ = two_places(app, own_holds=False)
    manager = ApiClient(app, role="store_manager", locations=[own])
    assert manager.get(path(one), 404) == {"detail": "Not found."}


@pytest.mark.parametrize("cause", CAUSES)
def test_a_phrase_that_names_numbers_or_holders_is_not_open(app: Flask, cause: Cause) -> None:
    """A new phrase is kept from managers unless it is about their own location."""
    assert phrases.known_codes() >= OPEN_PHRASES
    closed = {"stock_count", "reservation_count", "free", "quota", "holders", "best", "reservations"}
    one = waiting(app, cause)
    with app.app_context():
        found = explanations.explain_package(one, "now", clock.now()).explanation
    for phrase in (found.sentence, *found.because):
        assert phrase.code not in OPEN_PHRASES or not closed & phrase.params.keys()
