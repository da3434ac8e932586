"""Execution plans: what became of each line of an order, and what every attempt to plan it saw."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Annotated, Literal

from msgspec import Meta, Struct

from app.api.answers import amount, text
from app.api.endpoints import DESK, endpoint
from app.api.paging import ListQuery, Page, page
from app.api.values import Fixed, InstantText, Moment
from app.domain.access import Viewer
from app.domain.execution_plans import PlanCommand, PlanItemState, PlanState, commands_for_plan
from app.domain.facts import Check
from app.domain.orders import OrderState
from app.domain.stock_log import UNIT_TYPE, free_quantity
from app.queries import execution_plan_lists, stock_locations
from app.queries.execution_plan_lists import (
    ListedAttempt,
    ListedPlan,
    ListedPlanItem,
    PlanWanted,
    SeenCell,
    SeenStep,
)
from app.services import execution_plan_commands

PATH = "/api/v1/oms/orderexecutionplans/"
_ONE = f"{PATH}<int:plan_id>/"
Codes = Collection[str] | None
"""ERP codes of a store manager's own locations; None: everything is open."""


class PlannedOrder(Struct, frozen=True):
    """The order that is planned; `channel` is an id."""

    id: int
    number: str
    channel: int
    state: OrderState
    date_placed: InstantText


class PlanItemShape(Struct, frozen=True):
    """A line, or a part of one, and the package that carries it."""

    id: int
    order_item: int
    sku: str
    quantity: Fixed
    state: PlanItemState
    package: int | None
    package_item: int | None


class SeenAtLocation(Struct, frozen=True):
    """What was seen; no numbers where the location had not answered. `quantity` is what was free (D1)."""

    sku: str
    stock_count: Fixed | None
    reservation_count: Fixed | None
    quantity: Fixed | None
    unit_type: str
    check: Check


class StepShape(Struct, frozen=True):
    """One rule that was tried: `stock` by ERP code, then by order item id. null: no rule could be tried."""

    rule: str | None
    stock: dict[str, dict[str, SeenAtLocation]]


class AttemptShape(Struct, frozen=True):
    """One planning, by the scenario that was for the order then."""

    attempt: int
    date: InstantText
    scenario: str | None
    steps: list[StepShape]


class PlanContext(Struct, frozen=True):
    """Every planning of the order, first to last."""

    attempts: list[AttemptShape]


class PlanShape(Struct, frozen=True):
    """The plan of an order."""

    id: int
    state: PlanState
    order: PlannedOrder
    commands: list[PlanCommand]
    created_date: InstantText
    modified_date: InstantText
    orderexecutionplanitem_set: list[PlanItemShape]
    context: PlanContext


class PlanQuery(ListQuery, kw_only=True, frozen=True):
    """Which plans. Instants are included."""

    state: PlanState | None = None
    order__number: str | None = None
    created_date__gte: Moment | None = None
    created_date__lte: Moment | None = None
    sort: Literal["id", "-id", "created_date", "-created_date", "modified_date", "-modified_date"] = "-id"


class PlanAct(Struct, frozen=True):
    """`replan`: plan again what is out of stock; `cancel`: give up on it."""

    command: PlanCommand
    reason: Annotated[str, Meta(max_length=1000)] | None = None


@endpoint("GET", PATH, tag="execution plans", query=PlanQuery, answers=Page[PlanShape])
def list_plans(viewer: Viewer, query: PlanQuery) -> Page[PlanShape]:
    """Execution plans, the newest first.

    Store managers see the checks of all locations, but numbers of their own only.
    """
    wanted = PlanWanted(
        state=query.state,
        order_number=query.order__number,
        created_from=query.created_date__gte,
        created_to=query.created_date__lte,
    )
    own, codes = viewer.location_ids, _codes(viewer)
    return page(
        query,
        execution_plan_lists.count_plans(wanted, own),
        lambda offset, size: execution_plan_lists.list_plans(wanted, own, query.sort, offset, size),
        lambda row: _shape(row, codes),
    )


@endpoint("GET", _ONE, tag="execution plans", answers=PlanShape)
def show_plan(viewer: Viewer, plan_id: int) -> PlanShape:
    """One execution plan."""
    return _shape(execution_plan_lists.find_plan(plan_id, viewer.location_ids), _codes(viewer))


@endpoint("POST", f"{_ONE}command/", tag="execution plans", roles=DESK, body=PlanAct, answers=PlanShape)
def command_plan(viewer: Viewer, plan_id: int, body: PlanAct) -> PlanShape:
    """Carry out a command and answer the plan as it is then. Both are possible while it is pending."""
    if body.command is PlanCommand.REPLAN:
        order_id = execution_plan_lists.order_of(plan_id)
        execution_plan_commands.replan_order(order_id, reason=body.reason)
    else:
        execution_plan_commands.cancel_plan(plan_id, body.reason)
    return _shape(execution_plan_lists.find_plan(plan_id), None)


def _codes(viewer: Viewer) -> Codes:
    return None if viewer.location_ids is None else stock_locations.codes_of(viewer.location_ids)


def _shape(row: ListedPlan, own: Codes) -> PlanShape:
    return PlanShape(
        id=row.id,
        state=PlanState(row.state),
        order=PlannedOrder(
            row.order_id, row.order_number, row.channel_id, OrderState(row.order_state), text(row.date_placed)
        ),
        commands=commands_for_plan(row.state) if own is None else [],
        created_date=text(row.created_date),
        modified_date=text(row.modified_date),
        orderexecutionplanitem_set=[_item(item) for item in row.items],
        context=PlanContext([_attempt(one, own) for one in row.attempts]),
    )


def _item(item: ListedPlanItem) -> PlanItemShape:
    return PlanItemShape(
        id=item.id,
        order_item=item.order_item_id,
        sku=item.sku,
        quantity=amount(item.quantity),
        state=PlanItemState(item.state),
        package=item.package_id,
        package_item=item.package_item_id,
    )


def _attempt(one: ListedAttempt, own: Codes) -> AttemptShape:
    steps = [_step(step, one, own) for step in one.steps]
    return AttemptShape(one.number, text(one.date), one.scenario, steps)


def _step(step: SeenStep, attempt: ListedAttempt, own: Codes) -> StepShape:
    stock: dict[str, dict[str, SeenAtLocation]] = defaultdict(dict)
    for item_id, cells in step.lines.items():
        for cell in cells:
            is_open = own is None or cell.erp_code in own
            stock[cell.erp_code][str(item_id)] = _seen(cell, attempt.skus[item_id], is_open)
    return StepShape(step.rule, stock)


def _seen(cell: SeenCell, sku: str, is_open: bool) -> SeenAtLocation:
    check = Check(cell.check)
    if cell.stock_count is None or not is_open:
        return SeenAtLocation(sku, None, None, None, UNIT_TYPE, check)
    return SeenAtLocation(
        sku=sku,
        stock_count=amount(cell.stock_count),
        reservation_count=amount(cell.reservation_count),
        quantity=amount(free_quantity(cell.stock_count, cell.reservation_count)),
        unit_type=UNIT_TYPE,
        check=check,
    )
