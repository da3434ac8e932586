"""The triage through the API: causes counted, joint fixes with what each serves, and odd rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from flask import Flask
from sqlalchemy import select, update

from app import clock, models
from app.api.triage import TriageShape
from app.domain.diagnosis.causes import Cause
from app.extensions import db
from app.services import planning, reservations, triage
from app.services.triage import NAMED_ORDERS
from app.services.unit_of_work import unit_of_work
from tests import builders, stories
from tests.api.client import ApiClient
from tests.statements import counted

PATH = "/api/v1/oms/triage/"
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
FIELDS = ["counted_at", "facts_changed", "total", "causes", "fixes", "lint"]


@pytest.fixture(autouse=True)
def at_one_instant() -> Iterator[None]:
    with clock.at(NOW):
        yield


def a_shop(stale: int = 1, orders: int = 1) -> int:
    """WH1 has as many units of TS-M as stale reservations hold; so many orders wait. A reservation's id."""
    place, product = builders.a_location("WH1", name="Gebze"), builders.a_product("TS-M")
    builders.a_stock(place, product, stale * 1_00)
    for number in range(stale):
        cancelled = builders.an_order(number=f"09{number:02}", lines=[(product, 1_00)], state="100")
        held = builders.a_reservation(cancelled.items[0], place)
    builders.a_scenario(name="Web", rules=[{"name": "all"}])
    for number in range(orders):
        placed = NOW - timedelta(days=1) + timedelta(minutes=number)
        order = builders.an_order(number=str(1001 + number), lines=[(product, 1_00)], date_placed=placed)
        planning.plan_order(order.id, "order")
    return held.id


def looked_at(app: Flask, api: ApiClient) -> Any:
    """The triage after a worker has looked."""
    with app.app_context():
        triage.refresh()
    return api.get(PATH)


def test_an_empty_house_has_nothing_to_do(app: Flask) -> None:
    with app.app_context():
        triage.refresh()
    answer = ApiClient(app, scope="read").ask("GET", PATH)
    assert answer.get_json() == {
        "counted_at": "2026-11-20T08:00:00.000000Z",
        "facts_changed": False,
        "total": 0,
        "causes": [],
        "fixes": [],
        "lint": [],
    }


def test_causes_fixes_and_odd_rules_come_in_one_answer(app: Flask) -> None:
    with app.app_context():
        held = a_shop(stale=1, orders=2)
        builders.a_location("ST9", name="Kadıköy", is_active=False)
        builders.a_scenario(name="Empty", rules=[], priority=1, payment_types=["cash"])
        triage.refresh()
    answer = ApiClient(app, scope="read").ask("GET", PATH)
    found = answer.get_json()
    assert list(found) == FIELDS
    assert found == {
        "counted_at": "2026-11-20T08:00:00.000000Z",
        "facts_changed": False,
        "total": 2,
        "causes": [{"cause": "stale_reservation", "packages": 2}],
        "fixes": [
            {
                "changes": [
                    {
                        "kind": "release_reservation",
                        "erp_code": "WH1",
                        "sku": "TS-M",
                        "reservations": [held],
                    }
                ],
                "packages": 1,
                "order_numbers": ["1001"],
            }
        ],
        "lint": [
            {
                "code": "scenario_without_rules",
                "text": "Scenario “Empty” has no rules, so its orders are never served.",
                "scenario": "Empty",
                "rule": None,
            }
        ],
    }
    assert msgspec.json.decode(answer.data, type=TriageShape)
    assert ApiClient(app).get(PATH.rstrip("/")) == found


@pytest.mark.parametrize("cause", [one for one in stories.STORIES if one is not Cause.SERVED_NOW])
def test_whatever_the_cause_what_fixes_one_package_is_a_fix(app: Flask, cause: Cause) -> None:
    with app.app_context():
        stories.waiting_package(stories.STORIES[cause])
        triage.refresh()
    answer = ApiClient(app).ask("GET", PATH)
    shape = msgspec.json.decode(answer.data, type=TriageShape)
    assert [(one.cause, one.packages) for one in shape.causes] == [(cause, 1)]
    assert shape.fixes and {one.packages for one in shape.fixes} == {1}


