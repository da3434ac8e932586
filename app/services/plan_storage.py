"""Stores what one attempt decided. Package items never move: a line served later gets a new item."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, func, insert, select, update

from app import clock
from app.domain import attempt_record
from app.domain.execution_plans import PlanItemState
from app.domain.facts import Demand, World
from app.domain.packages import PackageState
from app.domain.planning import Plan
from app.domain.reservations import ReservationState
from app.domain.stock_log import UNIT_TYPE, free_quantity
from app.extensions import run
from app.models.columns import table
from app.models.execution_plans import ExecutionPlanItem, PlanAttempt
from app.models.packages import IS_OUT_OF_STOCK, ITEM_IS_OUT_OF_STOCK, Package, PackageItem
from app.models.reservations import Reservation
from app.models.stock_log import StockLogEntry
from app.services import execution_plans, package_events
from app.services.execution_plans import NOT_STORED, OpenPlan, PlanItem

# Level 1 takes a tenth of the time of the default and the records are small.
_COMPRESSION = 1


# Built once, on tables: a world is loaded by planning thousands of orders.
_attempts = table(PlanAttempt).c
_packages = table(Package).c
_package_items = table(PackageItem).c
_plan_items = table(ExecutionPlanItem).c

_LAST_ATTEMPT = select(func.coalesce(func.max(_attempts.number), 0)).where(
    _attempts.plan_id == bindparam("plan")
)
_PACKAGE_COUNT = (
    select(func.count()).select_from(table(Package)).where(_packages.order_id == bindparam("order"))
)
_WAITING_PACKAGE = select(_packages.id).where(_packages.order_id == bindparam("order"), IS_OUT_OF_STOCK)
_WAITING_ITEMS = (
    select(_package_items.id, _package_items.order_item_id, _package_items.quantity)
    .where(_package_items.package_id == bindparam("package"), ITEM_IS_OUT_OF_STOCK)
    .order_by(_package_items.id)
)
_INSERT_ATTEMPT = insert(table(PlanAttempt)).returning(_attempts.id)
_INSERT_PACKAGE = insert(table(Package)).returning(_packages.id)
_INSERT_ITEMS = insert(table(PackageItem)).returning(_package_items.id, sort_by_parameter_order=True)
_INSERT_RESERVATIONS = insert(table(Reservation))
_INSERT_LOG = insert(table(StockLogEntry))
_INSERT_PLAN_ITEMS = insert(table(ExecutionPlanItem))
_UPDATE_PLAN_ITEM = (
    update(table(ExecutionPlanItem))
    .where(_plan_items.id == bindparam("row"))
    .values(
        quantity=bindparam("new_quantity"),
        state=bindparam("new_state"),
        package_item_id=bindparam("carrier"),
        modified_date=bindparam("now"),
    )
)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a line and the package item that carries it."""

    order_item_id: int
    quantity: int
    package_item_id: int
    state: PlanItemState


@dataclass(frozen=True, slots=True)
class _Waiting:
    """The order's open out-of-stock package and its items, as they were before this attempt."""

    package_id: int | None
    items: Sequence[tuple[int, int, int]]
    """(package item id, order item id, hundredths)"""

    def of(self, order_item_id: int) -> list[tuple[int, int, int]]:
        return [item for item in self.items if item[1] == order_item_id]


def store(open_plan: OpenPlan, demand: Demand, world: World, plan: Plan, trigger: str) -> int:
    """Store attempt, packages, reservations, plan items and stock log; return the attempt's id."""
    attempt_id = _store_attempt(open_plan, demand, world, plan, trigger)
    waiting = _Waiting(None, ()) if open_plan.is_new else _waiting(open_plan.order_id)
    numbers = _Numbers(open_plan)
    served = _store_served(open_plan, plan, world, attempt_id, numbers)
    _supersede(waiting, served)
    unserved = _store_unserved(open_plan, plan, attempt_id, waiting, numbers)
    _store_plan_items(open_plan, [*served, *unserved])
    _store_log(open_plan, demand, world, plan, attempt_id)
    return attempt_id


class _Numbers:
    """Package numbers of an order: its own number and a running one."""

    def __init__(self, open_plan: OpenPlan) -> None:
        self.order_number = open_plan.order_number
        keys = {"order": open_plan.order_id}
        self.last = 0 if open_plan.is_new else run(_PACKAGE_COUNT, keys).scalar_one()

    def next(self) -> str:
        self.last += 1
        return f"{self.order_number}-{self.last}"


