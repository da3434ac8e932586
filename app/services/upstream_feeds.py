"""Who reads the upstream's orders now, how far they are, and the history of readings. Asks nobody outside."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import RowMapping, Update, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app import clock
from app.clients.omnitron import OmnitronError
from app.domain.upstream import BEGINNING, FeedName, RunOutcome, begin_at
from app.extensions import db, run
from app.models.columns import table
from app.models.upstream import UpstreamFeed, UpstreamRun
from app.services import rows
from app.services.unit_of_work import UnitOfWork, unit_of_work

LEASE = timedelta(seconds=90)
"""Longer than one call with all its tries: later a reader counts as gone."""
HISTORY = timedelta(days=30)
QUIET_HISTORY = timedelta(hours=2)
"""Readings that found nothing are forgotten sooner: there is one a minute."""

_FEEDS, _RUNS = table(UpstreamFeed), table(UpstreamRun)
_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_LOCKED = select(_FEEDS).where(_FEEDS.c.name == bindparam("feed")).with_for_update()
_HOLD = (
    update(_FEEDS)
    .where(_FEEDS.c.name == bindparam("feed"), _FEEDS.c.lease_token == bindparam("token"))
    .values(lease_until=bindparam("until"))
)
_ADVANCE = _HOLD.values(reading_date=bindparam("reading"), newest_date=bindparam("newest"))
_COUNTS = ("imported_count", "changed_count", "refused_count", "quarantined_count")


class ReadingLost(Exception):
    """Somebody else reads this feed now."""


@dataclass(slots=True)
class Reading:
    """A reading that is under way: who it is, where it stands, what it has met."""

    feed: FeedName
    token: str
    run_id: int
    since: datetime
    newest: datetime | None
    counts: dict[str, int] = field(default_factory=dict)

    def count(self, what: str, how_many: int = 1) -> None:
        """One more was seen, imported, changed, refused, quarantined, or was a request."""
        self.counts[f"{what}_count"] = self.counts.get(f"{what}_count", 0) + how_many


def begin(feed: FeedName, *, take_over: bool = False, afresh: bool = False) -> Reading | None:
    """Become the reader of the feed, from where the last one stood; `afresh`: from the very beginning.

    None while somebody else is, or while the upstream wants to be left alone; `take_over` ignores both.
    """
    with unit_of_work():
        row, now = _locked(feed), clock.now()
        is_read = row["lease_until"] is not None and row["lease_until"] > now
        is_closed = row["not_before_date"] is not None and row["not_before_date"] > now
        if (is_read or is_closed) and not take_over:
            return None
        _close_left(feed)
        token = str(uuid4())
        # A sweep always begins at the beginning, unless it was interrupted.
        newest = None if feed is FeedName.SWEEP or afresh else row["newest_date"]
        since = BEGINNING if afresh else begin_at(row["reading_date"], newest)
        rows.change(
            _FEEDS,
            row["id"],
            {
                "lease_token": token,
                "lease_until": now + LEASE,
                "reading_date": since,
                "not_before_date": None,
            },
        )
        counts = dict.fromkeys(("seen_count", "request_count", *_COUNTS), 0)
        run_id = rows.add(_RUNS, {"feed": feed.value, "started_date": now, **counts})
        return Reading(feed, token, run_id, since, row["newest_date"])


def advance(reading: Reading, seen: datetime) -> None:
    """Everything changed before `seen` is read. In the open unit of work, with what was read.

    Raises ReadingLost. A date in the future counts as now, or nothing would be read until then.
    """
    now = clock.now()
    reached = min(seen, now)
    reading.newest = max(reading.newest or reached, reached)
    _stay(_ADVANCE, reading, {"reading": reached, "newest": reading.newest})


def hold(reading: Reading) -> None:
    """Remain the reader without coming further. Raises ReadingLost."""
    with unit_of_work():
        _stay(_HOLD, reading, {})


def _stay(statement: Update, reading: Reading, values: dict[str, Any]) -> None:
    until = clock.now() + LEASE
    keys = {"feed": reading.feed.value, "token": reading.token, "until": until}
    if not run(statement, {**keys, **values}).rowcount:
        raise ReadingLost


def finish(reading: Reading) -> None:
    """It came to the end: the next one looks back a little."""
    with unit_of_work():
        now = clock.now()
        _release(reading, {"reading_date": None, "finished_date": now, "newest_date": reading.newest})
        _close(reading, RunOutcome.FINISHED)
        if reading.feed is FeedName.CHANGES and reading.since == BEGINNING:
            sweep = _locked(FeedName.SWEEP)
            rows.change(_FEEDS, sweep["id"], {"finished_date": now, "reading_date": None})
        _forget_old_runs(now)


def pause(reading: Reading) -> None:
    """Others get their turn; the next reading goes on here."""
    with unit_of_work():
        _release(reading, {})
        _close(reading, RunOutcome.PAUSED)


def fail(reading: Reading, error: OmnitronError) -> None:
    """It cannot go on: the upstream does not answer, or not to us."""
    with unit_of_work():
        wait = timedelta(seconds=error.retry_after) if error.retry_after else None
        _release(reading, {"not_before_date": clock.now() + wait if wait else None})
        _close(reading, RunOutcome.FAILED, {"trouble": error.trouble.value, "detail": error.detail})


def start_at(newest: datetime) -> None:
    """Count everything changed before that instant as read, on both ways; for a world that begins there."""
    with unit_of_work():
        for feed in FeedName:
            row = _locked(feed)
            rows.change(_FEEDS, row["id"], {"newest_date": newest, "finished_date": newest})


def _locked(feed: FeedName) -> RowMapping:
    insert = _INSERTS[db.session.connection().dialect.name](_FEEDS)
    run(insert.on_conflict_do_nothing(index_elements=["name"]), {"name": feed.value})
    return run(_LOCKED, {"feed": feed.value}).mappings().one()


def _release(reading: Reading, values: dict[str, Any]) -> None:
    row = _locked(reading.feed)
    if row["lease_token"] == reading.token:
        rows.change(_FEEDS, row["id"], {**values, "lease_token": None, "lease_until": None})


def _close(reading: Reading, outcome: RunOutcome, values: dict[str, Any] | None = None) -> None:
    closed = {"finished_date": clock.now(), "outcome": outcome.value, **reading.counts, **(values or {})}
    rows.change(_RUNS, reading.run_id, closed)


def _close_left(feed: FeedName) -> None:
    """Runs whose process went away."""
    left = (_RUNS.c.feed == feed.value, _RUNS.c.outcome.is_(None))
    run(update(_RUNS).where(*left).values(outcome=RunOutcome.INTERRUPTED.value, finished_date=clock.now()))


def _forget_old_runs(now: datetime) -> None:
    run(delete(_RUNS).where(_RUNS.c.started_date < now - HISTORY))
    is_quiet = [_RUNS.c[name] == 0 for name in _COUNTS]
    is_fine = _RUNS.c.outcome == RunOutcome.FINISHED.value
    run(delete(_RUNS).where(_RUNS.c.started_date < now - QUIET_HISTORY, is_fine, *is_quiet))


def note(work: UnitOfWork, reading: Reading) -> None:
    """Store what was met so far, so that a page can show a long reading's progress."""
    rows.change(_RUNS, reading.run_id, reading.counts)
