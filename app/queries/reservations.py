"""Who holds or held units of a product at a location, and which of the held are stale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from app import clock
from app.config import settings
from app.domain.errors import NotFound
from app.extensions import db
from app.models.columns import table
from app.models.orders import Order, OrderItem
from app.models.products import Product
from app.models.reservations import Reservation
from app.models.stock_locations import StockLocation
from app.queries import visibility
from app.queries.staleness import ORPHANS_PLACED_BEFORE, STALE_REASON, WITH_HOLDERS
from app.queries.visibility import Own

_RESERVATIONS, _ITEMS, _ORDERS = table(Reservation), table(OrderItem), table(Order)
_PRODUCTS, _LOCATIONS = table(Product), table(StockLocation)
_reservations = _RESERVATIONS.c


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationFilter:
    """Which reservations; None means any. `stale` is a reason's code, or whether there is any."""

    erp_code: str | None = None
    sku: str | None = None
    order_number: str | None = None
    state: str | None = None
    stale: str | bool | None = None


@dataclass(frozen=True, slots=True)
class ReservationRow:
    """One reservation; `quantity` in hundredths. `stale` is the reason's code, None for live or released."""

    id: int
    order_number: str
    order_item_id: int
    sku: str
    stock_location_id: int
    erp_code: str
    quantity: int
    state: str
    stale: str | None
    reserved_date: datetime
    released_date: datetime | None
    release_reason: str | None


def count_reservations(wanted: ReservationFilter, own: Own = None) -> int:
    """How many reservations are wanted, of those that may be seen."""
    chosen = _chosen(wanted, own).subquery()
    counting = select(func.count()).select_from(chosen)
    return db.session.execute(counting, moments()).scalar_one()


def list_reservations(
    wanted: ReservationFilter, own: Own, offset: int, limit: int, *, newest_first: bool = True
) -> list[ReservationRow]:
    """The reservations that are wanted in the order in which they were made, of those that may be seen."""
    order = _reservations.id.desc() if newest_first else _reservations.id
    shown = _chosen(wanted, own).order_by(order).offset(offset).limit(limit).subquery()
    statement = _columns().where(_reservations.id.in_(select(shown.c.id))).order_by(order)
    return [ReservationRow(*row) for row in db.session.execute(statement, moments())]


def find_reservation(reservation_id: int, own: Own = None) -> ReservationRow:
    """The reservation of that id. Raises NotFound, also for one that may not be seen."""
    conditions = [_reservations.id == reservation_id, *visibility.reservations(own)]
    row = db.session.execute(_columns().where(*conditions), moments()).one_or_none()
    if row is None:
        raise NotFound("reservation", reservation_id)
    return ReservationRow(*row)


def _columns() -> Select[*tuple[Any, ...]]:
    return (
        select(
            _reservations.id,
            _ORDERS.c.number,
            _reservations.order_item_id,
            _PRODUCTS.c.sku,
            _reservations.stock_location_id,
            _LOCATIONS.c.erp_code,
            _reservations.quantity,
            _reservations.state,
            STALE_REASON,
            _reservations.reserved_date,
            _reservations.released_date,
            _reservations.release_reason,
        )
        .select_from(WITH_HOLDERS)
        .join(_PRODUCTS, _PRODUCTS.c.id == _reservations.product_id)
        .join(_LOCATIONS, _LOCATIONS.c.id == _reservations.stock_location_id)
    )


def _chosen(wanted: ReservationFilter, own: Own) -> Select[int]:
    """The ids of those that are wanted; who holds them is read only where staleness is asked for."""
    source = _RESERVATIONS if wanted.stale is None else WITH_HOLDERS
    return select(_reservations.id).select_from(source).where(*_conditions(wanted, own))


def _conditions(wanted: ReservationFilter, own: Own) -> list[ColumnElement[bool]]:
    found = visibility.reservations(own)
    if wanted.erp_code is not None:
        location = select(_LOCATIONS.c.id).where(_LOCATIONS.c.erp_code == wanted.erp_code)
        found.append(_reservations.stock_location_id == location.scalar_subquery())
    if wanted.sku is not None:
        product = select(_PRODUCTS.c.id).where(_PRODUCTS.c.sku == wanted.sku)
        found.append(_reservations.product_id == product.scalar_subquery())
    if wanted.order_number is not None:
        items = select(_ITEMS.c.id).join(_ORDERS, _ORDERS.c.id == _ITEMS.c.order_id)
        found.append(_reservations.order_item_id.in_(items.where(_ORDERS.c.number == wanted.order_number)))
    if wanted.state is not None:
        found.append(_reservations.state == wanted.state)
    return found + _staleness(wanted.stale)


def _staleness(stale: str | bool | None) -> list[ColumnElement[bool]]:
    reason = STALE_REASON
    if stale is None:
        return []
    if isinstance(stale, str):
        return [reason == stale]
    return [reason.is_not(None) if stale else reason.is_(None)]


def moments() -> Mapping[str, datetime]:
    """What STALE_REASON compares with, as of now."""
    return {ORPHANS_PLACED_BEFORE: clock.now() - settings().reservation_orphan_after}
