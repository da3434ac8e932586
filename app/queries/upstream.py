"""How far the upstream is read, what went wrong with it, and which of its orders are kept away from here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select

from app.domain.errors import NotFound
from app.domain.upstream import FeedName, RecordState
from app.extensions import db
from app.models.columns import table
from app.models.upstream import UpstreamFeed, UpstreamOrder, UpstreamRun
from app.queries.paging import Page, take_page

SHOWN_STATES = (RecordState.QUARANTINED, RecordState.REFUSED, RecordState.DISMISSED)
_feeds, _runs, _records = table(UpstreamFeed).c, table(UpstreamRun).c, table(UpstreamOrder).c
_FEEDS = select(
    _feeds.name,
    _feeds.reading_date,
    _feeds.newest_date,
    _feeds.finished_date,
    _feeds.not_before_date,
    _feeds.lease_until,
)
_RECORD_COLUMNS = (
    _records.id,
    _records.omnitron_id,
    _records.number,
    _records.order_id,
    _records.state,
    _records.remote_modified_date,
    _records.field,
    _records.reason,
    _records.tries,
    _records.next_try_date,
    _records.created_date,
    _records.modified_date,
)


@dataclass(frozen=True, slots=True)
class Feed:
    """How far one way through the upstream's orders has come; every date is None before it happened."""

    name: str
    reading_date: datetime | None = None
    newest_date: datetime | None = None
    finished_date: datetime | None = None
    not_before_date: datetime | None = None
    lease_until: datetime | None = None

    def is_read_at(self, now: datetime) -> bool:
        """Whether a process is reading it now."""
        return self.lease_until is not None and self.lease_until > now


@dataclass(frozen=True, slots=True)
class RunRow:
    """One reading of the history. An `outcome` of None: it is under way."""

    id: int
    feed: str
    started_date: datetime
    finished_date: datetime | None
    outcome: str | None
    seen_count: int
    imported_count: int
    changed_count: int
    refused_count: int
    quarantined_count: int
    request_count: int
    trouble: str | None
    detail: str | None


@dataclass(frozen=True, slots=True)
class RecordRow:
    """An upstream order that is kept away, and why."""

    id: int
    omnitron_id: int | None
    number: str | None
    order_id: int | None
    state: str
    remote_modified_date: datetime | None
    field: str | None
    reason: str | None
    tries: int
    next_try_date: datetime | None
    created_date: datetime
    modified_date: datetime


@dataclass(frozen=True, slots=True)
class RecordDetail:
    """A kept-away order with the record as it came; `raw` is None where none could be kept."""

    row: RecordRow
    raw: Any

    @property
    def omnitron_id(self) -> int | None:
        """The upstream's number for it."""
        return self.row.omnitron_id


def feeds() -> Mapping[str, Feed]:
    """Both ways through the upstream's orders, also before the first reading."""
    found = {row.name: Feed(*row) for row in db.session.execute(_FEEDS)}
    return {name.value: found.get(name.value, Feed(name.value)) for name in FeedName}


def is_sync_due(now: datetime, every: timedelta) -> bool:
    """Whether it is time to look for changes: an interrupted reading goes on at once."""
    feed = feeds()[FeedName.CHANGES]
    if feed.not_before_date is not None and feed.not_before_date > now:
        return False
    return feed.reading_date is not None or feed.finished_date is None or feed.finished_date + every <= now


def is_sweep_due(now: datetime, every: timedelta) -> bool:
    """Whether everything is to be read again, or such a reading was interrupted.

    Not before the changes have been read to the end once: that reads everything.
    """
    feed = feeds()[FeedName.SWEEP]
    if feed.reading_date is not None:
        return True
    return feed.finished_date is not None and feed.finished_date + every <= now


def recent_runs(most: int) -> Sequence[RunRow]:
    """The last readings, newest first."""
    columns = [_runs[name] for name in RunRow.__dataclass_fields__]
    found = select(*columns).order_by(_runs.started_date.desc(), _runs.id.desc()).limit(most)
    return [RunRow(*row) for row in db.session.execute(found)]


def counts_by_state() -> dict[str, int]:
    """How many upstream orders are in which of the states that somebody may want to look at."""
    counting = (
        select(_records.state, func.count().label("how_many"))
        .where(_records.state.in_([state.value for state in SHOWN_STATES]))
        .group_by(_records.state)
    )
    found = {row.state: row.how_many for row in db.session.execute(counting)}
    return {state.value: found.get(state.value, 0) for state in SHOWN_STATES}


def list_records(state: str, text: str, page: int, limit: int) -> Page[RecordRow]:
    """One page of the upstream orders in that state, the newest first; `text` begins a number or is one."""
    conditions = [_records.state == state]
    if text:
        is_number = text.isascii() and text.isdigit() and len(text) < 19
        of_upstream = [_records.omnitron_id == int(text)] if is_number else []
        conditions.append(or_(_records.number.startswith(text, autoescape=True), *of_upstream))
    count = db.session.execute(select(func.count()).where(*conditions)).scalar_one()
    ordered = (
        select(*_RECORD_COLUMNS)
        .where(*conditions)
        .order_by(_records.modified_date.desc(), _records.id.desc())
    )

    def rows(offset: int, size: int) -> list[RecordRow]:
        return [_record(row) for row in db.session.execute(ordered.offset(offset).limit(size))]

    return take_page(page, limit, count, rows)


def get_record(record_id: int) -> RecordDetail:
    """One of them with what came. Raises NotFound."""
    wanted = select(*_RECORD_COLUMNS, _records.raw).where(_records.id == record_id)
    row = db.session.execute(wanted).one_or_none()
    if row is None:
        raise NotFound("upstream_order", record_id)
    return RecordDetail(_record(row[:-1]), row.raw)


def _record(columns: Any) -> RecordRow:
    return RecordRow(*columns)
