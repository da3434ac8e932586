"""Broken books: rows that contradict each other. Each check is one statement that returns the broken rows.

Stale and orphan reservations are diagnoses, not findings (reliability.md, "Stock and reservations").
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, func, literal_column, not_, or_, select, table, union_all

from app.domain.execution_plans import PlanItemState, PlanState
from app.domain.packages import RULE_OF, PackageCommand, PackageState
from app.domain.reservations import ReservationState
from app.extensions import db
from app.models import counter_triggers
from app.models.counters import COUNTED_LISTS, Counter
from app.models.execution_plans import ExecutionPlan, ExecutionPlanItem
from app.models.orders import OrderItem
from app.models.packages import Package, PackageItem
from app.models.reservations import Reservation
from app.models.stock_log import StockLogEntry

AnySelect = Select[*tuple[Any, ...]]

# In these states the units are still on the shelf for the package, so a reservation must hold them, unless
# a mapping or an operator released it.
KEEPS_RESERVATION = frozenset(
    {PackageState.WAITING, PackageState.PREPARING, PackageState.READY_FOR_PACKAGING, PackageState.BLOCKED}
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken row: which check found it, and the row's key columns."""

    check: str
    row: str


def findings() -> Iterator[Finding]:
    """Every broken row of every check."""
    for check in CHECKS:
        for row in db.session.execute(check()):
            values = ", ".join(f"{name}={value}" for name, value in row._mapping.items())
            yield Finding(check.__name__, values)


def log_breaks_formula() -> AnySelect:
    """A stock log row whose quantity is not stock_count − reservation_count (D1)."""
    log = StockLogEntry
    return select(log.id, log.stock_count, log.reservation_count, log.quantity).where(
        log.quantity != log.stock_count - log.reservation_count
    )


def package_item_without_reservation() -> AnySelect:
    """An item of a package still to be packed for which nothing was ever reserved."""
    reserved = select(Reservation.id).where(Reservation.package_item_id == PackageItem.id)
    return (
        select(PackageItem.id.label("package_item"), PackageItem.package_id)
        .join(Package, Package.id == PackageItem.package_id)
        .where(
            Package.state.in_(KEEPS_RESERVATION),
            PackageItem.state != PackageState.CANCELLED,
            ~reserved.exists(),
        )
    )


def reservation_unlike_its_item() -> AnySelect:
    """A held reservation whose quantity, product, order item or location is not its package item's."""
    return (
        select(Reservation.id.label("reservation"), PackageItem.id.label("package_item"))
        .join(PackageItem, PackageItem.id == Reservation.package_item_id)
        .join(Package, Package.id == PackageItem.package_id)
        .where(
            Reservation.state == ReservationState.HELD,
            or_(
                Reservation.quantity != PackageItem.quantity,
                Reservation.product_id != PackageItem.product_id,
                Reservation.order_item_id != PackageItem.order_item_id,
                Reservation.stock_location_id != Package.stock_location_id,
            ),
        )
    )


def reservation_of_other_product() -> AnySelect:
    """A reservation that names another product than its order item."""
    return (
        select(Reservation.id.label("reservation"), OrderItem.id.label("order_item"))
        .join(OrderItem, OrderItem.id == Reservation.order_item_id)
        .where(OrderItem.product_id != Reservation.product_id)
    )


def package_item_in_impossible_state() -> AnySelect:
    """A package item whose state is neither its package's nor 600."""
    return (
        select(PackageItem.id.label("package_item"), PackageItem.state, Package.state.label("package_state"))
        .join(Package, Package.id == PackageItem.package_id)
        .where(PackageItem.state != Package.state, PackageItem.state != PackageState.CANCELLED)
    )


def open_package_without_item() -> AnySelect:
    """A package that is not 600 and has no item that is not."""
    alive = select(PackageItem.id).where(
        PackageItem.package_id == Package.id, PackageItem.state != PackageState.CANCELLED
    )
    return select(Package.id.label("package"), Package.state).where(
        Package.state != PackageState.CANCELLED, ~alive.exists()
    )


def package_item_of_other_order() -> AnySelect:
    """A package item whose order item belongs to another order, or is of another product."""
    return (
        select(PackageItem.id.label("package_item"), OrderItem.id.label("order_item"))
        .join(Package, Package.id == PackageItem.package_id)
        .join(OrderItem, OrderItem.id == PackageItem.order_item_id)
        .where(or_(OrderItem.order_id != Package.order_id, OrderItem.product_id != PackageItem.product_id))
    )


