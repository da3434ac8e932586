"""The stock log as the API lists it: exact counts, and pages that are as near at the end as at the start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Row, Select, bindparam, func, select

from app.extensions import db
from app.models.columns import table
from app.models.counters import STOCK_LOG
from app.models.orders import OrderItem
from app.models.products import Product
from app.models.stock_locations import StockLocation
from app.models.stock_log import StockLogEntry
from app.queries import counters, page_keys, visibility
from app.queries.column_texts import instant_text
from app.queries.counters import Blocks

_entries, _items, _products = table(StockLogEntry).c, table(OrderItem).c, table(Product).c
_locations = table(StockLocation).c
_END_OF_TIME = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class StockLogWanted:
    """Which entries; None means any. Instants are included."""

    order_number: str | None = None
    erp_code: str | None = None
    date_from: datetime | None = None
    date_to: datetime | None = None

    def given(self) -> dict[str, Any]:
        """What is asked for, by the names of the fields."""
        found = {name: getattr(self, name) for name in _CONDITIONS}
        return {name: value for name, value in found.items() if value is not None}


_location = select(_locations.id).where(_locations.erp_code == bindparam("erp_code")).scalar_subquery()
_CONDITIONS: Mapping[str, ColumnElement[bool]] = {
    "order_number": _entries.order_number == bindparam("order_number"),
    "erp_code": _entries.stock_location_id == _location,
    "date_from": _entries.date >= bindparam("date_from"),
    "date_to": _entries.date <= bindparam("date_to"),
}
assert set(_CONDITIONS) == {field.name for field in fields(StockLogWanted)}

_BEFORE = "before"
_SIZE, _SKIPPED = bindparam("size", type_=BigInteger), bindparam("skipped", type_=BigInteger)


@dataclass(frozen=True, slots=True)
class StockLogList:
    """A list of exactly `count` entries; `spans` are the log's counters where they are all of it."""

    count: int
    spans: Blocks | None
    given: Mapping[str, Any]
    own: visibility.Own

    def entries(self, offset: int, size: int) -> list[Row[*tuple[Any, ...]]]:
        """A page of it, newest first: date as text, id, SKU and omnitron_id of the item, order number,
        then quantity, unit type, stock and reservation count; counts in hundredths of a unit."""
        names, values = tuple(self.given), {**self.given, "skipped": offset, "size": size}
        if self.spans is not None:
            start = page_keys.start_of(STOCK_LOG, self.spans, offset)
            names, values = (
                (_BEFORE,),
                {"before": _instant(start.bound), "skipped": start.skipped, "size": size},
            )
        statement = _page(names) if self.own is None else _rows_of(_ids(names, self.own))
        return list(db.session.connection().execute(statement, values).all())


def open_list(wanted: StockLogWanted, own: visibility.Own) -> StockLogList:
    """The entries that are wanted and may be seen."""
    given = wanted.given()
    if not given and own is None:
        spans = counters.read([STOCK_LOG.spans])[STOCK_LOG.spans]
        return StockLogList(counters.total(spans), spans, given, own)
    statement = _count(tuple(given))
    if own is not None:
        statement = statement.where(*visibility.stock_log_entries(own))
    count = db.session.connection().execute(statement, given).scalar_one()
    return StockLogList(count, None, given, own)


def _instant(seconds: int) -> datetime:
    """The instant of so many seconds; what lies behind the calendar is its end."""
    end = int(_END_OF_TIME.timestamp())
    return _END_OF_TIME if seconds >= end else datetime.fromtimestamp(seconds, UTC)


@lru_cache(maxsize=64)
def _count(names: tuple[str, ...]) -> Select[Any]:
    """Built once for each choice of filters: building costs several times as much as running."""
    conditions = [_CONDITIONS[name] for name in names]
    return select(func.count()).select_from(table(StockLogEntry)).where(*conditions)


@lru_cache(maxsize=64)
def _page(names: tuple[str, ...]) -> Select[Any]:
    return _rows_of(_ids(names, None))


def _ids(names: tuple[str, ...], own: visibility.Own) -> Select[Any]:
    """The ids of a page, from an index alone."""
    bounds = {**_CONDITIONS, _BEFORE: _entries.date < bindparam(_BEFORE)}
    return (
        select(_entries.id)
        .where(*(bounds[name] for name in names), *visibility.stock_log_entries(own))
        .order_by(_entries.date.desc(), _entries.id.desc())
        .limit(_SIZE)
        .offset(_SKIPPED)
    )


def _rows_of(ids: Select[Any]) -> Select[Any]:
    shown = ids.subquery()
    return (
        select(
            instant_text(_entries.date),
            _items.id,
            _products.sku,
            _items.omnitron_id,
            _entries.order_number,
            _entries.quantity,
            _entries.unit_type,
            _entries.stock_count,
            _entries.reservation_count,
        )
        .join_from(shown, table(StockLogEntry), _entries.id == shown.c.id)
        .join(table(OrderItem), _items.id == _entries.order_item_id)
        .join(table(Product), _products.id == _entries.product_id)
        .order_by(_entries.date.desc(), _entries.id.desc())
    )
