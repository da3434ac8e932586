"""Execution plans as the API answers them: counted, a page of them, or one, with lines and attempts."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import ColumnElement, Row, Select, func, select

from app.domain.errors import NotFound
from app.extensions import db
from app.models.columns import table
from app.models.execution_plans import ExecutionPlan, ExecutionPlanItem, PlanAttempt
from app.models.list_parameters import one_of
from app.models.orders import Order, OrderItem
from app.models.packages import PackageItem
from app.models.products import Product
from app.queries import visibility
from app.queries.visibility import Own

_PLANS, _ORDERS = table(ExecutionPlan), table(Order)
_plans, _items, _attempts = _PLANS.c, table(ExecutionPlanItem).c, table(PlanAttempt).c
_order_items, _products, _package_items = table(OrderItem).c, table(Product).c, table(PackageItem).c
SORTS: Mapping[str, ColumnElement[Any]] = {
    "id": _plans.id,
    "created_date": _plans.created_date,
    "modified_date": _plans.modified_date,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanWanted:
    """Which plans; None means any. Instants are included."""

    state: str | None = None
    order_number: str | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class ListedPlanItem:
    """A line of a plan, or a part of one; `quantity` is hundredths."""

    id: int
    order_item_id: int
    sku: str
    quantity: int
    state: str
    package_id: int | None
    package_item_id: int | None


class SeenCell(NamedTuple):
    """What a step saw at a location, which check decided; counts are hundredths, None is no answer."""

    erp_code: str
    check: str
    stock_count: int | None
    reservation_count: int


class _Demand(msgspec.Struct, frozen=True):
    lines: list[tuple[int, str, int]]


class SeenStep(msgspec.Struct, frozen=True):
    """One rule that was tried, and its cells by order item id. Without a rule none could be tried."""

    rule: str | None
    lines: dict[int, list[SeenCell]]


class _Record(msgspec.Struct, frozen=True):
    """Of the kept record of an attempt, what is answered here: the World it saw is passed over."""

    demand: _Demand
    steps: list[SeenStep]


@dataclass(frozen=True, slots=True)
class ListedAttempt:
    """One planning; `skus` are those of its order items."""

    number: int
    date: datetime
    scenario: str | None
    skus: Mapping[int, str]
    steps: Sequence[SeenStep]


@dataclass(frozen=True, slots=True)
class ListedPlan:
    """A plan with what became of each line, and its attempts, first to last."""

    id: int
    state: str
    order_id: int
    order_number: str
    channel_id: int
    order_state: str
    date_placed: datetime
    created_date: datetime
    modified_date: datetime
    items: Sequence[ListedPlanItem]
    attempts: Sequence[ListedAttempt]


def count_plans(wanted: PlanWanted, own: Own = None) -> int:
    """How many plans are wanted, of those that may be seen."""
    counting = select(func.count()).select_from(_PLANS).where(*_conditions(wanted, own))
    return db.session.execute(counting).scalar_one()


def list_plans(wanted: PlanWanted, own: Own, sort: str, offset: int, limit: int) -> list[ListedPlan]:
    """A page of the plans that are wanted. `sort` is a key of SORTS, with "-" for descending."""
    order = _order(sort)
    shown = (
        select(_plans.id)
        .where(*_conditions(wanted, own))
        .order_by(*order)
        .offset(offset)
        .limit(limit)
        .subquery()
    )
    statement = _columns().join(shown, shown.c.id == _plans.id).order_by(*order)
    return _whole(db.session.execute(statement).all())


def find_plan(plan_id: int, own: Own = None) -> ListedPlan:
    """The plan of that id. Raises NotFound, also for one that may not be seen."""
    statement = _columns().where(_plans.id == plan_id, *visibility.execution_plans(own))
    found = _whole(db.session.execute(statement).all())
    if not found:
        raise NotFound("execution_plan", plan_id)
    return found[0]


def order_of(plan_id: int) -> int:
    """The id of the order that the plan is for. Raises NotFound."""
    found = db.session.execute(select(_plans.order_id).where(_plans.id == plan_id)).scalar()
    if found is None:
        raise NotFound("execution_plan", plan_id)
    return int(found)


def _columns() -> Select[*tuple[Any, ...]]:
    return (
        select(
            _plans.id,
            _plans.state,
            _ORDERS.c.id.label("order_id"),
            _ORDERS.c.number,
            _ORDERS.c.channel_id,
            _ORDERS.c.state.label("order_state"),
            _ORDERS.c.date_placed,
            _plans.created_date,
            _plans.modified_date,
        )
        .select_from(_PLANS)
        .join(_ORDERS, _ORDERS.c.id == _plans.order_id)
    )


def _order(sort: str) -> list[ColumnElement[Any]]:
    column = SORTS[sort.removeprefix("-")]
    keys = [column] if column is _plans.id else [column, _plans.id]
    return [key.desc() if sort.startswith("-") else key.asc() for key in keys]


def _conditions(wanted: PlanWanted, own: Own) -> list[ColumnElement[bool]]:
    found = visibility.execution_plans(own)
    if wanted.state is not None:
        found.append(_plans.state == wanted.state)
    if wanted.order_number is not None:
        orders = select(_ORDERS.c.id).where(_ORDERS.c.number == wanted.order_number)
        found.append(_plans.order_id.in_(orders))
    if wanted.created_from is not None:
        found.append(_plans.created_date >= wanted.created_from)
    if wanted.created_to is not None:
        found.append(_plans.created_date <= wanted.created_to)
    return found


ITEMS_OF = (
    select(
        _items.plan_id,
        _items.id,
        _items.order_item_id,
        _products.sku,
        _items.quantity,
        _items.state,
        _package_items.package_id,
        _items.package_item_id,
    )
    .join_from(table(ExecutionPlanItem), table(OrderItem), _order_items.id == _items.order_item_id)
    .join(table(Product), _products.id == _order_items.product_id)
    .outerjoin(table(PackageItem), _package_items.id == _items.package_item_id)
    .where(one_of(_items.plan_id, "ids"))
    .order_by(_items.id)
)
"""The items of the plans `ids`: what became of each line, and the package that has it."""

_ATTEMPTS_OF = (
    select(
        _attempts.plan_id,
        _attempts.number,
        _attempts.attempted_date,
        _attempts.scenario_name,
        _attempts.record,
    )
    .where(one_of(_attempts.plan_id, "plans"))
    .order_by(_attempts.plan_id, _attempts.number)
)
_READER = msgspec.json.Decoder(_Record)


def _whole(rows: Sequence[Row[*tuple[Any, ...]]]) -> list[ListedPlan]:
    if not rows:
        return []
    ids = [row[0] for row in rows]
    items, attempts = _items_of(ids), _attempts_of(ids)
    return [ListedPlan(*(*row, items[row[0]], attempts[row[0]])) for row in rows]


def _items_of(plan_ids: Collection[int]) -> Mapping[int, list[ListedPlanItem]]:
    found: dict[int, list[ListedPlanItem]] = defaultdict(list)
    for plan_id, *values in db.session.execute(ITEMS_OF, {"ids": plan_ids}):
        found[plan_id].append(ListedPlanItem(*values))
    return found


def _attempts_of(plan_ids: Collection[int]) -> Mapping[int, list[ListedAttempt]]:
    found: dict[int, list[ListedAttempt]] = defaultdict(list)
    for plan_id, number, date, scenario, kept in db.session.execute(_ATTEMPTS_OF, {"plans": plan_ids}):
        record = _READER.decode(zlib.decompress(kept))
        skus = {item: sku for item, sku, _ in record.demand.lines}
        found[plan_id].append(ListedAttempt(number, date, scenario, skus, record.steps))
    return found
