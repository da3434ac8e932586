"""What the upstream hub was told, is still to be told, or would not take."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from app.domain.mapping_forwards import ForwardState
from app.extensions import run
from app.models.columns import table
from app.models.mapping_forwards import MappingForward
from app.models.mappings import Mapping as ErpMapping
from app.models.orders import Order, OrderItem
from app.models.products import Product
from app.queries.paging import Page, take_page

_FORWARDS, _MAPPINGS = table(MappingForward), table(ErpMapping)
_forwards, _mappings = _FORWARDS.c, _MAPPINGS.c
_items, _orders, _products = table(OrderItem).c, table(Order).c, table(Product).c


@dataclass(frozen=True, slots=True)
class ForwardRow:
    """One call owed or made. `update_stock`: the upstream is told that the units are let go."""

    id: int
    state: str
    update_stock: bool
    tries: int
    next_try_date: datetime | None
    sent_date: datetime | None
    created_date: datetime
    trouble: str | None
    detail: str | None
    response_http_status: int | None
    code: str
    omnitron_id: int
    order_id: int
    order_number: str
    sku: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardFilter:
    """Which of them; None means any."""

    state: str | None = None
    order_number: str | None = None


def count_unsent() -> dict[str, int]:
    """How many are waiting and how many failed."""
    counting = (
        select(_forwards.state, func.count())
        .where(_forwards.state.in_([ForwardState.WAITING.value, ForwardState.FAILED.value]))
        .group_by(_forwards.state)
    )
    return {str(state): int(count) for state, count in run(counting)}


def count_by_state(wanted: ForwardFilter) -> Mapping[str, int]:
    """How many there are in each state, whichever of them is wanted."""
    counting = (
        select(_forwards.state, func.count())
        .join_from(_FORWARDS, _MAPPINGS, _mappings.id == _forwards.mapping_id)
        .where(*_of_order(wanted))
        .group_by(_forwards.state)
    )
    found = {str(state): int(count) for state, count in run(counting)}
    return {str(state): found[state] for state in ForwardState if state in found}


def list_forwards(wanted: ForwardFilter, page: int, limit: int) -> Page[ForwardRow]:
    """One page of those that are wanted, newest first."""
    conditions = _of_order(wanted)
    if wanted.state is not None:
        conditions.append(_forwards.state == wanted.state)
    counting = (
        select(func.count())
        .select_from(_FORWARDS)
        .join(_MAPPINGS, _mappings.id == _forwards.mapping_id)
        .where(*conditions)
    )
    count = int(run(counting).scalar_one())
    return take_page(page, limit, count, lambda offset, size: _rows(conditions, offset, size))


def forwards_by_id(ids: Collection[int]) -> dict[int, ForwardRow]:
    """These calls, by id."""
    found = _rows([_forwards.id.in_(ids)], 0, len(ids)) if ids else []
    return {one.id: one for one in found}


def _rows(conditions: list[ColumnElement[bool]], offset: int, size: int) -> list[ForwardRow]:
    statement = (
        select(
            _forwards.id,
            _forwards.state,
            _forwards.update_stock,
            _forwards.tries,
            _forwards.next_try_date,
            _forwards.sent_date,
            _forwards.created_date,
            _forwards.trouble,
            _forwards.detail,
            _forwards.response_http_status,
            _mappings.code,
            _items.omnitron_id,
            _orders.id,
            _orders.number,
            _products.sku,
        )
        .join_from(_FORWARDS, _MAPPINGS, _mappings.id == _forwards.mapping_id)
        .join(table(OrderItem), _items.id == _mappings.order_item_id)
        .join(table(Order), _orders.id == _items.order_id)
        .join(table(Product), _products.id == _items.product_id)
        .where(*conditions)
        .order_by(_forwards.id.desc())
        .offset(offset)
        .limit(size)
    )
    return [ForwardRow(*row) for row in run(statement)]


def _of_order(wanted: ForwardFilter) -> list[ColumnElement[bool]]:
    if wanted.order_number is None:
        return []
    items = select(_items.id).join(table(Order), _orders.id == _items.order_id)
    return [_mappings.order_item_id.in_(items.where(_orders.number == wanted.order_number))]
