"""Packages through the API: listed, filtered and sorted, one by one, and for store managers their own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from flask import Flask
from sqlalchemy import update

from app import clock, models
from app.api.packages import PackageShape
from app.api.paging import Page
from app.domain.packages import PackageState, commands_for
from app.extensions import db
from app.services.unit_of_work import unit_of_work
from tests import builders
from tests.api.client import ApiClient
from tests.statements import counted

PATH = "/api/v1/oms/packages/"
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
FIELDS = [
    "id",
    "number",
    "order",
    "state",
    "stock_location",
    "cause",
    "packageitem_set",
    "commands",
    "created_date",
    "modified_date",
]
ITEM_FIELDS = ["id", "order_item", "sku", "quantity", "state", "superseded_by"]


def a_package(app: Flask, *, number: str = "", erp_code: str = "", **fields: Any) -> models.Package:
    """A package of one unit, of an order of its own, at a location of its own unless it is out of stock."""
    with app.app_context(), clock.at(NOW):
        order = builders.an_order(**({"number": number} if number else {}))
        return builders.a_package(order, builders.a_location(erp_code or None), **fields)


def out_of_stock(app: Flask, cause: str | None = None, **fields: Any) -> models.Package:
    return a_package(app, state="920", cause=cause, **fields)


def ids(found: dict[str, Any]) -> list[int]:
    return [one["id"] for one in found["results"]]


def test_a_package_says_what_it_holds_where_it_is_and_what_can_be_done(app: Flask) -> None:
    with app.app_context(), clock.at(NOW):
        place = builders.a_location("WH1", name="Gebze")
        order = builders.an_order(number="1001", lines=[(builders.a_product("TS-M"), 2_50)])
        one = builders.a_package(order, place, number="1001-1")
    answer = ApiClient(app, scope="read").ask("GET", PATH)
    found = answer.get_json()["results"][0]
    assert list(found) == FIELDS
    assert list(found["packageitem_set"][0]) == ITEM_FIELDS
    assert found == {
        "id": one.id,
        "number": "1001-1",
        "order": {"id": order.id, "number": "1001", "channel": order.channel_id},
        "state": {"enum_value": "100", "name": "Waiting"},
        "stock_location": {"id": place.id, "erp_code": "WH1", "name": "Gebze"},
        "cause": None,
        "packageitem_set": [
            {
                "id": one.items[0].id,
                "order_item": order.items[0].id,
                "sku": "TS-M",
                "quantity": "2.50",
                "state": "100",
                "superseded_by": None,
            }
        ],
        "commands": ["prepare", "pack", "refuse", "not_found", "block", "pack_for_refund", "cancel"],
        "created_date": "2026-11-20T08:00:00.000000Z",
        "modified_date": "2026-11-20T08:00:00.000000Z",
    }
    assert msgspec.json.decode(answer.data, type=Page[PackageShape])
    assert ApiClient(app).get(f"{PATH}{one.id}/") == found
    assert ApiClient(app).get(f"{PATH}{one.id}") == found


def test_only_an_out_of_stock_package_has_a_cause_and_no_location(app: Flask) -> None:
    one = out_of_stock(app, "stale_reservation")
    found = ApiClient(app).get(f"{PATH}{one.id}/")
    assert (found["stock_location"], found["cause"]) == (None, "stale_reservation")
    assert found["state"] == {"enum_value": "920", "name": "Out of Stock"}
    assert found["commands"] == ["reschedule", "pack_for_refund", "cancel"]


def test_an_item_that_was_served_elsewhere_names_the_item_that_serves_it(app: Flask) -> None:
    waiting, serving = out_of_stock(app), a_package(app)
    with app.app_context(), unit_of_work():
        changed = update(models.PackageItem).where(models.PackageItem.id == waiting.items[0].id)
        db.session.execute(changed.values(state="600", superseded_by_id=serving.items[0].id))
    (item,) = ApiClient(app).get(f"{PATH}{waiting.id}/")["packageitem_set"]
    assert (item["state"], item["superseded_by"]) == ("600", serving.items[0].id)


@pytest.mark.parametrize("state", PackageState)
def test_the_commands_are_those_of_the_state(app: Flask, state: PackageState) -> None:
    extra = {"blocked_from": "100"} if state is PackageState.BLOCKED else {}
    one = a_package(app, state=state.value, **extra)
    found = ApiClient(app).get(f"{PATH}{one.id}/")
    assert found["commands"] == commands_for(state)
    assert found["state"]["enum_value"] == state


def test_each_filter_finds_its_own(app: Flask) -> None:
    first = a_package(app, number="1001", erp_code="WH1")
    second = a_package(app, number="1002", erp_code="ST2", state="400")
    third = out_of_stock(app, "quota_full", number="1003")
    fourth = out_of_stock(app, None, number="1004")
    api = ApiClient(app)
    assert ids(api.get(PATH)) == [fourth.id, third.id, second.id, first.id]
    assert ids(api.get(PATH, state__enum_value="400")) == [second.id]
    assert ids(api.get(PATH, order__number="1001")) == [first.id]
    assert ids(api.get(PATH, stock_location__erp_code="ST2")) == [second.id]
    assert ids(api.get(PATH, cause="quota_full")) == [third.id]
    assert ids(api.get(PATH, state__enum_value="920", order__number="1004")) == [fourth.id]
    assert api.get(PATH, cause="quota_full")["count"] == 1
    for name in ("order__number", "stock_location__erp_code"):
        assert api.get(PATH, **{name: "unknown"})["count"] == 0


def test_a_list_can_be_sorted_and_turned_round(app: Flask) -> None:
    first, second = a_package(app), a_package(app)
    with app.app_context(), unit_of_work():
        changed = update(models.Package).where(models.Package.id == first.id)
        dates = {"created_date": NOW + timedelta(days=1), "modified_date": NOW + timedelta(days=1)}
        db.session.execute(changed.values(dates))
    api = ApiClient(app)
    assert ids(api.get(PATH, sort="id")) == ids(api.get(PATH, sort="-created_date")) == [first.id, second.id]
    assert ids(api.get(PATH, sort="modified_date")) == ids(api.get(PATH)) == [second.id, first.id]
    assert ids(api.get(PATH, limit=1, page=2)) == [first.id]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("state__enum_value", "101"),
        ("state__enum_value", "out_of_stock"),
        ("cause", "bad_luck"),
        ("sort", "number"),
        ("limit", "many"),
    ],
)
def test_a_filter_that_cannot_be_used_is_named(app: Flask, name: str, value: str) -> None:
    assert list(ApiClient(app).get(PATH, 400, **{name: value})) == [name]


@pytest.mark.parametrize("page", ["0", "-1", "abc", "2"])
def test_a_page_that_is_not_there_is_not_found(app: Flask, page: str) -> None:
    a_package(app)
    assert ApiClient(app).get(PATH, 404, page=page) == {"detail": "Invalid page."}


@pytest.mark.parametrize("key", ["987654321", str(2**63), "abc"])
def test_an_unknown_package_is_not_found(app: Flask, key: str) -> None:
    assert ApiClient(app).get(f"{PATH}{key}/", 404) == {"detail": "Not found."}


def test_a_page_takes_the_same_few_statements_whatever_its_size(app: Flask) -> None:
    for _ in range(12):
        a_package(app)
    api, seen = ApiClient(app), []
    api.get(PATH)
    for limit in (1, 12):
        with counted(app) as sent:
            api.get(PATH, limit=limit, state__enum_value="100")
        seen.append(list(sent))
    assert len(seen[0]) == 4  # the token, the count, the packages, their items
    assert seen[0] == seen[1]


def test_a_manager_sees_the_packages_of_own_locations_and_may_command_those_there(app: Flask) -> None:
    with app.app_context(), clock.at(NOW):
        own, foreign = builders.a_location(), builders.a_location()
        here = builders.a_package(location=own)
        elsewhere = builders.a_package(location=foreign)
        refused = builders.a_package(location=foreign)
        builders.a_refusal(refused.items[0], own)
        product = builders.a_product()
        builders.a_discrepancy(own, product)
        blocked = builders.an_out_of_stock_package(builders.an_order(lines=[(product, 1_00)]))
    manager = ApiClient(app, role="store_manager", locations=[own])
    found = manager.get(PATH)
    assert ids(found) == [blocked.id, refused.id, here.id]
    assert [bool(one["commands"]) for one in found["results"]] == [False, False, True]
    assert ids(manager.get(PATH, state__enum_value="920")) == [blocked.id]
    assert manager.get(f"{PATH}{elsewhere.id}/", 404) == {"detail": "Not found."}
    assert manager.get(f"{PATH}{refused.id}/")["stock_location"]["id"] == foreign.id
    nobody = ApiClient(app, role="store_manager")
    assert nobody.get(PATH)["count"] == 0
