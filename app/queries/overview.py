"""The figures of the overview: what waits and why, how that moved, and what is oldest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, case, func, literal_column, or_, select

from app.domain.orders import PLANNABLE_STATES
from app.domain.packages import PackageState
from app.domain.webhooks import EventState
from app.extensions import db
from app.models.channels import Channel
from app.models.columns import UtcDateTime
from app.models.execution_plans import ExecutionPlan
from app.models.orders import Order
from app.models.packages import IS_IN_QUEUE, IS_OUT_OF_STOCK, Package
from app.models.webhooks import WebhookEvent

# Answered by an index alone: it is read once to count, and looked up once for the oldest check of each cause.
_COUNTED = (
    select(Package.cause, func.count().label("packages"))
    .where(IS_IN_QUEUE)
    .group_by(Package.cause)
    .subquery("counted")
)
_OLDEST_CHECK = (
    select(func.min(Package.cause_checked_at))
    .where(IS_IN_QUEUE, Package.cause == _COUNTED.c.cause)
    .correlate(_COUNTED)
    .scalar_subquery()
)
_BY_CAUSE = select(_COUNTED.c.cause, _COUNTED.c.packages, _OLDEST_CHECK)
_STALE = select(func.count()).where(Package.cause_stale, IS_IN_QUEUE)


@dataclass(frozen=True, slots=True)
class CauseCount:
    """Open out-of-stock packages of one cause; None for those not explained yet."""

    cause: str | None
    packages: int
    oldest_check_at: datetime | None


@dataclass(frozen=True, slots=True)
class WaitingPackage:
    """One of the packages that have waited longest."""

    id: int
    number: str
    cause: str | None
    cause_determined: bool | None
    created_date: datetime
    order_id: int
    order_number: str
    channel: str


@dataclass(frozen=True, slots=True)
class UnplannedOrders:
    """Orders that are to be served and were never planned: how many, and the oldest of them."""

    count: int
    oldest_id: int | None
    oldest_number: str | None
    oldest_placed_at: datetime | None


@dataclass(frozen=True, slots=True)
class UndeliveredEvents:
    """Webhook events that were given up: how many, and when the newest of them was made."""

    count: int
    newest_at: datetime | None


def count_by_cause() -> list[CauseCount]:
    """The open out-of-stock packages by cause, most packages first, those without a cause last."""
    found = [CauseCount(*row) for row in db.session.execute(_BY_CAUSE)]
    return sorted(found, key=lambda one: (one.cause is None, -one.packages, one.cause or ""))


def count_stale() -> int:
    """How many kept causes may be outdated."""
    return db.session.execute(_STALE).scalar_one()


ENDED = "ended"
"""Stands for a cause where a package waits no more: what it waited for was not kept."""


def waiting_at(instants: Sequence[datetime]) -> list[int]:
    """How many out-of-stock packages were open at each of these instants, given oldest first."""
    courses = courses_at(instants).values()
    return [sum(counts) for counts in zip(*courses, strict=True)] or [0] * len(instants)


def courses_at(instants: Sequence[datetime]) -> dict[str | None, list[int]]:
    """How many out-of-stock packages were open at each of these instants, by the cause that they have today.

    Instants are given oldest first. Packages that wait no more are counted under ENDED, those that nobody
    explained yet under None; what counts nothing is left out.

    Rests on three facts of the records. A package without a location was made out of stock: every other one
    gets its location when it is made and keeps it. It ends only by becoming 600 (each item served by another
    package, or cancelled) or 1100, and nothing changes a package in those states, so its modification date is
    when it left the queue. Looking at its cause again does not touch that date.
    """
    if not instants:
        return {}
    given = {f"at_{place}": instant for place, instant in enumerate(instants)}
    rows = db.session.execute(_counted_at(len(instants)), given)
    found = {cause: [int(count or 0) for count in counts] for cause, *counts in rows}
    return {cause: counts for cause, counts in found.items() if any(counts)}


@lru_cache
def _counted_at(instants: int) -> Select[*tuple[Any, ...]]:
    """The statement for so many instants, at_0 being the oldest: building it costs more than running it."""
    is_open = Package.state == PackageState.OUT_OF_STOCK
    params = [bindparam(f"at_{place}", type_=UtcDateTime()) for place in range(instants)]
    counts = [
        func.sum(case(((Package.created_date <= at) & or_(is_open, Package.modified_date > at), 1), else_=0))
        for at in params
    ]
    left_late = Package.modified_date > params[0]
    course = case((is_open, Package.cause), else_=literal_column(f"'{ENDED}'"))
    waited = select(course, *counts).where(
        Package.stock_location_id.is_(None), or_(IS_OUT_OF_STOCK, left_late)
    )
    return waited.group_by(course)


def list_longest_waiting(limit: int) -> list[WaitingPackage]:
    """The open out-of-stock packages that were made first, oldest first."""
    return [WaitingPackage(*row) for row in db.session.execute(_LONGEST_WAITING.limit(limit))]


_LONGEST_WAITING = (
    select(
        Package.id,
        Package.number,
        Package.cause,
        Package.cause_determined,
        Package.created_date,
        Order.id,
        Order.number,
        Channel.name,
    )
    .join(Order, Order.id == Package.order_id)
    .join(Channel, Channel.id == Order.channel_id)
    .where(IS_OUT_OF_STOCK)
    .order_by(Package.created_date, Package.id)
)


def unplanned_orders() -> UnplannedOrders:
    """Orders in a plannable state without a plan. Asked by state, so that the history costs nothing."""
    row = db.session.execute(_UNPLANNED).one_or_none()
    return UnplannedOrders(row.orders, row.id, row.number, row.date_placed) if row else _NONE_UNPLANNED


def undelivered_events() -> UndeliveredEvents:
    """The webhook events that were given up."""
    given_up = select(func.count(), func.max(WebhookEvent.created_date)).where(
        WebhookEvent.state == EventState.UNDELIVERED
    )
    return UndeliveredEvents(*db.session.execute(given_up).one())


_UNPLANNED = (
    select(
        Order.id,
        Order.number,
        Order.date_placed,
        func.count().over().label("orders"),
    )
    .outerjoin(ExecutionPlan, ExecutionPlan.order_id == Order.id)
    .where(Order.state.in_(sorted(PLANNABLE_STATES)), ExecutionPlan.id.is_(None))
    .order_by(Order.date_placed, Order.id)
    .limit(1)
)
_NONE_UNPLANNED = UnplannedOrders(0, None, None, None)
