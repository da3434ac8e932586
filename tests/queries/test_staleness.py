"""Lists and diagnosis mean the same reservations by "stale": in every combination of what decides it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from app import clock, databases, models
from app.config import settings
from app.domain.staleness import StaleReason, stale_in
from app.extensions import db
from app.queries import reservations, worlds
from app.queries.reservations import ReservationFilter
from app.services.unit_of_work import unit_of_work
from tests import builders

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
RESERVED = NOW - timedelta(days=3)
SECOND = timedelta(microseconds=1)
ORDER_STATES = ("400", "100", "510")
ITEM_STATES = ("400", "100", "540")
PACKAGES = ((None, None), *product(("100", "550", "600", "700"), ("100", "600")))
MAPPED = (None, RESERVED - SECOND, RESERVED, RESERVED + SECOND)
ANSWERED = (None, RESERVED - SECOND, RESERVED, RESERVED + SECOND, RESERVED + 2 * SECOND)
AGES = (timedelta(days=7) - SECOND, timedelta(days=7), timedelta(days=7) + SECOND)
IN_ORDER = (
    models.Order,
    models.OrderItem,
    models.Package,
    models.PackageItem,
    models.Mapping,
    models.Reservation,
)

pytestmark = pytest.mark.usefixtures("db_session")


@pytest.fixture
def every_case(db_session: object) -> Iterator[None]:
    """A held reservation for every combination, and as many released ones of the last."""
    with clock.at(NOW):
        location = builders.a_location()
        products = [builders.a_product() for _ in ANSWERED]
        for one, answered in zip(products, ANSWERED, strict=True):
            if answered is not None:
                builders.a_stock(location, one, 1_00, answered_date=answered)
        cases = product(ORDER_STATES, ITEM_STATES, PACKAGES, MAPPED, products, AGES)
        _store(location.id, builders.a_channel().id, list(cases))
        yield


def _store(location_id: int, channel_id: int, cases: list[Any]) -> None:
    tables: dict[Any, list[dict[str, Any]]] = {model: [] for model in IN_ORDER}
    for key, (order_state, item_state, (package_state, part_state), mapped, sold, age) in enumerate(cases, 1):
        line = {"order_item_id": key, "product_id": sold.id, "quantity": 1_00}
        rows: dict[Any, dict[str, Any] | None] = {
            models.Order: {
                "number": str(key),
                "state": order_state,
                "channel_id": channel_id,
                "payment_type": "credit_card",
                "delivery_type": "standard",
                "date_placed": NOW - age,
            },
            models.OrderItem: {
                "omnitron_id": key,
                "order_id": key,
                "product_id": sold.id,
                "state": item_state,
                "quantity": 1_00,
            },
            models.Package: package_state
            and {
                "order_id": key,
                "number": f"{key}-1",
                "stock_location_id": location_id,
                "state": package_state,
                "blocked_from": "100" if package_state == "700" else None,
            },
            models.PackageItem: part_state and {"package_id": key, "state": part_state, **line},
            models.Mapping: mapped and {"order_item_id": key, "code": str(key), "created_date": mapped},
            models.Reservation: {
                "stock_location_id": location_id,
                "package_item_id": key if part_state else None,
                "state": "held",
                "reserved_date": RESERVED,
                **line,
            },
        }
        for model, row in rows.items():
            if row:
                tables[model].append({"id": key, **row})
    with unit_of_work():
        for model, stored in tables.items():
            db.session.execute(insert(model), stored)
        # Else PostgreSQL may have counted the tables while they were empty, and join them for minutes.
        databases.count_rows_anew(db.session.connection())


def found(stale: str | bool) -> set[int]:
    wanted = ReservationFilter(stale=stale)
    rows = reservations.list_reservations(wanted, None, 0, 10_000)
    assert reservations.count_reservations(wanted) == len(rows)
    assert all((row.stale is not None) is bool(stale) for row in rows)
    return {row.id for row in rows}


@pytest.mark.usefixtures("every_case")
def test_the_lists_agree_with_the_domain_in_every_combination() -> None:
    products = db.session.scalars(select(models.Product.id)).all()
    world = worlds.world(products, [], clock.now())
    told = {one.id: stale_in(world, one) for held in world.reservations.values() for one in held}
    assert len(told) == 4_860
    assert set(told.values()) == {None, *StaleReason}, "every answer is among them"
    shown = {row.id: row.stale for row in reservations.list_reservations(ReservationFilter(), None, 0, 9_999)}
    assert shown == told
    assert found(True) == {key for key, reason in told.items() if reason}
    assert found(False) == {key for key, reason in told.items() if reason is None}
    for reason in StaleReason:
        assert found(reason.value) == {key for key, why in told.items() if why == reason}
    _release_all()
    assert found(True) == set()
    assert found(False) == told.keys()


def _release_all() -> None:
    assert settings().reservation_orphan_after == AGES[1]
    with unit_of_work():
        released = {"state": "released", "released_date": NOW, "release_reason": "operator"}
        db.session.execute(update(models.Reservation).values(released))
