"""Which moments an order's timeline has: everything recorded about it in one order, asked in one statement.

Sources are the journal of facts, attempts, packages, reservations, remedies, the audit log, what the upstream
was told, and webhook events. Nothing is told twice: what the journal says is left out elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    cast,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)

from app.domain.packages import PackageState
from app.domain.reservations import ReleaseReason
from app.extensions import db
from app.models.audit import AuditEntry
from app.models.columns import UtcDateTime
from app.models.execution_plans import ExecutionPlan, PlanAttempt
from app.models.facts import Fact
from app.models.inventory_discrepancies import InventoryDiscrepancy
from app.models.mapping_forwards import MappingForward
from app.models.mappings import Mapping as ErpMapping
from app.models.orders import OrderItem
from app.models.packages import Package, PackageItem
from app.models.remedy_outcomes import RemedyOutcome
from app.models.reservations import Reservation
from app.models.webhooks import WebhookAttempt, WebhookEvent
from app.queries import visibility
from app.queries.visibility import Own


class Source(StrEnum):
    """Where a moment was recorded."""

    FACT = "fact"
    ATTEMPT = "attempt"
    PACKAGE = "package"
    RESERVED = "reserved"
    RELEASED = "released"
    REMEDY = "remedy"
    AUDIT = "audit"
    FORWARD = "forward"
    DELIVERY = "delivery"


class Topic(StrEnum):
    """What a timeline can be narrowed down to."""

    ORDER = "order"
    PLAN = "plan"
    STOCK = "stock"
    RESERVATION = "reservation"
    PACKAGE = "package"
    ERP = "erp"
    WEBHOOK = "webhook"
    OPERATOR = "operator"


FACT_TOPICS: Mapping[str, Topic] = {
    "order": Topic.ORDER,
    "order_state": Topic.ORDER,
    "replan": Topic.PLAN,
    "stock": Topic.STOCK,
    "discrepancy": Topic.STOCK,
    "discrepancy_clear": Topic.STOCK,
    "reservation": Topic.RESERVATION,
    "reservation_release": Topic.RESERVATION,
    "package_command": Topic.PACKAGE,
    "mapping": Topic.ERP,
}
SOURCE_TOPICS: Mapping[Source, Topic] = {
    Source.ATTEMPT: Topic.PLAN,
    Source.PACKAGE: Topic.PACKAGE,
    Source.RESERVED: Topic.RESERVATION,
    Source.RELEASED: Topic.RESERVATION,
    Source.REMEDY: Topic.OPERATOR,
    Source.AUDIT: Topic.OPERATOR,
    Source.FORWARD: Topic.ERP,
    Source.DELIVERY: Topic.WEBHOOK,
}
RANKS = tuple(Source)
"""At one instant causes come before what they led to."""

TOLD_OTHERWISE = (
    "order.imported",
    "order.state_changed",
    "order_item.state_changed",
    "plan.replan",
    "remedy.applied",
    "mapping.created",
    "reservation.added",
    "reservation.released",
    "discrepancy.reported",
    "discrepancy.cleared",
)
"""Acts of the audit log that a fact of the journal, or the remedy, tells already."""


class Moment(NamedTuple):
    """One recorded thing; its order among all."""

    at: datetime
    rank: int
    id: int

    @property
    def source(self) -> Source:
        """Where it was recorded."""
        return RANKS[self.rank]


def list_moments(
    order_id: int, own: Own, topic: Topic | None, before: Moment | None, limit: int
) -> list[Moment]:
    """The newest moments of the order, newest first: of one topic only, older than `before`.

    A store manager, whose locations are `own`, is told of the journal, attempts, packages and reservations.
    """
    statement = _statement(order_id, own, topic, before).limit(limit)
    return [Moment(*row) for row in db.session.execute(statement)]


def _statement(
    order_id: int, own: Own, topic: Topic | None, before: Moment | None
) -> Select[*tuple[Any, ...]]:
    parts = [*_for_everybody(order_id, own, topic)]
    parts += _for_the_desk(order_id) if own is None else []
    wanted = [part for source, part in parts if topic in (None, SOURCE_TOPICS.get(source, topic))]
    every = union_all(*wanted).subquery()
    key = (every.c.at, every.c.rank, every.c.id)
    statement = select(*key).order_by(*(one.desc() for one in key))
    if before is None:
        return statement
    cursor = (literal(before.at, UtcDateTime()), literal(before.rank), literal(before.id))
    return statement.where(tuple_(*key) < tuple_(*cursor))


Part = tuple[Source, Select[*tuple[Any, ...]]]


def _part(source: Source, at: Any, row_id: Any) -> Select[*tuple[Any, ...]]:
    rank = literal(RANKS.index(source), Integer).label("rank")
    return select(at.label("at"), rank, row_id.label("id"))


def _for_everybody(order_id: int, own: Own, topic: Topic | None) -> Sequence[Part]:
    items = select(OrderItem.id).where(OrderItem.order_id == order_id)
    held = [Reservation.order_item_id.in_(items), *visibility.reservations(own)]
    packages = [Package.order_id == order_id, *visibility.packages(own)]
    attempts = _part(Source.ATTEMPT, PlanAttempt.attempted_date, PlanAttempt.id).join(ExecutionPlan)
    reserved = _part(Source.RESERVED, Reservation.reserved_date, Reservation.id)
    released = _part(Source.RELEASED, Reservation.released_date, Reservation.id)
    return (
        (Source.FACT, _part(Source.FACT, Fact.at, Fact.id).where(*_facts(order_id, own, topic))),
        (Source.ATTEMPT, attempts.where(ExecutionPlan.order_id == order_id)),
        (Source.PACKAGE, _part(Source.PACKAGE, Package.created_date, Package.id).where(*packages)),
        # What was held or released by hand is a fact of the journal.
        (Source.RESERVED, reserved.where(*held, Reservation.package_item_id.is_not(None))),
        (Source.RELEASED, released.where(*held, Reservation.release_reason != ReleaseReason.OPERATOR)),
    )


def _for_the_desk(order_id: int) -> Sequence[Part]:
    ended = func.max(WebhookAttempt.finished_date)
    delivered = (
        _part(Source.DELIVERY, ended, WebhookEvent.id)
        .join(WebhookAttempt, WebhookAttempt.event_id == WebhookEvent.id)
        .where(WebhookEvent.order_id == order_id, WebhookAttempt.finished_date.is_not(None))
        .group_by(WebhookEvent.id)
    )
    told_at = func.coalesce(MappingForward.sent_date, MappingForward.modified_date)
    forwarded = (
        _part(Source.FORWARD, told_at, MappingForward.id)
        .join(ErpMapping, ErpMapping.id == MappingForward.mapping_id)
        .join(OrderItem, OrderItem.id == ErpMapping.order_item_id)
        .where(OrderItem.order_id == order_id, MappingForward.tries > 0)
    )
    remedied = _part(Source.REMEDY, RemedyOutcome.applied_date, RemedyOutcome.id)
    acts = _part(Source.AUDIT, AuditEntry.date, AuditEntry.id)
    return (
        (Source.REMEDY, remedied.where(RemedyOutcome.order_id == order_id)),
        (Source.AUDIT, acts.where(is_act_on(order_id), AuditEntry.action.not_in(TOLD_OTHERWISE))),
        (Source.FORWARD, forwarded),
        (Source.DELIVERY, delivered),
    )


def _facts(order_id: int, own: Own, topic: Topic | None) -> list[ColumnElement[bool]]:
    """The journal's lines about the order, and the answers for its products while a package waited."""
    planned_then = select(PlanAttempt.id).join(ExecutionPlan)
    planned_then = planned_then.where(
        ExecutionPlan.order_id == order_id, PlanAttempt.attempted_date == Fact.at
    )
    is_told_with_attempt = and_(Fact.kind == "replan", planned_then.exists())
    found: list[ColumnElement[bool]] = [
        or_(Fact.order_id == order_id, _is_awaited_answer(order_id)),
        ~is_told_with_attempt,
    ]
    if topic is not None:
        found.append(Fact.kind.in_([kind for kind, one in FACT_TOPICS.items() if one is topic]))
    if own is None:
        return found
    packages = select(Package.id).where(*visibility.packages(own))
    return [
        *found,
        or_(Fact.stock_location_id.is_(None), Fact.stock_location_id.in_(sorted(own))),
        or_(Fact.package_id.is_(None), Fact.package_id.in_(packages)),
    ]


