"""Reservations as the desk looks at them: who holds what since when, which are stale, which counted twice."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from app.domain.double_counts import DoubleCount
from app.domain.facts import HeldReservation
from app.domain.reservations import ReservationState
from app.domain.staleness import LiveNote, StaleReason, live_note
from app.extensions import run
from app.models.columns import table
from app.models.mappings import Mapping as ErpMapping
from app.models.orders import Order, OrderItem
from app.models.packages import Package, PackageItem
from app.models.products import Product
from app.models.reservations import IS_HELD, Reservation
from app.models.stock import Stock
from app.models.stock_locations import StockLocation
from app.queries.double_counts import double_counts
from app.queries.paging import Page, take_page
from app.queries.reservations import moments
from app.queries.staleness import STALE_REASON, WITH_HOLDERS
from app.queries.worlds import held_reservation

SORTS = ("reserved", "quantity", "order")
DEFAULT_SORT = "-reserved"
COUNTED_TWICE = "counted_twice"
"""Not a reason of its own: registered in the ERP, and the count fell by just those units."""
MOST_HINTS = 2_000
_AT_ONCE = 500

_RESERVATIONS, _PRODUCTS, _LOCATIONS = table(Reservation), table(Product), table(StockLocation)
_held, _items, _orders = _RESERVATIONS.c, table(OrderItem).c, table(Order).c
_packages, _mappings = table(Package).c, table(ErpMapping).c


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationsWanted:
    """Which reservations; None means any. `state`: held, stale (held, and needed by nobody) or released.

    `stale` is a StaleReason's code, or COUNTED_TWICE. `ids` are these alone.
    """

    erp_code: str | None = None
    sku: str | None = None
    order_number: str | None = None
    state: str | None = None
    stale: str | None = None
    ids: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class ReservationLine:
    """One reservation with who holds it; `quantity` in hundredths. `twice` are the records of the hint."""

    held: HeldReservation
    product_name: str
    location_name: str
    package_number: str | None
    mapping_code: str | None
    state: str
    stale: StaleReason | None
    answered_at: datetime | None
    released_date: datetime | None
    release_reason: str | None
    twice: DoubleCount | None = None

    @property
    def is_held(self) -> bool:
        """Whether it can be released."""
        return self.state == ReservationState.HELD

    @property
    def live(self) -> LiveNote | None:
        """What is worth saying of one that looks stale and is not."""
        return live_note(self.held) if self.is_held and self.stale is None else None


@dataclass(frozen=True, slots=True)
class ReservationCounts:
    """How many there are under the same filters, whatever their state. The stale ones are held too."""

    held: int
    stale: Mapping[str, int]
    released: int


def list_reservations(wanted: ReservationsWanted, sort: str, page: int, limit: int) -> Page[ReservationLine]:
    """One page of those that are wanted."""
    conditions = _conditions(wanted)
    counting = select(func.count()).select_from(_source(wanted)).where(*conditions)
    count = int(run(counting, moments()).scalar_one())
    return take_page(page, limit, count, lambda offset, size: _rows(wanted, conditions, sort, offset, size))


def count_by_state(wanted: ReservationsWanted) -> ReservationCounts:
    """What the same filters find in each state."""
    here = _of_place_and_order(wanted)
    by_reason, released = (one.where(*here) if here else one for one in (_HELD_BY_REASON, _RELEASED))
    counts = {reason: int(count) for reason, count in run(by_reason, moments())}
    stale = {str(one): counts[one] for one in StaleReason if counts.get(one)}
    return ReservationCounts(sum(counts.values()), stale, int(run(released).scalar_one()))


def held_ids(wanted: ReservationsWanted, most: int) -> list[int]:
    """Ids of the wanted ones that are held, oldest first; at most so many."""
    found = (
        select(_held.id)
        .select_from(_source(wanted))
        .where(IS_HELD, *_conditions(wanted))
        .order_by(_held.reserved_date, _held.id)
        .limit(most)
    )
    return list(run(found, moments()).scalars())


def lines_of(reservation_ids: Collection[int]) -> list[ReservationLine]:
    """Those reservations, oldest first."""
    ids = sorted(set(reservation_ids))
    lines: list[ReservationLine] = []
    for start in range(0, len(ids), _AT_ONCE):
        lines += _hinted_lines(_COLUMNS.where(_held.id.in_(ids[start : start + _AT_ONCE])))
    return sorted(lines, key=lambda one: (one.held.reserved_at, one.held.id))


def _rows(
    wanted: ReservationsWanted, conditions: Conditions, sort: str, offset: int, size: int
) -> Sequence[ReservationLine]:
    ids = (
        select(_held.id)
        .select_from(_source(wanted, sort))
        .where(*conditions)
        .order_by(*_order(sort))
        .offset(offset)
        .limit(size)
        .subquery()
    )
    return _hinted_lines(_COLUMNS.where(_held.id.in_(select(ids.c.id))).order_by(*_order(sort)))


def _hinted_lines(statement: Select[Any]) -> list[ReservationLine]:
    lines = [_line(row) for row in run(statement, moments())]
    hints = double_counts([one.held.id for one in lines if one.stale is StaleReason.ERP_REGISTERED])
    return [replace(one, twice=hints[one.held.id]) if one.held.id in hints else one for one in lines]


def _source(wanted: ReservationsWanted, sort: str = "") -> Any:
    """What has to be read to choose: who holds them only where that matters."""
    is_plain = wanted.stale is None and wanted.state != "stale" and not sort.endswith("order")
    return _RESERVATIONS if is_plain else WITH_HOLDERS


Conditions = list[ColumnElement[bool]]


def _conditions(wanted: ReservationsWanted) -> Conditions:
    found = _of_place_and_order(wanted)
    if wanted.ids is not None:
        found.append(_held.id.in_(wanted.ids))
    if wanted.state == ReservationState.RELEASED:
        found.append(_held.state == ReservationState.RELEASED.value)
    elif wanted.state is not None:
        found.append(IS_HELD)
    if wanted.stale == COUNTED_TWICE:
        found.append(_held.id.in_(_hinted(wanted)))
    elif wanted.stale is not None:
        found.append(STALE_REASON.in_([wanted.stale]))
    elif wanted.state == "stale":
        found.append(STALE_REASON.is_not(None))
    return found


def _hinted(wanted: ReservationsWanted) -> Collection[int]:
    """Ids of those likely counted twice: the registered ones are looked at one by one."""
    registered = replace(wanted, stale=StaleReason.ERP_REGISTERED.value)
    return sorted(double_counts(held_ids(registered, MOST_HINTS)))


def _of_place_and_order(wanted: ReservationsWanted) -> Conditions:
    found: Conditions = []
    if wanted.erp_code is not None:
        location = select(_LOCATIONS.c.id).where(_LOCATIONS.c.erp_code == wanted.erp_code)
        found.append(_held.stock_location_id == location.scalar_subquery())
    if wanted.sku is not None:
        product = select(_PRODUCTS.c.id).where(_PRODUCTS.c.sku == wanted.sku)
        found.append(_held.product_id == product.scalar_subquery())
    if wanted.order_number is not None:
        items = select(_items.id).join(table(Order), _orders.id == _items.order_id)
        found.append(_held.order_item_id.in_(items.where(_orders.number == wanted.order_number)))
    return found


def _order(sort: str) -> tuple[Any, ...]:
    columns: Mapping[str, ColumnElement[Any]] = {
        "reserved": _held.reserved_date,
        "quantity": _held.quantity,
        "order": _orders.number,
    }
    column = columns[sort.removeprefix("-")]
    return (column.desc(), _held.id.desc()) if sort.startswith("-") else (column, _held.id)


_HELD_BY_REASON: Select[*tuple[Any, ...]] = (
    select(STALE_REASON, func.count()).select_from(WITH_HOLDERS).where(IS_HELD).group_by(STALE_REASON)
)
_RELEASED: Select[*tuple[Any, ...]] = (
    select(func.count()).select_from(_RESERVATIONS).where(_held.state == ReservationState.RELEASED.value)
)
_COLUMNS: Select[Any] = (
    select(
        _held.id,
        _held.quantity,
        _held.state,
        _held.reserved_date,
        _held.released_date,
        _held.release_reason,
        _held.order_item_id,
        _orders.id.label("order_id"),
        _orders.number.label("order_number"),
        _orders.state.label("order_state"),
        _orders.date_placed,
        _items.state.label("item_state"),
        _packages.id.label("package_id"),
        _packages.number.label("package_number"),
        _packages.state.label("package_state"),
        table(PackageItem).c.state.label("package_item_state"),
        _mappings.id.label("mapping_id"),
        _mappings.code.label("mapping_code"),
        _mappings.created_date.label("mapped_at"),
        table(Stock).c.answered_date,
        _PRODUCTS.c.sku,
        _PRODUCTS.c.name.label("product_name"),
        _LOCATIONS.c.erp_code,
        _LOCATIONS.c.name.label("location_name"),
        STALE_REASON.label("stale"),
    )
    .select_from(WITH_HOLDERS)
    .join(_PRODUCTS, _PRODUCTS.c.id == _held.product_id)
    .join(_LOCATIONS, _LOCATIONS.c.id == _held.stock_location_id)
)


def _line(row: Any) -> ReservationLine:
    return ReservationLine(
        held=held_reservation(row, row.erp_code, row.sku),
        product_name=row.product_name,
        location_name=row.location_name,
        package_number=row.package_number,
        mapping_code=row.mapping_code,
        state=row.state,
        stale=StaleReason(row.stale) if row.stale else None,
        answered_at=row.answered_date,
        released_date=row.released_date,
        release_reason=row.release_reason,
    )