def _store_attempt(open_plan: OpenPlan, demand: Demand, world: World, plan: Plan, trigger: str) -> int:
    keys = {"plan": open_plan.plan_id}
    number = 1 if open_plan.is_new else run(_LAST_ATTEMPT, keys).scalar_one() + 1
    record = msgspec.json.encode(attempt_record.encode(demand, world, plan))
    values = {
        "plan_id": open_plan.plan_id,
        "number": number,
        "attempted_date": world.seen_at,
        "trigger": trigger,
        "scenario_id": plan.scenario.id if plan.scenario else None,
        "scenario_name": plan.scenario.name if plan.scenario else None,
        "record_version": attempt_record.VERSION,
        "record": zlib.compress(record, _COMPRESSION),
    }
    return int(run(_INSERT_ATTEMPT, values).scalar_one())


def _waiting(order_id: int) -> _Waiting:
    package_id = run(_WAITING_PACKAGE, {"order": order_id}).scalar()
    if package_id is None:
        return _Waiting(None, ())
    rows = run(_WAITING_ITEMS, {"package": package_id})
    return _Waiting(package_id, [(row.id, row.order_item_id, row.quantity) for row in rows])


def _insert_package(
    open_plan: OpenPlan, number: str, state: PackageState, location_id: int | None, attempt_id: int
) -> int:
    now = clock.now()
    is_waiting = state is PackageState.OUT_OF_STOCK
    values = {
        "order_id": open_plan.order_id,
        "number": number,
        "stock_location_id": location_id,
        "state": state.value,
        "attempt_id": attempt_id,
        # An out-of-stock package has no cause before it was explained: its queue shows it as not fresh.
        "cause_stale": is_waiting,
        "created_date": now,
        "modified_date": now,
    }
    package_id = int(run(_INSERT_PACKAGE, values).scalar_one())
    package_events.created(package_id, state)
    return package_id


def _insert_items(
    package_id: int, state: PackageState, parts: Sequence[tuple[int, int, int]]
) -> Sequence[int]:
    """Items of a package from (order item id, product id, hundredths); their ids in that order."""
    now = clock.now()
    rows = [
        {
            "package_id": package_id,
            "order_item_id": order_item_id,
            "product_id": product_id,
            "quantity": quantity,
            "state": state.value,
            "created_date": now,
            "modified_date": now,
        }
        for order_item_id, product_id, quantity in parts
    ]
    return run(_INSERT_ITEMS, rows).scalars().all()


def _store_served(
    open_plan: OpenPlan, plan: Plan, world: World, attempt_id: int, numbers: _Numbers
) -> list[_Piece]:
    pieces: list[_Piece] = []
    for code in dict.fromkeys(grant.erp_code for grant in plan.grants):
        location_id = world.locations[code].id
        package_id = _insert_package(open_plan, numbers.next(), PackageState.WAITING, location_id, attempt_id)
        parts = [
            (grant.order_item_id, open_plan.lines[grant.order_item_id].product_id, grant.quantity)
            for grant in plan.grants
            if grant.erp_code == code
        ]
        ids = _insert_items(package_id, PackageState.WAITING, parts)
        _reserve(location_id, parts, ids)
        pieces += [
            _Piece(order_item_id, quantity, item_id, PlanItemState.SERVED)
            for (order_item_id, _, quantity), item_id in zip(parts, ids, strict=True)
        ]
    return pieces


def _reserve(location_id: int, parts: Sequence[tuple[int, int, int]], ids: Sequence[int]) -> None:
    now = clock.now()
    rows = [
        {
            "order_item_id": order_item_id,
            "product_id": product_id,
            "stock_location_id": location_id,
            "package_item_id": item_id,
            "quantity": quantity,
            "state": ReservationState.HELD.value,
            "reserved_date": now,
        }
        for (order_item_id, product_id, quantity), item_id in zip(parts, ids, strict=True)
    ]
    run(_INSERT_RESERVATIONS, rows)


def _supersede(waiting: _Waiting, served: Sequence[_Piece]) -> None:
    now = clock.now()
    gone: list[int] = []
    for piece in {piece.order_item_id: piece for piece in reversed(served)}.values():
        for item_id, _, _ in waiting.of(piece.order_item_id):
            gone.append(item_id)
            run(
                update(table(PackageItem))
                .where(_package_items.id == item_id)
                .values(superseded_by_id=piece.package_item_id, modified_date=now)
            )
    execution_plans.cancel_out_of_stock_items(gone)


