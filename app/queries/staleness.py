"""Staleness of reservations as a SQL expression, so that lists can be filtered by it and counted.

The rules are those of app.domain.staleness; a test holds both to the same answer for every combination.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, bindparam, case, literal_column, not_, or_

from app.domain.staleness import (
    CANCELLED_ORDER,
    CANCELLED_PACKAGE,
    LEFT_THE_SHELF_ORDER,
    LEFT_THE_SHELF_PACKAGE,
    StaleReason,
)
from app.models.columns import UtcDateTime, table
from app.models.mappings import Mapping
from app.models.orders import Order, OrderItem
from app.models.packages import Package, PackageItem
from app.models.reservations import IS_HELD, Reservation
from app.models.stock import Stock

_reservations, _items, _orders = table(Reservation).c, table(OrderItem).c, table(Order).c
_packages, _package_items = table(Package).c, table(PackageItem).c
_mappings, _stocks = table(Mapping).c, table(Stock).c

ORPHANS_PLACED_BEFORE = "orphans_placed_before"
"""The parameter of STALE_REASON: an order placed before this instant may have forgotten reservations."""

WITH_HOLDERS: FromClause = (
    table(Reservation)
    .join(table(OrderItem), _items.id == _reservations.order_item_id)
    .join(table(Order), _orders.id == _items.order_id)
    .outerjoin(table(PackageItem), _package_items.id == _reservations.package_item_id)
    .outerjoin(table(Package), _packages.id == _package_items.package_id)
    .outerjoin(table(Mapping), _mappings.order_item_id == _reservations.order_item_id)
    .outerjoin(
        table(Stock),
        and_(
            _stocks.product_id == _reservations.product_id,
            _stocks.stock_location_id == _reservations.stock_location_id,
        ),
    )
)
"""Reservations with all that decides whether they are stale."""


def _is(column: ColumnElement[Any], *codes: str) -> ColumnElement[bool]:
    return and_(column.is_not(None), column.in_(sorted(codes)))


_registered_and_counted = and_(
    _mappings.created_date >= _reservations.reserved_date, _stocks.answered_date > _mappings.created_date
)
_left_the_shelf = and_(
    _mappings.id.is_(None),
    or_(
        _is(_orders.state, *LEFT_THE_SHELF_ORDER),
        _is(_items.state, *LEFT_THE_SHELF_ORDER),
        _is(_packages.state, *LEFT_THE_SHELF_PACKAGE),
    ),
)
_forgotten = and_(
    _packages.id.is_(None), _orders.date_placed < bindparam(ORPHANS_PLACED_BEFORE, type_=UtcDateTime)
)


def _code(reason: StaleReason) -> ColumnElement[str]:
    return literal_column(f"'{reason}'")


STALE_REASON: ColumnElement[str | None] = case(
    (not_(IS_HELD), None),
    (_registered_and_counted, _code(StaleReason.ERP_REGISTERED)),
    (
        or_(_is(_orders.state, CANCELLED_ORDER), _is(_items.state, CANCELLED_ORDER)),
        _code(StaleReason.ORDER_CANCELLED),
    ),
    (
        or_(_is(_packages.state, CANCELLED_PACKAGE), _is(_package_items.state, CANCELLED_PACKAGE)),
        _code(StaleReason.PACKAGE_CANCELLED),
    ),
    (_left_the_shelf, None),
    (_forgotten, _code(StaleReason.ORPHAN)),
    else_=None,
)
"""The reason's code, or NULL for what is live or released; reads WITH_HOLDERS."""