def _is_awaited_answer(order_id: int) -> ColumnElement[bool]:
    """A stock answer, or a report cleared, for a product that an out-of-stock package then waited for."""
    waiting = (
        select(PackageItem.id)
        .join(Package, Package.id == PackageItem.package_id)
        .where(
            Package.order_id == order_id,
            Package.stock_location_id.is_(None),
            PackageItem.product_id == Fact.product_id,
            Fact.at >= Package.created_date,
            or_(Package.state == PackageState.OUT_OF_STOCK, Fact.at <= PackageItem.modified_date),
        )
    )
    products = select(OrderItem.product_id).where(OrderItem.order_id == order_id)
    kinds = Fact.kind.in_(["stock", "discrepancy_clear"])
    return and_(Fact.product_id.in_(products), kinds, waiting.exists())


def is_act_on(order_id: int) -> ColumnElement[bool]:
    """An act on the order or on one of its own records, each found through the index of objects.

    Acts on packages are not among them: each is a fact of the journal, or a remedy.
    """
    items = select(cast(OrderItem.id, String)).where(OrderItem.order_id == order_id)
    lines = select(PackageItem.id).join(Package, Package.id == PackageItem.package_id)
    lines = lines.where(Package.order_id == order_id)
    reports = select(cast(InventoryDiscrepancy.id, String))
    owned: Mapping[str, Any] = {
        "order_item": items,
        "execution_plan": select(cast(ExecutionPlan.id, String)).where(ExecutionPlan.order_id == order_id),
        "webhook_event": select(cast(WebhookEvent.id, String)).where(WebhookEvent.order_id == order_id),
        "discrepancy": reports.where(InventoryDiscrepancy.package_item_id.in_(lines)),
    }
    acts = [
        and_(AuditEntry.object_type == kind, AuditEntry.object_id.in_(ids)) for kind, ids in owned.items()
    ]
    return or_(and_(AuditEntry.object_type == "order", AuditEntry.object_id == str(order_id)), *acts)
