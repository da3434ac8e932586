"""One page of an order's timeline, with the records that its moments were read from.

Packages, attempts and reservations are not read here: whoever shows a timeline has them anyway.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from app.extensions import db
from app.models.facts import Fact
from app.models.remedy_outcomes import RemedyOutcome
from app.queries.audit import AuditRow, entries_by_id
from app.queries.journal import RecordedFact, facts_by_id
from app.queries.mapping_forwards import ForwardRow, forwards_by_id
from app.queries.order_moments import Moment, Source, Topic, list_moments
from app.queries.visibility import Own
from app.queries.webhook_deliveries import DeliveryRow, deliveries_by_id


@dataclass(frozen=True, slots=True)
class RemedyMoment:
    """A remedy that was applied to a package of the order."""

    id: int
    package_id: int
    actor: str
    is_joint: bool
    reason: str | None


@dataclass(frozen=True, slots=True)
class OrderHistory:
    """A page of moments, newest first, with the records that are not on the page otherwise.

    `older` is what to ask for as `before` to go on; None at the beginning of time.
    """

    moments: Sequence[Moment]
    older: Moment | None
    facts: Mapping[int, RecordedFact] = field(default_factory=dict)
    asked: Sequence[RecordedFact] = ()
    audit: Mapping[int, AuditRow] = field(default_factory=dict)
    forwards: Mapping[int, ForwardRow] = field(default_factory=dict)
    deliveries: Mapping[int, DeliveryRow] = field(default_factory=dict)
    remedies: Mapping[int, RemedyMoment] = field(default_factory=dict)


def order_history(
    order_id: int,
    own: Own,
    topic: Topic | None,
    before: Moment | None,
    limit: int,
    known_events: Collection[int] = (),
) -> OrderHistory:
    """A page of the order's timeline: of one topic only, older than `before`. At most eight statements.

    Of webhook events only those are read that are not among `known_events`.
    """
    moments = list_moments(order_id, own, topic, before, limit + 1)
    shown = moments[:limit]
    ids = {source: [one.id for one in shown if one.source is source] for source in Source}
    return OrderHistory(
        shown,
        shown[-1] if len(moments) > limit else None,
        facts_by_id(ids[Source.FACT]),
        _asked(order_id) if ids[Source.ATTEMPT] else (),
        entries_by_id(ids[Source.AUDIT]),
        forwards_by_id(ids[Source.FORWARD]),
        deliveries_by_id([one for one in ids[Source.DELIVERY] if one not in known_events]),
        _remedies(ids[Source.REMEDY]),
    )


def _asked(order_id: int) -> Sequence[RecordedFact]:
    """Who asked for new plannings: told with the attempts that they led to."""
    rows = db.session.execute(
        select(Fact.id, Fact.at, Fact.kind, Fact.body, Fact.actor)
        .where(Fact.order_id == order_id, Fact.kind == "replan")
        .order_by(Fact.id)
    )
    return [RecordedFact(*row) for row in rows]


def _remedies(ids: Collection[int]) -> dict[int, RemedyMoment]:
    if not ids:
        return {}
    one = RemedyOutcome
    rows = db.session.execute(
        select(one.id, one.package_id, one.actor, one.is_joint, one.reason).where(one.id.in_(ids))
    )
    return {row.id: RemedyMoment(*row) for row in rows}
