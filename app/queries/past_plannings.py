"""Past plannings with the worlds they saw, a part at a time: however many there are, few are in memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import func, select

from app.domain import attempt_record
from app.domain.facts import Demand, World
from app.extensions import db
from app.models.columns import table
from app.models.execution_plans import PlanAttempt

_ATTEMPTS = table(PlanAttempt).c


@dataclass(frozen=True, slots=True)
class PastPlanning:
    """One attempt to plan an order, and what it was asked and saw."""

    attempt_id: int
    number: int
    date: datetime
    demand: Demand
    world: World


@dataclass(frozen=True, slots=True)
class Span:
    """How many attempts there are, and the newest of them (0 for none)."""

    count: int
    newest_id: int


def span_since(since: datetime) -> Span:
    """The attempts made since then."""
    row = db.session.execute(
        select(func.count(), func.max(_ATTEMPTS.id)).where(_ATTEMPTS.attempted_date >= since)
    ).one()
    return Span(row[0], row[1] or 0)


def plannings_after(since: datetime, after_id: int, up_to_id: int, limit: int) -> Iterator[PastPlanning]:
    """The next attempts made since then, by id; `limit` at most. Each is decoded when it is asked for."""
    rows = db.session.execute(
        select(_ATTEMPTS.id, _ATTEMPTS.number, _ATTEMPTS.attempted_date, _ATTEMPTS.record)
        .where(_ATTEMPTS.attempted_date >= since, _ATTEMPTS.id > after_id, _ATTEMPTS.id <= up_to_id)
        .order_by(_ATTEMPTS.id)
        .limit(limit)
    )
    for attempt_id, number, date, record in rows.all():
        demand, world = attempt_record.decode(msgspec.json.decode(zlib.decompress(record)))
        yield PastPlanning(attempt_id, number, date, demand, world)
