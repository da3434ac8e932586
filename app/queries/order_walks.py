"""The orders around one in a filtered list, and its place there: two statements, whatever its length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, select

from app.extensions import db
from app.models.orders import Order
from app.queries import orders, visibility
from app.queries.orders import SORTS, OrderFilter


@dataclass(frozen=True, slots=True)
class Walk:
    """`place` of `count`, from 1; None once it left the list: it still has neighbours."""

    previous_id: int | None
    next_id: int | None
    place: int | None
    count: int


def walk(order_id: int, wanted: OrderFilter, sort: str, own: visibility.Own = None) -> Walk | None:
    """What is around an order in the list. None when there is no such order.

    `sort` is a key of SORTS, with "-" for descending.
    """
    found = orders.conditions(wanted, own)
    key = _key(order_id, found, sort)
    if key is None:
        return None
    value, is_listed = key
    behind = orders.is_behind(sort, value, order_id)
    before = orders.is_behind(_reversed(sort), value, order_id)
    statement = select(
        _nearest(found, before, _reversed(sort)),
        _nearest(found, behind, sort),
        _number(found, sort, before),
        _number(found, sort),
    )
    previous_id, next_id, passed, count = db.session.execute(statement).one()
    return Walk(previous_id, next_id, passed + 1 if is_listed else None, count)


def _key(order_id: int, found: Sequence[ColumnElement[bool]], sort: str) -> tuple[Any, bool] | None:
    """The order's value of the sort column, and whether the list has it."""
    column = SORTS[sort.removeprefix("-")]
    listed = select(Order.id).where(Order.id == order_id, *found).correlate(None).scalar_subquery()
    statement = orders.with_sort(select(column, listed.is_not(None)).select_from(Order), sort)
    row = db.session.execute(statement.where(Order.id == order_id)).one_or_none()
    return None if row is None else (row[0], bool(row[1]))


def _nearest(found: Sequence[ColumnElement[bool]], side: ColumnElement[bool], sort: str) -> ScalarSelect[Any]:
    """The first order on that side, in the order of `sort`."""
    ids = orders.with_sort(select(Order.id), sort).where(*found, side)
    return ids.order_by(*orders.in_order(sort)).limit(1).scalar_subquery()


def _number(
    found: Sequence[ColumnElement[bool]], sort: str, side: ColumnElement[bool] | None = None
) -> ScalarSelect[Any]:
    """How many orders the list has, or has on that side."""
    if side is None:
        return select(func.count()).select_from(Order).where(*found).scalar_subquery()
    counted = orders.with_sort(select(func.count()).select_from(Order), sort)
    return counted.where(*found, side).scalar_subquery()


def _reversed(sort: str) -> str:
    return sort.removeprefix("-") if sort.startswith("-") else f"-{sort}"
