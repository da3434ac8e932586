"""What the journal of facts says about an order or about products since an instant."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from app.extensions import db
from app.models.facts import Fact
from app.models.packages import Package
from app.queries import visibility
from app.queries.visibility import Own

GLOBAL_KINDS = ("stock_location", "scenario")
"""Facts that concern every planning."""


@dataclass(frozen=True, slots=True)
class RecordedFact:
    """One line of the journal; `body` is the world-script line without its instant."""

    id: int
    at: datetime
    kind: str
    body: Mapping[str, Any]
    actor: str | None


def is_empty() -> bool:
    """Whether no fact was ever recorded."""
    return not db.session.execute(select(select(Fact.id).exists())).scalar_one()


def facts_since(
    since: datetime, order_id: int, product_ids: Collection[int], limit: int = 10
) -> list[RecordedFact]:
    """The newest facts after `since` that a planning of this order may rest on, newest first."""
    concerning = or_(Fact.order_id == order_id, Fact.product_id.in_(product_ids), Fact.kind.in_(GLOBAL_KINDS))
    rows = db.session.execute(
        select(Fact.id, Fact.at, Fact.kind, Fact.body, Fact.actor)
        .where(Fact.at > since, concerning)
        .order_by(Fact.id.desc())
        .limit(limit)
    )
    return [RecordedFact(*row) for row in rows]


def facts_of_order(order_id: int, own: Own = None, limit: int = 200) -> list[RecordedFact]:
    """The newest facts about the order itself, newest first: of no place, or of one that may be seen."""
    rows = db.session.execute(
        select(Fact.id, Fact.at, Fact.kind, Fact.body, Fact.actor)
        .where(Fact.order_id == order_id, *_seen(own))
        .order_by(Fact.id.desc())
        .limit(limit)
    )
    return [RecordedFact(*row) for row in rows]


def _seen(own: Own) -> list[ColumnElement[bool]]:
    if own is None:
        return []
    packages = select(Package.id).where(*visibility.packages(own))
    return [
        or_(Fact.stock_location_id.is_(None), Fact.stock_location_id.in_(sorted(own))),
        or_(Fact.package_id.is_(None), Fact.package_id.in_(packages)),
    ]