def cause_where_none_belongs() -> AnySelect:
    """A package that is not out of stock and yet has a cause."""
    return select(Package.id.label("package"), Package.state, Package.cause).where(
        Package.state != PackageState.OUT_OF_STOCK, Package.cause.is_not(None)
    )


def plan_unlike_its_items() -> AnySelect:
    """A plan that says completed with a line out of stock, or pending with none."""
    waiting = select(ExecutionPlanItem.id).where(
        ExecutionPlanItem.plan_id == ExecutionPlan.id,
        ExecutionPlanItem.state == PlanItemState.OUT_OF_STOCK,
    )
    return select(ExecutionPlan.id.label("plan"), ExecutionPlan.state).where(
        or_(
            and_(ExecutionPlan.state == PlanState.PENDING, ~waiting.exists()),
            and_(ExecutionPlan.state.in_((PlanState.COMPLETED, PlanState.CANCELLED)), waiting.exists()),
            ExecutionPlan.state == PlanState.START,
        )
    )


def plan_item_without_its_package_item() -> AnySelect:
    """A plan item that says served or out of stock while its package item says otherwise."""
    carried = ExecutionPlanItem.package_item_id == PackageItem.id
    waits = PackageItem.state == PackageState.OUT_OF_STOCK
    return (
        select(ExecutionPlanItem.id.label("plan_item"), ExecutionPlanItem.state, PackageItem.state)
        .outerjoin(PackageItem, carried)
        .where(
            or_(
                and_(
                    ExecutionPlanItem.state == PlanItemState.OUT_OF_STOCK,
                    func.coalesce(not_(waits), True),
                ),
                and_(ExecutionPlanItem.state == PlanItemState.SERVED, func.coalesce(waits, True)),
            )
        )
    )


def line_planned_in_other_quantity() -> AnySelect:
    """An order item whose plan items do not add up to its quantity."""
    planned = func.sum(ExecutionPlanItem.quantity)
    return (
        select(OrderItem.id.label("order_item"), OrderItem.quantity, planned.label("planned"))
        .join(ExecutionPlanItem, ExecutionPlanItem.order_item_id == OrderItem.id)
        .group_by(OrderItem.id, OrderItem.quantity)
        .having(planned != OrderItem.quantity)
    )


def blocked_from_impossible_state() -> AnySelect:
    """A blocked package that came from a state which cannot be blocked."""
    allowed = RULE_OF[PackageCommand.BLOCK].states
    return select(Package.id.label("package"), Package.blocked_from).where(
        Package.state == PackageState.BLOCKED, Package.blocked_from.not_in(allowed)
    )


def counter_unlike_its_list() -> AnySelect:
    """A part of a long list whose counter, kept by triggers, is not its number of rows."""
    dialect = db.engine.dialect.name
    names = [name for one in COUNTED_LISTS for name, _ in one.sums]
    kept: AnySelect = select(Counter.name, Counter.block, Counter.n, literal_column("0").label("rows"))
    sums = [kept.where(Counter.name.in_(names))]
    for one in COUNTED_LISTS:
        key = counter_triggers.key_of(dialect, one)
        for name, bits in one.sums:
            columns = [f"'{name}'", f"{key} >> {bits}", "0", "1"]
            sums.append(select(*map(literal_column, columns)).select_from(table(one.table)))
    both = union_all(*sums).subquery().c
    n, rows = func.sum(both.n), func.sum(both.rows)
    return (
        select(both.name, both.block, n.label("kept"), rows.label("rows"))
        .group_by(both.name, both.block)
        .having(n != rows)
    )


CHECKS: tuple[Callable[[], AnySelect], ...] = (
    log_breaks_formula,
    package_item_without_reservation,
    reservation_unlike_its_item,
    reservation_of_other_product,
    package_item_in_impossible_state,
    open_package_without_item,
    package_item_of_other_order,
    cause_where_none_belongs,
    plan_unlike_its_items,
    plan_item_without_its_package_item,
    line_planned_in_other_quantity,
    blocked_from_impossible_state,
    counter_unlike_its_list,
)
