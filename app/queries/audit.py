"""What was done, by whom, before and after, and why: the audit log as lists."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from app.domain.errors import NotFound
from app.extensions import db
from app.models.audit import AuditEntry
from app.queries.filters import equal_to
from app.queries.paging import Page, take_page

MOST_OF_OBJECT = 50
_FIRST_KIND = select(func.min(AuditEntry.object_type).label("kind")).cte("kinds", recursive=True)
_NEXT_KIND = select(func.min(AuditEntry.object_type)).where(AuditEntry.object_type > _FIRST_KIND.c.kind)
_KINDS = _FIRST_KIND.union_all(select(_NEXT_KIND.scalar_subquery()).where(_FIRST_KIND.c.kind.is_not(None)))
_OBJECT_TYPES = select(_KINDS.c.kind).where(_KINDS.c.kind.is_not(None)).order_by(_KINDS.c.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which entries; None means any. `date_to` is the first instant that is too late."""

    object_type: str | None = None
    object_id: str | None = None
    actor: str | None = None
    action: str | None = None
    date_from: datetime | None = None
    date_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One act. `before` and `after` are as they were recorded, or None."""

    id: int
    date: datetime
    actor: str
    action: str
    object_type: str
    object_id: str | None
    before: Any
    after: Any
    reason: str | None
    request_id: str | None


def list_entries(wanted: AuditFilter, page: int, limit: int) -> Page[AuditRow]:
    """One page of the entries that are wanted, newest first."""
    conditions = _conditions(wanted)
    count = db.session.execute(select(func.count()).select_from(AuditEntry).where(*conditions)).scalar_one()
    return take_page(page, limit, count, lambda offset, size: _rows(conditions, offset, size))


def newest(wanted: AuditFilter, most: int) -> list[AuditRow]:
    """The newest entries that are wanted, for an export."""
    return _rows(_conditions(wanted), 0, most)


def entries_of(object_type: str, object_id: int | str) -> list[AuditRow]:
    """The newest entries about one object, newest first."""
    wanted = AuditFilter(object_type=object_type, object_id=str(object_id))
    return _rows(_conditions(wanted), 0, MOST_OF_OBJECT)


def entries_where(condition: ColumnElement[bool]) -> list[AuditRow]:
    """The newest entries that the condition holds for, newest first."""
    return _rows([condition], 0, MOST_OF_OBJECT)


def entries_by_id(ids: Collection[int]) -> dict[int, AuditRow]:
    """These entries, by id."""
    found = _rows([AuditEntry.id.in_(ids)], 0, len(ids)) if ids else []
    return {one.id: one for one in found}


def entry(entry_id: int) -> AuditRow:
    """The entry of that id. Raises NotFound."""
    found = _rows([AuditEntry.id == entry_id], 0, 1)
    if not found:
        raise NotFound("audit entry", entry_id)
    return found[0]


def object_types() -> list[str]:
    """The kinds of objects that entries are about, each found by one step through the index."""
    return list(db.session.execute(_OBJECT_TYPES).scalars())


def _conditions(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    found = equal_to(
        {
            AuditEntry.object_type: wanted.object_type,
            AuditEntry.object_id: wanted.object_id,
            AuditEntry.actor: wanted.actor,
            AuditEntry.action: wanted.action,
        }
    )
    if wanted.date_from is not None:
        found.append(AuditEntry.date >= wanted.date_from)
    if wanted.date_to is not None:
        found.append(AuditEntry.date < wanted.date_to)
    return found


def _rows(conditions: Sequence[ColumnElement[bool]], offset: int, limit: int) -> list[AuditRow]:
    rows = db.session.execute(
        select(
            AuditEntry.id,
            AuditEntry.date,
            AuditEntry.actor,
            AuditEntry.action,
            AuditEntry.object_type,
            AuditEntry.object_id,
            AuditEntry.before,
            AuditEntry.after,
            AuditEntry.reason,
            AuditEntry.request_id,
        )
        .where(*conditions)
        .order_by(AuditEntry.id.desc())
        .offset(offset)
        .limit(limit)
    )
    return [AuditRow(*row) for row in rows]
