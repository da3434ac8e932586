"""Commands of packages through the API: the whole table, what is refused, and who may give them."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.domain.packages import RULE_OF, PackageCommand
from app.extensions import db
from app.models import AuditEntry, Fact, InventoryDiscrepancy, Package, Product, Refusal, StockLocation
from app.queries import consistency
from app.services import planning
from tests import builders
from tests.api.client import ApiClient

PATH = "/api/v1/oms/packages/"


def planned(app: Flask, *counts: int) -> Package:
    """A package of one unit of each of two products, planned at WH1; others have `counts` hundredths more."""
    with app.app_context():
        products = [builders.a_product("TS-M"), builders.a_product("TS-L")]
        stocked(builders.a_location("WH1", priority=1), products, 1_00)
        for place, count in enumerate(counts, start=2):
            stocked(builders.a_location(f"ST{place}", priority=place), products, count)
        builders.a_scenario()
        order = builders.an_order(number="1001", lines=[(product, 1_00) for product in products])
        planning.plan_order(order.id, "order")
        return db.session.scalars(select(Package)).one()


def stocked(location: StockLocation, products: list[Product], count: int) -> None:
    for product in products:
        builders.a_stock(location, product, count)


def command(app: Flask, package_id: int, body: Any, status: int = 200) -> Any:
    return ApiClient(app).post(f"{PATH}{package_id}/command/", body, status)


def rows(app: Flask, *columns: Any) -> list[Any]:
    with app.app_context():
        return list(db.session.execute(select(*columns)))


def stored(app: Flask) -> list[list[Any]]:
    """What a command might change."""
    with app.app_context():
        state = select(Package.id, Package.state).order_by(Package.id)
        counts = [select(func.count()).select_from(one) for one in (AuditEntry, Fact, Refusal)]
        return [list(db.session.execute(one)) for one in (state, *counts)]


def test_a_package_goes_its_way_from_waiting_to_delivered(app: Flask) -> None:
    one = planned(app)
    for name, state in [("prepare", "200"), ("pack", "400"), ("ship", "500"), ("deliver", "550")]:
        found = command(app, one.id, {"command": name})
        assert (found["id"], found["state"]["enum_value"]) == (one.id, state)
    assert found["commands"] == []
    assert {item["state"] for item in found["packageitem_set"]} == {"550"}


def test_a_command_is_kept_with_who_and_why(app: Flask) -> None:
    one = planned(app)
    with app.app_context():
        key, _ = builders.a_token(builders.a_user("ayse"), scope="write")
    body = {"command": "block", "reason": "Customer called"}
    found = ApiClient(app, key=key).post(f"{PATH}{one.id}/command/", body)
    assert (found["state"]["enum_value"], found["commands"]) == ("700", ["unblock", "cancel"])
    with app.app_context():
        entry = db.session.scalars(select(AuditEntry)).one()
        assert (entry.actor, entry.action, entry.reason) == ("ayse", "package.block", "Customer called")


def test_a_refused_package_is_planned_elsewhere(app: Flask) -> None:
    one = planned(app, 5_00)
    found = command(app, one.id, {"command": "refuse", "reason": "Damaged"})
    assert found["state"]["enum_value"] == "600"
    listed = ApiClient(app).get(PATH, order__number="1001", sort="id")["results"]
    assert [place["stock_location"]["erp_code"] for place in listed] == ["WH1", "ST2"]
    assert {reason for (reason,) in rows(app, Refusal.reason)} == {"Damaged"}


def test_what_was_not_found_may_be_some_of_the_items(app: Flask) -> None:
    one = planned(app)
    first, second = (item["id"] for item in ApiClient(app).get(f"{PATH}{one.id}/")["packageitem_set"])
    found = command(app, one.id, {"command": "not_found", "package_items": [second]})
    assert found["state"]["enum_value"] == "100"
    assert {item["id"]: item["state"] for item in found["packageitem_set"]} == {first: "100", second: "600"}
    assert len(rows(app, InventoryDiscrepancy.id)) == 1
    whole = command(app, one.id, {"command": "not_found"})
    assert whole["state"]["enum_value"] == "600"
    with app.app_context():
        assert list(consistency.findings()) == []


def test_rescheduling_serves_what_can_be_served_by_now(app: Flask) -> None:
    with app.app_context():
        product, place = builders.a_product(), builders.a_location()
        builders.a_scenario()
        order = builders.an_order(lines=[(product, 1_00)])
        planning.plan_order(order.id, "order")
        waiting = db.session.scalars(select(Package)).one().id
        builders.a_stock(place, product, 1_00)
    found = command(app, waiting, {"command": "reschedule"})
    assert (found["state"]["enum_value"], found["cause"]) == ("600", None)
    assert found["packageitem_set"][0]["superseded_by"] is not None


@pytest.mark.parametrize(
    ("state", "name"),
    [
        (state, name)
        for state in ("100", "400", "600", "700", "920")
        for name in PackageCommand
        if state not in RULE_OF[name].states
    ],
)
def test_what_is_not_in_the_table_is_refused_in_words_and_changes_nothing(
    app: Flask, state: str, name: PackageCommand
) -> None:
    with app.app_context():
        extra = {"blocked_from": "100"} if state == "700" else {}
        one = builders.a_package(state=state, **extra)
    before = stored(app)
    said = command(app, one.id, {"command": name.value, "reason": "Why not"}, 400)["detail"]
    assert "is not possible while the package is" in said and "_" not in said
    assert stored(app) == before


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, {"command": ["This field is required."]}),
        ({"command": "explode"}, {"command": ["This field cannot be 'explode'."]}),
        ({"command": None}, {"command": ["This field should be text."]}),
        ({"command": "refuse"}, {"reason": ["This field is needed."]}),
        ({"command": "refuse", "reason": "  "}, {"reason": ["This field is needed."]}),
        ({"command": "block", "reason": 1}, {"reason": ["This field should be text or null."]}),
        (
            {"command": "block", "reason": "x" * 1001},
            {"reason": ["This field is longer than 1000 characters."]},
        ),
        (
            {"command": "not_found", "package_items": [987654321]},
            {"package_items": ["This field should be items of this package that are not cancelled."]},
        ),
        (
            {"command": "not_found", "package_items": []},
            {"package_items": ["This field should be items of this package that are not cancelled."]},
        ),
        ({"command": "not_found", "package_items": "1"}, {"package_items": None}),
        ({"command": "not_found", "package_items": ["1"]}, {"package_items[0]": None}),
        ({"command": "not_found", "package_items": [0]}, {"package_items[0]": None}),
        ({"command": "not_found", "package_items": [2**63]}, {"package_items[0]": None}),
        (
            {"command": "pack", "package_items": [1]},
            {"package_items": ["This field cannot be named for pack."]},
        ),
    ],
)
def test_a_command_that_cannot_be_read_names_its_field(
    app: Flask, body: dict[str, Any], said: dict[str, list[str] | None]
) -> None:
    one = planned(app)
    before = stored(app)
    found = command(app, one.id, body, 400)
    assert list(found) == list(said)
    assert found == {field: found[field] if words is None else words for field, words in said.items()}
    assert stored(app) == before


@pytest.mark.parametrize("key", ["987654321", str(2**63), "abc"])
def test_an_unknown_package_is_not_found(app: Flask, key: str) -> None:
    found = ApiClient(app).post(f"{PATH}{key}/command/", {"command": "pack"}, 404)
    assert found == {"detail": "Not found."}


def test_a_token_that_may_only_read_commands_nothing(app: Flask) -> None:
    one = planned(app)
    ApiClient(app, scope="read").post(f"{PATH}{one.id}/command/", {"command": "pack"}, 403)
    assert rows(app, Package.state) == [("100",)]


def test_a_manager_commands_packages_at_own_locations_only(app: Flask) -> None:
    with app.app_context():
        own, foreign = builders.a_location(), builders.a_location()
        here, elsewhere, refused = (builders.a_package(location=one) for one in (own, foreign, foreign))
        builders.a_refusal(refused.items[0], own)
        product = builders.a_product()
        builders.a_discrepancy(own, product)
        blocked = builders.an_out_of_stock_package(builders.an_order(lines=[(product, 1_00)]))
    manager = ApiClient(app, role="store_manager", locations=[own])
    for one, name, status in [
        (here, "prepare", 200),
        (elsewhere, "prepare", 404),
        (refused, "prepare", 403),
        (blocked, "reschedule", 403),
    ]:
        manager.post(f"{PATH}{one.id}/command/", {"command": name}, status)
    assert sorted(state for (state,) in rows(app, Package.state)) == ["100", "100", "200", "920"]
