"""Which stock answer, release or settled report gave units back, and which plannings came of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from app.domain.facts import Place
from app.extensions import run
from app.models.columns import table
from app.models.facts import Fact
from app.models.orders import Order, OrderItem
from app.models.products import Product
from app.models.reservations import Reservation
from app.models.stock_locations import StockLocation

_facts, _reservations = table(Fact).c, table(Reservation).c
_locations, _products = table(StockLocation).c, table(Product).c


@dataclass(frozen=True, slots=True)
class FreedUnits:
    """One stock answer (`stock_count` in hundredths), one release of an order's reservation, or one report
    of missing stock that was cleared or removed."""

    at: datetime
    erp_code: str
    sku: str
    stock_count: int | None = None
    order_number: str | None = None
    release_reason: str | None = None
    is_cleared: bool = False


@dataclass(frozen=True, slots=True)
class PlannedAgain:
    """A planning that freed units caused; `body` is the world-script line that says which."""

    at: datetime
    body: Mapping[str, Any]


def plannings_of_freed(order_id: int, since: datetime, until: datetime | None) -> list[PlannedAgain]:
    """Those of the order from the one instant to the other, the newest first."""
    asked = (
        select(_facts.at, _facts.body)
        .where(_facts.order_id == order_id, _facts.kind == "replan", _facts.at >= since)
        .order_by(_facts.id.desc())
    )
    rows = run(asked if until is None else asked.where(_facts.at <= until))
    return [PlannedAgain(at, body) for at, body in rows if body.get("freed")]


def last_freed(places: Collection[Place], since: datetime) -> FreedUnits | None:
    """The latest of them at one of these places; of the same instant, the answer, then the release."""
    if not places:
        return None
    found = [*_answers(places, since), *_releases(places, since), *_clearings(places, since)]
    return max(found, key=lambda one: one.at) if found else None


def last_freed_of(skus: Collection[str], since: datetime) -> FreedUnits | None:
    """The latest of them about one of these products, wherever it was."""
    anywhere = run(select(_locations.erp_code, _products.sku).where(_products.sku.in_(sorted(skus))))
    return last_freed([(code, sku) for code, sku in anywhere], since)


def _answers(places: Collection[Place], since: datetime) -> list[FreedUnits]:
    return [
        FreedUnits(at, code, sku, stock_count=int(Decimal(body["stock_count"]).scaleb(2)))
        for at, code, sku, body in _last_fact(places, since, _facts.kind == "stock")
    ]


def _clearings(places: Collection[Place], since: datetime) -> list[FreedUnits]:
    # What was restored is told under the same kind, and gives nothing back.
    restored = _facts.body["restored"].as_boolean()
    ended = and_(_facts.kind == "discrepancy_clear", restored.is_not(True))
    return [
        FreedUnits(at, code, sku, is_cleared=True) for at, code, sku, _ in _last_fact(places, since, ended)
    ]


def _last_fact(places: Collection[Place], since: datetime, is_wanted: ColumnElement[bool]) -> Any:
    statement = (
        select(_facts.at, _locations.erp_code, _products.sku, _facts.body)
        .join_from(table(Fact), table(StockLocation), _locations.id == _facts.stock_location_id)
        .join(table(Product), _products.id == _facts.product_id)
        .where(is_wanted, _facts.at >= since)
    )
    return run(_latest(statement, places, _facts.at.desc(), _facts.id.desc()))


def _releases(places: Collection[Place], since: datetime) -> list[FreedUnits]:
    statement = (
        select(
            _reservations.released_date,
            _locations.erp_code,
            _products.sku,
            table(Order).c.number,
            _reservations.release_reason,
        )
        .join_from(table(Reservation), table(StockLocation), _locations.id == _reservations.stock_location_id)
        .join(table(Product), _products.id == _reservations.product_id)
        .join(table(OrderItem), table(OrderItem).c.id == _reservations.order_item_id)
        .join(table(Order), table(Order).c.id == table(OrderItem).c.order_id)
        .where(_reservations.released_date >= since)
    )
    newest = _latest(statement, places, _reservations.released_date.desc(), _reservations.id.desc())
    return [
        FreedUnits(at, code, sku, order_number=number, release_reason=reason)
        for at, code, sku, number, reason in run(newest)
    ]


def _latest(statement: Select[Any], places: Collection[Place], *order: Any) -> Select[Any]:
    here = [and_(_locations.erp_code == code, _products.sku == sku) for code, sku in sorted(places)]
    return statement.where(or_(*here)).order_by(*order).limit(1)
