"""Lines of the journal of facts: what a planning may rest on since an instant, and lines by id."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from app.extensions import db
from app.models.facts import Fact

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
    package_id: int | None = None


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


def facts_by_id(ids: Collection[int]) -> dict[int, RecordedFact]:
    """These lines of the journal, by id."""
    if not ids:
        return {}
    rows = db.session.execute(
        select(Fact.id, Fact.at, Fact.kind, Fact.body, Fact.actor, Fact.package_id).where(Fact.id.in_(ids))
    )
    return {row.id: RecordedFact(*row) for row in rows}
