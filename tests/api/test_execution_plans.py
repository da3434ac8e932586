"""Execution plans through the API: their lines, what every attempt saw, and their commands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.api.execution_plans import PlanShape
from app.api.paging import Page
from app.extensions import db
from app.models import AuditEntry, ExecutionPlan, Order, Package, PlanAttempt, Product, StockLocation
from app.queries import consistency
from app.services import planning
from tests import builders
from tests.api.client import ApiClient
from tests.statements import counted

PATH = "/api/v1/oms/orderexecutionplans/"
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
FIELDS = [
    "id",
    "state",
    "order",
    "commands",
    "created_date",
    "modified_date",
    "orderexecutionplanitem_set",
    "context",
]


@pytest.fixture(autouse=True)
def at_one_instant() -> Iterator[None]:
    with clock.at(NOW):
        yield


def planned(product: Product, **fields: Any) -> Order:
    """An order of one unit, planned."""
    order = builders.an_order(lines=[(product, 1_00)], **fields)
    planning.plan_order(order.id, "order")
    return order


def a_shop() -> tuple[StockLocation, StockLocation, Product, Product]:
    """WH1 has one unit of TS-M and nothing else; ST2 never answered. One scenario with one rule."""
    warehouse, store = builders.a_location("WH1", priority=1), builders.a_location("ST2", priority=2)
    here, nowhere = builders.a_product("TS-M"), builders.a_product("TS-L")
    builders.a_stock(warehouse, here, 1_00)
    builders.a_scenario(name="Web", rules=[{"name": "all"}])
    return warehouse, store, here, nowhere


def pending(app: Flask) -> int:
    """The id of a plan with a line that waits."""
    with app.app_context():
        planned(a_shop()[3], number="1001")
        return db.session.scalars(select(ExecutionPlan.id)).one()


def ids(found: dict[str, Any]) -> list[int]:
    return [one["id"] for one in found["results"]]


def test_a_plan_says_what_became_of_each_line_and_what_its_attempts_saw(app: Flask) -> None:
    with app.app_context():
        _, _, here, nowhere = a_shop()
        order = builders.an_order(number="1001", lines=[(here, 1_00), (nowhere, 2_00)])
        planning.plan_order(order.id, "order")
        plan = db.session.scalars(select(ExecutionPlan)).one()
        served, waiting = db.session.scalars(select(Package).order_by(Package.id))
    answer = ApiClient(app, scope="read").ask("GET", PATH)
    found = answer.get_json()["results"][0]
    first, second = order.items
    cell = {"sku": "TS-M", "unit_type": "quantity"}
    missing = {"sku": "TS-L", "stock_count": None, "reservation_count": None, "quantity": None}
    silent = {**missing, "unit_type": "quantity", "check": "no_stock_answer"}
    assert list(found) == FIELDS
    assert list(found["context"]["attempts"][0]) == ["attempt", "date", "scenario", "steps"]
    items = found.pop("orderexecutionplanitem_set")
    assert [list(item) for item in items] == [
        ["id", "order_item", "sku", "quantity", "state", "package", "package_item"]
    ] * 2
    assert [tuple(item.values())[1:6] for item in items] == [
        (first.id, "TS-M", "1.00", "served", served.id),
        (second.id, "TS-L", "2.00", "out_of_stock", waiting.id),
    ]
    assert found == {
        "id": plan.id,
        "state": "pending",
        "order": {
            "id": order.id,
            "number": "1001",
            "channel": order.channel_id,
            "state": "400",
            "date_placed": "2026-11-20T08:00:00.000000Z",
        },
        "commands": ["replan", "cancel"],
        "created_date": "2026-11-20T08:00:00.000000Z",
        "modified_date": "2026-11-20T08:00:00.000000Z",
        "context": {
            "attempts": [
                {
                    "attempt": 1,
                    "date": "2026-11-20T08:00:00.000000Z",
                    "scenario": "Web",
                    "steps": [
                        {
                            "rule": "all",
                            "stock": {
                                "ST2": {
                                    str(first.id): {**silent, "sku": "TS-M"},
                                    str(second.id): silent,
                                },
                                "WH1": {
                                    str(first.id): {
                                        **cell,
                                        "stock_count": "1.00",
                                        "reservation_count": "0.00",
                                        "quantity": "1.00",
                                        "check": "ok",
                                    },
                                    str(second.id): silent,
                                },
                            },
                        }
                    ],
                }
            ]
        },
    }
    assert msgspec.json.decode(answer.data, type=Page[PlanShape])
    whole = ApiClient(app).get(f"{PATH}{plan.id}/")
    assert whole == {**found, "orderexecutionplanitem_set": items}


def test_a_scenario_that_was_not_there_is_null_and_so_is_the_rule(app: Flask) -> None:
    with app.app_context():
        product = builders.a_product()
        builders.a_location("WH1")
        planned(product)
    (attempt,) = ApiClient(app).get(PATH)["results"][0]["context"]["attempts"]
    (step,) = attempt["steps"]
    assert (attempt["scenario"], step["rule"]) == (None, None)
    assert [cell["check"] for cell in step["stock"]["WH1"].values()] == ["no_matching_scenario"]


def test_each_filter_finds_its_own(app: Flask) -> None:
    with app.app_context():
        _, _, here, nowhere = a_shop()
        planned(here, number="1001")
        with clock.at(NOW + timedelta(days=1)):
            planned(nowhere, number="1002")
        done, waits = db.session.scalars(select(ExecutionPlan.id).order_by(ExecutionPlan.id))
    api = ApiClient(app)
    assert ids(api.get(PATH)) == [waits, done]
    assert ids(api.get(PATH, sort="created_date")) == ids(api.get(PATH, sort="id")) == [done, waits]
    assert ids(api.get(PATH, state="completed")) == [done]
    assert ids(api.get(PATH, state="cancelled")) == []
    assert ids(api.get(PATH, order__number="1002")) == [waits]
    assert ids(api.get(PATH, order__number="unknown")) == []
    assert ids(api.get(PATH, created_date__gte="2026-11-20T08:00:01Z")) == [waits]
    assert ids(api.get(PATH, created_date__lte="2026-11-20T08:00:00Z")) == [done]
    assert ids(api.get(PATH, limit=1, page=2)) == [done]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("state", "done"),
        ("created_date__gte", "yesterday"),
        ("created_date__lte", "2026-02-30"),
        ("sort", "state"),
    ],
)
def test_a_filter_that_cannot_be_used_is_named(app: Flask, name: str, value: str) -> None:
    assert list(ApiClient(app).get(PATH, 400, **{name: value})) == [name]


def test_a_page_takes_the_same_few_statements_whatever_its_size(app: Flask) -> None:
    with app.app_context():
        product = a_shop()[3]
        for _ in range(8):
            planned(product)
    api, seen = ApiClient(app), []
    api.get(PATH)
    for limit in (1, 8):
        with counted(app) as sent:
            api.get(PATH, limit=limit)
        seen.append(list(sent))
    assert len(seen[0]) == 5  # the token, the count, the plans, their items, their attempts
    assert seen[0] == seen[1]


@pytest.mark.parametrize("key", ["987654321", str(2**63), "abc"])
def test_an_unknown_plan_is_not_found(app: Flask, key: str) -> None:
    api = ApiClient(app)
    assert api.get(f"{PATH}{key}/", 404) == {"detail": "Not found."}
    for name in ("replan", "cancel"):
        assert api.post(f"{PATH}{key}/command/", {"command": name}, 404) == {"detail": "Not found."}


def test_planning_again_serves_what_can_be_served_by_now(app: Flask) -> None:
    one = pending(app)
    with app.app_context():
        place = db.session.scalars(select(StockLocation).where(StockLocation.erp_code == "ST2")).one()
        product = db.session.scalars(select(Product).where(Product.sku == "TS-L")).one()
        builders.a_stock(place, product, 1_00)
        key, _ = builders.a_token(builders.a_user("ayse"), scope="write")
    body = {"command": "replan", "reason": "A delivery came"}
    found = ApiClient(app, key=key).post(f"{PATH}{one}/command/", body)
    assert (found["state"], found["commands"]) == ("completed", [])
    assert [attempt["attempt"] for attempt in found["context"]["attempts"]] == [1, 2]
    assert [item["state"] for item in found["orderexecutionplanitem_set"]] == ["served"]
    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "plan.replan")).one()
        assert (entry.actor, entry.reason) == ("ayse", "A delivery came")
        assert db.session.scalars(select(PlanAttempt.trigger).order_by(PlanAttempt.id)).all()[-1] == "replan"
        assert list(consistency.findings()) == []


def test_a_cancelled_plan_waits_no_more(app: Flask) -> None:
    one = pending(app)
    found = ApiClient(app).post(f"{PATH}{one}/command/", {"command": "cancel", "reason": "Sold out"})
    assert (found["state"], found["commands"]) == ("cancelled", [])
    assert [item["state"] for item in found["orderexecutionplanitem_set"]] == ["cancelled"]
    with app.app_context():
        assert db.session.scalars(select(Package.state)).all() == ["600"]
        assert list(consistency.findings()) == []


@pytest.mark.parametrize("name", ["replan", "cancel"])
def test_a_command_is_refused_in_words_unless_the_plan_is_pending(app: Flask, name: str) -> None:
    with app.app_context():
        planned(a_shop()[2])
        one = db.session.scalars(select(ExecutionPlan.id)).one()
    said = ApiClient(app).post(f"{PATH}{one}/command/", {"command": name}, 400)["detail"]
    assert "is not possible while the plan is completed" in said
    assert len(ApiClient(app).get(f"{PATH}{one}/")["context"]["attempts"]) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "command"),
        ({"command": "explode"}, "command"),
        ({"command": 1}, "command"),
        ({"command": "cancel", "reason": 1}, "reason"),
        ({"command": "cancel", "reason": "x" * 1001}, "reason"),
    ],
)
def test_a_command_that_cannot_be_read_names_its_field(app: Flask, body: dict[str, Any], field: str) -> None:
    one = pending(app)
    assert list(ApiClient(app).post(f"{PATH}{one}/command/", body, 400)) == [field]
    assert ApiClient(app).get(f"{PATH}{one}/")["state"] == "pending"


def test_a_manager_sees_own_plans_with_own_numbers_and_commands_none(app: Flask) -> None:
    with app.app_context():
        warehouse, store, here, nowhere = a_shop()
        builders.a_stock(store, here, 7_00)
        order = planned(here)
        planned(nowhere)
        plan = db.session.scalars(select(ExecutionPlan).where(ExecutionPlan.order_id == order.id)).one()
    manager = ApiClient(app, role="store_manager", locations=[warehouse])
    found = manager.get(PATH)
    assert ids(found) == [plan.id]
    assert found["results"] == [manager.get(f"{PATH}{plan.id}/")]
    assert found["results"][0]["commands"] == []
    stock = found["results"][0]["context"]["attempts"][0]["steps"][0]["stock"]
    (own,), (foreign,) = stock["WH1"].values(), stock["ST2"].values()
    assert (own["stock_count"], own["check"]) == ("1.00", "ok")
    assert foreign == {
        "sku": "TS-M",
        "stock_count": None,
        "reservation_count": None,
        "quantity": None,
        "unit_type": "quantity",
        "check": "ok",
    }
    manager.post(f"{PATH}{plan.id}/command/", {"command": "cancel"}, 403)
    stranger = ApiClient(app, role="store_manager", locations=[store])
    assert stranger.get(PATH)["count"] == 0
    assert stranger.get(f"{PATH}{plan.id}/", 404) == {"detail": "Not found."}
