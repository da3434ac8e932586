"""Held reservations whose units are likely counted twice: the count fell by exactly what was registered."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select

from app.domain.double_counts import Answered, DoubleCount, fell_by_registered
from app.extensions import run
from app.models.columns import table
from app.models.facts import Fact
from app.models.mappings import Mapping as ErpMapping
from app.models.reservations import IS_HELD, Reservation

_RESERVATIONS, _MAPPINGS = table(Reservation), table(ErpMapping)
_held, _mapped = _RESERVATIONS.c, _MAPPINGS.c
_BEFORE, _AFTER = table(Fact).alias("before"), table(Fact).alias("after")
_ANSWER = table(Fact).alias("answer")
_OTHER, _OTHER_MAPPED = _RESERVATIONS.alias("other"), _MAPPINGS.alias("other_mapping")


def double_counts(reservation_ids: Collection[int]) -> dict[int, DoubleCount]:
    """Those of the reservations that are likely counted twice, with the two records that say so, by id."""
    if not reservation_ids:
        return {}
    found: dict[int, DoubleCount] = {}
    for row in run(_BETWEEN_ANSWERS, {"ids": sorted(set(reservation_ids))}):
        before = _answered(row.before_id, row.before_at, row.before_body)
        after = _answered(row.after_id, row.after_at, row.after_body)
        if fell_by_registered(before, after, int(row.registered)):
            found[row.id] = DoubleCount(row.mapping_id, row.code, row.created_date, before, after)
    return found


def _answered(fact_id: int, at: datetime, body: Any) -> Answered:
    return Answered(fact_id, at, int(Decimal(str(body["stock_count"])).scaleb(2)))


def _answer(when: ColumnElement[bool], *order: Any) -> Any:
    """The id of an answer of the reservation's place, the first in that order."""
    return (
        select(_ANSWER.c.id)
        .where(
            _ANSWER.c.kind == "stock",
            _ANSWER.c.stock_location_id == _held.stock_location_id,
            _ANSWER.c.product_id == _held.product_id,
            when,
        )
        .order_by(*order)
        .limit(1)
        .correlate(_RESERVATIONS, _MAPPINGS)
        .scalar_subquery()
    )


# Everything of the place that was registered between both answers, whether still held or not.
_REGISTERED = (
    select(func.sum(_OTHER.c.quantity))
    .join_from(_OTHER, _OTHER_MAPPED, _OTHER_MAPPED.c.order_item_id == _OTHER.c.order_item_id)
    .where(
        _OTHER.c.stock_location_id == _held.stock_location_id,
        _OTHER.c.product_id == _held.product_id,
        _OTHER_MAPPED.c.created_date >= _BEFORE.c.at,
        _OTHER_MAPPED.c.created_date < _AFTER.c.at,
        _OTHER_MAPPED.c.created_date >= _OTHER.c.reserved_date,
    )
    .correlate(_RESERVATIONS, _BEFORE, _AFTER)
    .scalar_subquery()
)
_LAST_BEFORE = _answer(_ANSWER.c.at <= _mapped.created_date, _ANSWER.c.at.desc(), _ANSWER.c.id.desc())
_FIRST_AFTER = _answer(_ANSWER.c.at > _mapped.created_date, _ANSWER.c.at, _ANSWER.c.id)
_BETWEEN_ANSWERS = (
    select(
        _held.id,
        _mapped.id.label("mapping_id"),
        _mapped.code,
        _mapped.created_date,
        _BEFORE.c.id.label("before_id"),
        _BEFORE.c.at.label("before_at"),
        _BEFORE.c.body.label("before_body"),
        _AFTER.c.id.label("after_id"),
        _AFTER.c.at.label("after_at"),
        _AFTER.c.body.label("after_body"),
        _REGISTERED.label("registered"),
    )
    .join_from(_RESERVATIONS, _MAPPINGS, _mapped.order_item_id == _held.order_item_id)
    .join(_BEFORE, _BEFORE.c.id == _LAST_BEFORE)
    .join(_AFTER, _AFTER.c.id == _FIRST_AFTER)
    .where(
        _held.id.in_(bindparam("ids", expanding=True)), IS_HELD, _mapped.created_date >= _held.reserved_date
    )
)