def _store_unserved(
    open_plan: OpenPlan, plan: Plan, attempt_id: int, waiting: _Waiting, numbers: _Numbers
) -> list[_Piece]:
    if not plan.unserved:
        return []
    pieces: list[_Piece] = []
    fresh: list[tuple[int, int, int]] = []
    for line in plan.unserved:
        known = waiting.of(line.order_item_id)
        pieces += [
            _Piece(line.order_item_id, quantity, item_id, PlanItemState.OUT_OF_STOCK)
            for item_id, _, quantity in known
        ]
        missing = line.needed - sum(quantity for _, _, quantity in known)
        if missing > 0:
            product_id = open_plan.lines[line.order_item_id].product_id
            fresh.append((line.order_item_id, product_id, missing))
    if fresh:
        package_id = waiting.package_id or _insert_package(
            open_plan, numbers.next(), PackageState.OUT_OF_STOCK, None, attempt_id
        )
        ids = _insert_items(package_id, PackageState.OUT_OF_STOCK, fresh)
        pieces += [
            _Piece(order_item_id, quantity, item_id, PlanItemState.OUT_OF_STOCK)
            for (order_item_id, _, quantity), item_id in zip(fresh, ids, strict=True)
        ]
    return pieces


def _store_plan_items(open_plan: OpenPlan, pieces: Sequence[_Piece]) -> None:
    """Rewrite the rows of the lines that were planned, one row a piece, and with them the plan's state."""
    changed: list[tuple[PlanItem, _Piece]] = []
    added: list[_Piece] = []
    surplus: list[PlanItem] = []
    open_rows = [
        item for item in open_plan.items if item.state == PlanItemState.OUT_OF_STOCK and item.id != NOT_STORED
    ]
    for order_item_id in dict.fromkeys(piece.order_item_id for piece in pieces):
        rows = [item for item in open_rows if item.order_item_id == order_item_id]
        own = [piece for piece in pieces if piece.order_item_id == order_item_id]
        for row, piece in zip_longest(rows, own):
            if row is None:
                added.append(piece)
            elif piece is None:
                surplus.append(row)
            else:
                changed.append((row, piece))
    _write_plan_items(open_plan.plan_id, changed, added, surplus)
    settled = [item.state for item in open_plan.items if item.state != PlanItemState.OUT_OF_STOCK]
    execution_plans.set_state(open_plan.plan_id, [*settled, *(piece.state for piece in pieces)])


def _write_plan_items(
    plan_id: int,
    changed: Sequence[tuple[PlanItem, _Piece]],
    added: Sequence[_Piece],
    surplus: Sequence[PlanItem],
) -> None:
    now = clock.now()
    if changed:
        updates = [
            {
                "row": row.id,
                "new_quantity": piece.quantity,
                "new_state": piece.state.value,
                "carrier": piece.package_item_id,
                "now": now,
            }
            for row, piece in changed
        ]
        run(_UPDATE_PLAN_ITEM, updates)
    if added:
        run(_INSERT_PLAN_ITEMS, [_plan_item_values(plan_id, piece) for piece in added])
    if surplus:
        gone = [row.id for row in surplus]
        run(delete(table(ExecutionPlanItem)).where(_plan_items.id.in_(gone)))


def _plan_item_values(plan_id: int, piece: _Piece) -> dict[str, Any]:
    now = clock.now()
    return {
        "plan_id": plan_id,
        "order_item_id": piece.order_item_id,
        "quantity": piece.quantity,
        "state": piece.state.value,
        "package_item_id": piece.package_item_id,
        "created_date": now,
        "modified_date": now,
    }


def _store_log(open_plan: OpenPlan, demand: Demand, world: World, plan: Plan, attempt_id: int) -> None:
    rows = _log_rows(open_plan, demand, world, plan, attempt_id)
    if rows:
        run(_INSERT_LOG, list(rows.values()))


def _log_rows(
    open_plan: OpenPlan, demand: Demand, world: World, plan: Plan, attempt_id: int
) -> Mapping[tuple[int, str], dict[str, Any]]:
    """A row a line and location that a tried rule admitted and that had answered, as last seen (D18)."""
    rows: dict[tuple[int, str], dict[str, Any]] = {}
    for step in plan.steps:
        if step.rule is None:
            continue
        admitted = [one for one in world.locations.values() if step.rule.admits(one)]
        for item, cells in step.cells.items():
            for location in admitted:
                cell = cells[location.erp_code]
                if cell.stock_count is None:
                    continue
                rows[item, location.erp_code] = {
                    "attempt_id": attempt_id,
                    "order_id": demand.order_id,
                    "order_number": demand.order_number,
                    "order_item_id": item,
                    "stock_location_id": location.id,
                    "product_id": open_plan.lines[item].product_id,
                    "date": world.seen_at,
                    "stock_count": cell.stock_count,
                    "reservation_count": cell.reservation_count,
                    "quantity": free_quantity(cell.stock_count, cell.reservation_count),
                    "unit_type": UNIT_TYPE,
                }
    return rows
