"""What a bulk action would be about: chosen rows of a list, or all that its filters find, oldest first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from app.domain.execution_plans import PlanState
from app.extensions import db
from app.models.columns import table
from app.models.execution_plans import ExecutionPlan
from app.models.list_parameters import one_of
from app.models.orders import Order
from app.models.packages import IS_OUT_OF_STOCK, Package
from app.models.stock_locations import StockLocation
from app.queries import orders, packages
from app.queries.orders import OrderFilter
from app.queries.packages import PackageFilter


@dataclass(frozen=True, slots=True)
class WaitingOrder:
    """An order whose plan is pending: what it waits with, and why."""

    order_id: int
    number: str
    plan_id: int
    package_id: int
    cause: str | None


@dataclass(frozen=True, slots=True)
class ChosenPackage:
    """A package, and where it is."""

    id: int
    number: str
    order_id: int
    state: str
    location_name: str | None


def waiting_orders(ids: Collection[int]) -> list[WaitingOrder]:
    """Those of the orders that wait for something."""
    return _waiting(one_of(table(Order).c.id, "ids"), {"ids": sorted(set(ids))})


def waiting_orders_of(wanted: OrderFilter, most: int) -> list[WaitingOrder]:
    """Those orders of the list that wait for something, at most so many."""
    found = orders.conditions(wanted)
    return _waiting(Order.id.in_(select(Order.id).where(*found)), {}, most)


def waiting_orders_of_packages(ids: Collection[int]) -> list[WaitingOrder]:
    """The orders of those packages that wait."""
    return _waiting(one_of(table(Package).c.id, "ids"), {"ids": sorted(set(ids))})


def chosen_packages(ids: Collection[int]) -> list[ChosenPackage]:
    """These packages."""
    statement = _packages().where(one_of(table(Package).c.id, "ids"))
    rows = db.session.execute(statement, {"ids": sorted(set(ids))})
    return [ChosenPackage(*row) for row in rows]


def chosen_packages_of(wanted: PackageFilter, most: int) -> list[ChosenPackage]:
    """The packages of the list, at most so many."""
    statement = _packages().where(*packages.conditions(wanted)).limit(most)
    return [ChosenPackage(*row) for row in db.session.execute(statement)]


def _packages() -> Select[*tuple[Any, ...]]:
    return (
        select(Package.id, Package.number, Package.order_id, Package.state, StockLocation.name)
        .join(Order, Order.id == Package.order_id)
        .outerjoin(StockLocation, StockLocation.id == Package.stock_location_id)
        .order_by(Package.created_date, Package.id)
    )


def _waiting(
    condition: ColumnElement[bool], values: dict[str, Any], most: int | None = None
) -> list[WaitingOrder]:
    statement = (
        select(Order.id, Order.number, ExecutionPlan.id, Package.id, Package.cause)
        .join(ExecutionPlan, ExecutionPlan.order_id == Order.id)
        .join(Package, (Package.order_id == Order.id) & IS_OUT_OF_STOCK)
        .where(ExecutionPlan.state == PlanState.PENDING, condition)
        .order_by(Order.date_placed, Order.id)
        .limit(most)
    )
    return [WaitingOrder(*row) for row in db.session.execute(statement, values)]
