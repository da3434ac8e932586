"""Batches as they are watched: one with its counts, its rows by page, and the list of all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select

from app.domain.batches import CANCELLABLE, BatchState, RowState
from app.domain.errors import NotFound
from app.extensions import db
from app.models.batches import IS_STARTED, Batch, BatchRow
from app.models.columns import table
from app.queries.filters import equal_to
from app.queries.paging import Page, take_page

_batches, _rows = table(Batch), table(BatchRow)


@dataclass(frozen=True, slots=True)
class BatchHead:
    """A batch without its rows. `counts` has the number of rows in each state that occurs."""

    counts: Mapping[str, int]
    id: int
    kind: str
    title: Mapping[str, Any]
    reason: str
    back: str
    state: str
    planned_by: str
    created_date: datetime
    started_by: str | None
    started_date: datetime | None
    ended_date: datetime | None

    @property
    def total(self) -> int:
        """How many rows it has."""
        return sum(self.counts.values())

    @property
    def settled(self) -> int:
        """How many rows nothing is to be done about any more."""
        return self.total - self.counts.get(RowState.PLANNED, 0)

    @property
    def is_planned(self) -> bool:
        """Not begun yet."""
        return self.state == BatchState.PLANNED

    @property
    def is_running(self) -> bool:
        """Begun and not at its end: worth looking at again."""
        return self.state == BatchState.STARTED

    @property
    def can_cancel(self) -> bool:
        """Whether calling it off would keep anything from being done."""
        return self.state in CANCELLABLE


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One act: what it is about, what was foreseen, what became of it. `code` says why it was refused."""

    id: int
    position: int
    label: str
    arguments: Mapping[str, Any]
    expectation: Mapping[str, Any]
    is_required: bool
    state: str
    code: str | None
    params: Mapping[str, Any] | None
    result: Mapping[str, Any] | None
    settled_date: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchFilter:
    """Which batches; None means any."""

    state: str | None = None
    kind: str | None = None


def find_batch(batch_id: int) -> BatchHead:
    """The batch of that id. Raises NotFound."""
    row = db.session.execute(_heads().where(_batches.c.id == batch_id)).one_or_none()
    if row is None:
        raise NotFound("batch", batch_id)
    return BatchHead(_counts([batch_id])[batch_id], *row)


def list_batches(wanted: BatchFilter, page: int, limit: int) -> Page[BatchHead]:
    """One page of the batches that are wanted, newest first."""
    conditions = equal_to({_batches.c.state: wanted.state, _batches.c.kind: wanted.kind})
    counting = select(func.count()).select_from(_batches).where(*conditions)
    count = db.session.execute(counting).scalar_one()
    newest_first = _heads().where(*conditions).order_by(_batches.c.id.desc())
    return take_page(page, limit, count, lambda offset, size: _several(newest_first, offset, size))


def batch_rows(batch_id: int, state: str | None, page: int, limit: int) -> Page[BatchLine]:
    """One page of a batch's rows in their order; only those in `state` where one is named."""
    conditions = [_rows.c.batch_id == batch_id] + ([_rows.c.state == state] if state else [])
    counting = select(func.count()).select_from(_rows).where(*conditions)
    count = db.session.execute(counting).scalar_one()
    statement = _lines().where(*conditions).order_by(_rows.c.position)
    return take_page(page, limit, count, lambda offset, size: _page_of_lines(statement, offset, size))


def due_batches(now: datetime) -> list[int]:
    """Ids of those begun that nobody is working on: new ones, and those of a killed worker."""
    is_free = or_(_batches.c.lease_until.is_(None), _batches.c.lease_until <= now)
    statement = select(_batches.c.id).where(IS_STARTED, is_free).order_by(_batches.c.id)
    return list(db.session.execute(statement).scalars())


def _several(statement: Select[*tuple[Any, ...]], offset: int, limit: int) -> list[BatchHead]:
    found = db.session.execute(statement.offset(offset).limit(limit)).all()
    counts = _counts([row.id for row in found])
    return [BatchHead(counts[row.id], *row) for row in found]


def _page_of_lines(statement: Select[*tuple[Any, ...]], offset: int, limit: int) -> Sequence[BatchLine]:
    return [BatchLine(*row) for row in db.session.execute(statement.offset(offset).limit(limit))]


def _counts(batch_ids: Collection[int]) -> Mapping[int, dict[str, int]]:
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    statement = (
        select(_rows.c.batch_id, _rows.c.state, func.count())
        .where(_rows.c.batch_id.in_(batch_ids))
        .group_by(_rows.c.batch_id, _rows.c.state)
    )
    for batch_id, state, count in db.session.execute(statement):
        counts[batch_id][state] = count
    return counts


def _heads() -> Select[*tuple[Any, ...]]:
    return select(
        _batches.c.id,
        _batches.c.kind,
        _batches.c.title,
        _batches.c.reason,
        _batches.c.back,
        _batches.c.state,
        _batches.c.planned_by,
        _batches.c.created_date,
        _batches.c.started_by,
        _batches.c.started_date,
        _batches.c.ended_date,
    )


def _lines() -> Select[*tuple[Any, ...]]:
    return select(
        _rows.c.id,
        _rows.c.position,
        _rows.c.label,
        _rows.c.arguments,
        _rows.c.expectation,
        _rows.c.is_required,
        _rows.c.state,
        _rows.c.code,
        _rows.c.params,
        _rows.c.result,
        _rows.c.settled_date,
    )