def test_what_planning_again_serves_is_a_fix(app: Flask) -> None:
    with app.app_context():
        stories.served_now()
    (fix,) = looked_at(app, ApiClient(app))["fixes"]
    assert (fix["changes"], fix["packages"]) == ([{"kind": "replan"}], 1)


def test_only_the_first_orders_of_a_fix_are_named(app: Flask) -> None:
    with app.app_context():
        a_shop(stale=NAMED_ORDERS + 3, orders=NAMED_ORDERS + 5)
    found = looked_at(app, ApiClient(app))
    assert found["total"] == NAMED_ORDERS + 5
    (fix,) = found["fixes"]
    assert fix["packages"] == NAMED_ORDERS + 3
    assert fix["order_numbers"] == [str(1001 + number) for number in range(NAMED_ORDERS)]


def test_a_package_that_was_not_explained_yet_is_counted_without_a_cause(app: Flask) -> None:
    with app.app_context():
        a_shop()
        with unit_of_work():
            db.session.execute(update(models.Package).values(cause=None, cause_checked_at=None))
    assert ApiClient(app).get(PATH)["causes"] == [{"cause": None, "packages": 1}]


def test_a_rule_that_served_nothing_for_a_month_is_named(app: Flask) -> None:
    def odd() -> list[Any]:
        return [one["rule"] for one in looked_at(app, api)["lint"] if one["code"] == "rule_served_nothing"]

    api = ApiClient(app)
    with app.app_context():
        with clock.at(NOW - timedelta(days=31)):
            idle, busy = builders.a_location("ST1"), builders.a_location("WH1")
            rules = [{"name": "stores", "locations": [idle]}, {"name": "warehouses", "locations": [busy]}]
            builders.a_scenario(rules=rules)
        product = builders.a_product()
        builders.a_stock(busy, product, 5_00)
        planning.plan_order(builders.an_order(lines=[(product, 1_00)]).id, "order")
    assert odd() == ["stores"]
    with clock.at(NOW + timedelta(days=31)):
        assert odd() == ["stores", "warehouses"]


def test_before_the_first_look_there_are_counts_and_no_fixes(app: Flask) -> None:
    with app.app_context():
        a_shop()
    found = ApiClient(app).get(PATH)
    assert (found["counted_at"], found["facts_changed"], found["fixes"]) == (None, True, [])
    assert found["causes"] == [{"cause": "stale_reservation", "packages": 1}]


def test_the_answer_says_when_facts_changed_since_the_look(app: Flask) -> None:
    with app.app_context():
        held = a_shop()
    api = ApiClient(app)
    first = looked_at(app, api)
    assert first["facts_changed"] is False
    with clock.at(NOW + timedelta(minutes=2)):
        with app.app_context():
            reservations.release_reservation(held, "Cancelled long ago")
        later = api.get(PATH)
        assert (later["counted_at"], later["facts_changed"]) == (first["counted_at"], True)
        assert later["fixes"] == first["fixes"]
        assert later["causes"] == [{"cause": "served_now", "packages": 1}]
        assert [one["changes"] for one in looked_at(app, api)["fixes"]] == [[{"kind": "replan"}]]


def test_reading_it_takes_four_statements_whatever_waits(app: Flask) -> None:
    with app.app_context():
        a_shop(stale=3, orders=9)
    api = ApiClient(app)
    looked_at(app, api)
    with counted(app) as sent:
        api.get(PATH)
    assert len(sent) == 4  # the token, the causes, what is kept, the last fact


def test_looking_takes_as_many_statements_for_ten_packages_as_for_one(app: Flask) -> None:
    counts = []
    with app.app_context():
        a_shop()
        for _ in range(2):
            with counted(app) as sent:
                triage.refresh()
            counts.append(len(sent))
            product = db.session.scalars(select(models.Product)).first()
            assert product is not None
            for _ in range(5):
                order = builders.an_order(lines=[(product, 1_00)])
                planning.plan_order(order.id, "order")
    assert counts[0] == counts[1]


def test_a_manager_has_no_triage(app: Flask) -> None:
    with app.app_context():
        place = builders.a_location()
    ApiClient(app, role="store_manager", locations=[place]).get(PATH, 403)
    ApiClient(app, role="administrator").get(PATH)
