"""What the tables refuse, whoever writes: unknown codes, negative counts, doubles, loose ends."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import CheckConstraint, inspect, text
from sqlalchemy.exc import IntegrityError

from app import clock, databases
from app.extensions import Base, db
from tests import builders as build
from tests import outbox

pytestmark = pytest.mark.usefixtures("db_session")


def _held(**fields: Any) -> None:
    build.a_reservation(build.an_order().items[0], build.a_location(), **fields)


def _two_packages(state: str, number: str | None = None) -> None:
    order = build.an_order()
    fields = {"number": number} if number else {}
    build.a_package(order, state=state, **fields)
    build.a_package(order, state=state, **fields)


def _two_orders(**fields: Any) -> None:
    channel = build.a_channel()
    build.an_order(channel=channel, **fields)
    build.an_order(channel=channel, **fields)


def _two_items(omnitron_id: int | None) -> None:
    order = build.an_order()
    build.an_item(order, omnitron_id=omnitron_id)
    build.an_item(order, omnitron_id=omnitron_id)


def _two_held_for_one_package_item() -> None:
    order, location = build.an_order(), build.a_location()
    package = build.a_package(order, location)
    for _ in range(2):
        build.a_reservation(order.items[0], location, package_item_id=package.items[0].id)


def _twice(make: Callable[..., object], *arguments: object, **fields: object) -> None:
    make(*arguments, **fields)
    make(*arguments, **fields)


def _two_refusals() -> None:
    location = build.a_location()
    package = build.a_package(location=location)
    _twice(build.a_refusal, package.items[0], location)


def _two_log_entries() -> None:
    order, location = build.an_order(), build.a_location()
    _twice(build.a_log_entry, build.an_attempt(build.a_plan(order)), order, location)


def _two_rules() -> None:
    _twice(build.a_rule, build.a_scenario(rules=()), name="stores")


REFUSED: dict[str, Callable[[], object]] = {
    "an unknown order state": lambda: build.an_order(state="425", lines=()),
    "an unknown item state": lambda: build.an_item(build.an_order(), state="401"),
    "an unknown package state": lambda: build.a_package(state="150"),
    "an unknown plan state": lambda: build.a_plan(state="done"),
    "an unknown location type": lambda: build.a_location(stock_location_type="shop"),
    "an unknown order_by": lambda: build.a_scenario(rules=[{"order_by": "name"}]),
    "an unknown split": lambda: build.a_scenario(rules=[{"split": "half"}]),
    "an unknown cause": lambda: build.an_out_of_stock_package(cause="because"),
    "an unknown role": lambda: build.a_user(role="root"),
    "an unknown scope": lambda: build.a_token(scope="admin"),
    "an unknown origin": lambda: build.a_token(origin="found"),
    "an unknown discrepancy reason": lambda: build.a_discrepancy(
        build.a_location(), build.a_product(), reason="stolen"
    ),
    "a negative stock count": lambda: build.a_stock(build.a_location(), build.a_product(), -1),
    "a negative quota": lambda: build.a_location(max_quota=-1),
    "an item of nothing": lambda: build.an_order(lines=[(build.a_product(), 0)]),
    "a reservation of nothing": lambda: _held(quantity=0),
    "a held reservation with a release date": lambda: _held(released_date=clock.now()),
    "a released reservation without a date": lambda: _held(state="released", release_reason="operator"),
    "a released reservation without a reason": lambda: _held(state="released", released_date=clock.now()),
    "an unknown release reason": lambda: _held(
        state="released", released_date=clock.now(), release_reason="upstream"
    ),
    "an out-of-stock package at a location": lambda: build.an_out_of_stock_package(
        stock_location_id=build.a_location().id
    ),
    "a package to ship from nowhere": lambda: build.a_package(stock_location_id=None),
    "a blocked package that forgot its state": lambda: build.a_package(state="700"),
    "a removal without a date": lambda: build.a_discrepancy(
        build.a_location(), build.a_product(), removed_by="ayse"
    ),
    "two orders of a number in a channel": lambda: _two_orders(number="1001"),
    "two orders of an omnitron id in a channel": lambda: _two_orders(omnitron_id=7),
    "two items of an omnitron id": lambda: _two_items(70001),
    "an item without omnitron id": lambda: _two_items(None),
    "two packages of a number in an order": lambda: _two_packages("100", "1001-1"),
    "two open out-of-stock packages of an order": lambda: _two_packages("920"),
    "two held reservations of a package item": _two_held_for_one_package_item,
    "two mappings of an item": lambda: _twice(build.a_mapping, build.an_order().items[0]),
    "two refusals of an item by a location": _two_refusals,
    "two plans of an order": lambda: _twice(build.a_plan, build.an_order()),
    "two attempts of a number": lambda: _twice(build.an_attempt, build.a_plan()),
    "two log entries of a line at a location in an attempt": _two_log_entries,
    "two answers of a location for a product": lambda: _twice(
        build.a_stock, build.a_location(), build.a_product(), 1_00
    ),
    "two channels of a name": lambda: _twice(build.a_channel, name="Web"),
    "two products of a SKU": lambda: _twice(build.a_product, "TS-M"),
    "two locations of an ERP code": lambda: _twice(build.a_location, "WH1"),
    "two scenarios of a name": lambda: _twice(build.a_scenario, name="Web"),
    "two rules of a name in a scenario": _two_rules,
    "two users of a name": lambda: _twice(build.a_user, "ayse"),
    "two tokens of a key": lambda: _twice(build.a_token, build.a_user(), "k" * 40),
    "an unknown event type": lambda: outbox.a_webhook(event_type="order.deleted"),
    "an unknown state of an event": lambda: outbox.an_event(state="lost"),
    "an unknown outcome of an attempt": lambda: outbox.an_attempt(outbox.an_event(), outcome="fine"),
    "two subscriptions of a type and address": lambda: _twice(
        outbox.a_webhook, target_url="https://receiver.example/"
    ),
    "a webhook that is off without a reason": lambda: outbox.a_webhook(is_active=False, disabled_reason=None),
    "a replaced secret without an end": lambda: outbox.a_webhook(previous_secret="s"),
    "an event that is due at no time": lambda: outbox.an_event(next_attempt_date=None),
    "a delivered event that is due": lambda: outbox.an_event(
        state="delivered", next_attempt_date=clock.now()
    ),
    "a lease without an end": lambda: outbox.an_event(lease_token="t"),
    "two events of a uuid": lambda: _twice(outbox.an_event, uuid="u"),
    "an answer kept beyond 16 KiB": lambda: outbox.an_attempt(
        outbox.an_event(), outcome="delivered", content=b"x" * (16 * 1024 + 1)
    ),
    "an order of no channel": lambda: build.an_order(channel_id=999_999),
    "a fact about no order": lambda: build.a_fact(order_id=999_999),
}


@pytest.mark.parametrize("what", REFUSED)
def test_the_tables_refuse(what: str) -> None:
    with pytest.raises(IntegrityError):
        REFUSED[what]()


def test_what_looks_alike_is_allowed() -> None:
    build.an_order(number="1001")
    build.an_order(number="1001")
    order, location = build.an_order(), build.a_location()
    build.a_package(order, state="600")
    build.an_out_of_stock_package(order, cause="served_now")
    release = {"state": "released", "released_date": clock.now(), "release_reason": "operator"}
    package = build.a_package(order, location)
    for state in (release, release, {}):
        build.a_reservation(order.items[0], location, package_item_id=package.items[0].id, **state)
    build.a_log_entry(build.an_attempt(), order, location, quantity=5_00)


def test_every_check_of_the_tables_is_in_the_database() -> None:
    inspector = inspect(db.engine)
    for table in Base.metadata.sorted_tables:
        declared = {str(check.name) for check in table.constraints if isinstance(check, CheckConstraint)}
        assert {check["name"] for check in inspector.get_check_constraints(table.name)} == declared, (
            table.name
        )


def test_foreign_keys_are_watched_on_plain_connections_too() -> None:
    options = databases.write_options(db.engine.dialect.name)
    statement = text("INSERT INTO scenario_channels (scenario_id, channel_id) VALUES (999999, 999999)")
    with db.engine.connect().execution_options(**options) as connection:
        with pytest.raises(IntegrityError):
            connection.execute(statement)
        connection.rollback()
