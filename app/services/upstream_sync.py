"""Keeps up with the upstream: reads what changed, fetches what is new and stores each order by itself.

How far was read is stored with each order, so that a killed reader's work is taken up where it stood.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from app import clock, databases
from app.clients.omnitron import BrokenRecord, Omnitron, OmnitronError, Page, Summary, Trouble, WholeOrder
from app.config import settings
from app.domain.errors import Refused
from app.domain.upstream import BEGINNING, FeedName, Known, is_wanted
from app.queries import upstream as kept
from app.services import audit, upstream, upstream_feeds, upstream_orders, upstream_records
from app.services.unit_of_work import unit_of_work
from app.services.upstream_feeds import Reading, ReadingLost

ACTOR = "omnitron"
MOST_SILENCES = 3
"""So many orders in a row without an answer mean that the upstream is away, not that they are broken."""
_PASSING = frozenset({Trouble.SERVER_ERROR, Trouble.TIMEOUT, Trouble.CUT_BODY, Trouble.NOT_JSON})

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Report:
    """What one reading met. `is_left`: there is more, for another call. `error`: why it failed."""

    feed: FeedName
    counts: dict[str, int]
    is_left: bool = False
    error: str | None = None


class _TimeOver(Exception):
    """Others should get their turn."""


def sync(*, full: bool = False, seconds: float | None = None, take_over: bool = False) -> list[Report]:
    """Read what changed, and everything where that is due, was interrupted or is asked for (`full`).

    As far as `seconds` reach. `take_over`: also while another process reads or the upstream wants to be left
    alone. Raises Refused `no_upstream` where none is configured.
    """
    client = upstream.connection()
    if client is None:
        raise Refused("no_upstream")
    until = time.monotonic() + seconds if seconds is not None else None
    reports = []
    for feed in (FeedName.CHANGES, FeedName.SWEEP):
        if (
            feed is FeedName.CHANGES
            or full
            or kept.is_sweep_due(clock.now(), settings().omnitron_sweep_every)
        ):
            reading = upstream_feeds.begin(feed, take_over=take_over, afresh=full and feed is FeedName.SWEEP)
            if reading is not None:
                with audit.acting_as(ACTOR):
                    reports.append(_Reader(client, reading, until).read())
                if reports[-1].error or reports[-1].is_left:
                    break
    return reports


def is_due() -> bool:
    """Whether an upstream is configured and was not read for OMNITRON_SYNC_EVERY."""
    is_connected = settings().omnitron_url is not None
    return is_connected and kept.is_sync_due(clock.now(), settings().omnitron_sync_every)


def try_again(record_id: int) -> tuple[str, ...]:
    """Fetch a kept-away order now; what keeps it away still, if anything.

    Raises NotFound, Refused `record_settled`, `no_upstream`, and `record_nameless` where nobody could ask.
    """
    client, record = upstream.connection(), kept.get_record(record_id)
    if client is None:
        raise Refused("no_upstream")
    if record.omnitron_id is None:
        raise Refused("record_nameless")
    with unit_of_work() as work:
        upstream_records.kept_away(record_id)
        work.audit("upstream_order.tried_again", "upstream_order", record_id)
    try:
        whole = client.get_order(record.omnitron_id)
        return upstream_orders.apply_order(whole).refusals
    except BrokenRecord as broken:
        upstream_records.quarantine(broken)
        return (f"{broken.field} {broken.reason}",)
    except OmnitronError as error:
        return (f"Omnitron {error.detail}",)


class _Reader:
    """One reading of one feed. `until`: of time.monotonic(), None for as long as it takes."""

    def __init__(self, client: Omnitron, reading: Reading, until: float | None) -> None:
        self._client = client
        self._reading = reading
        self._until = until
        self._sent_before = client.requests_sent
        self._page_reaches: datetime | None = None
        self._unanswered: list[tuple[Summary, OmnitronError]] = []

    def read(self) -> Report:
        """Read to the end, as far as time and the upstream let it."""
        try:
            self._read_pages()
            self._settle_unanswered()
            self._try_due_again()
            self._count_requests()
            upstream_feeds.finish(self._reading)
            return self._report()
        except _TimeOver:
            self._count_requests()
            upstream_feeds.pause(self._reading)
            return self._report(is_left=True)
        except OmnitronError as error:
            self._count_requests()
            upstream_feeds.fail(self._reading, error)
            log.warning("upstream_reading_failed", trouble=error.trouble, detail=error.detail)
            return self._report(error=error.detail)
        except ReadingLost:
            return self._report(error="is being read by another process")

    def _read_pages(self) -> None:
        """From page to page by the last change seen, because numbered pages shift while orders change.

        Only where a whole page has one and the same date, the next one is asked for by its number.
        """
        since, number = self._reading.since, 1
        while True:
            page = self._client.changed_orders(since, number)
            self._take(page)
            if not page.has_next:
                return
            self._look_at_the_time()
            if not page.entries:
                raise OmnitronError(Trouble.UNEXPECTED, "says that more follows an empty page")
            reached = _last_date(page.entries)
            if reached is not None and reached > since:
                since, number = reached, 1
            else:
                number += 1

    def _take(self, page: Page) -> None:
        """All of a page; where it leads is stored also when nothing of it was new."""
        versions = upstream_records.known([upstream_records.key_of(entry) for entry in page.entries])
        self._page_reaches = reached = _last_date(page.entries)
        for key, entry in _in_order(page.entries):
            self._reading.count("seen")
            self._look_at(entry, versions.get(key))
        if reached is not None and not self._unanswered:
            with unit_of_work() as work:
                upstream_feeds.advance(self._reading, reached)
                self._count_requests()
                upstream_feeds.note(work, self._reading)

    def _look_at(self, entry: Summary | BrokenRecord, seen: Known | None) -> None:
        least = settings().min_order_omnitron_id
        if isinstance(entry, BrokenRecord):
            if seen is None:
                self._quarantine(entry)
        elif least is not None and entry.omnitron_id < least:
            return
        elif is_wanted(seen, entry.modified_date, clock.now()):
            self._fetch(entry)

    def _fetch(self, summary: Summary) -> None:
        try:
            whole = self._client.get_order(summary.omnitron_id)
        except BrokenRecord as broken:
            self._settle_unanswered()
            self._quarantine(broken)
        except OmnitronError as error:
            self._keep_waiting(summary, error)
        else:
            self._settle_unanswered()
            # No further than the page: a row out of its place must not let others be passed over.
            self._apply(whole, min(summary.modified_date, self._page_reaches or summary.modified_date))
        self._look_at_the_time()

    def _apply(self, whole: WholeOrder, seen: datetime | None) -> None:
        def advance(_work: object) -> None:
            if seen is not None:
                upstream_feeds.advance(self._reading, seen)

        try:
            applied = upstream_orders.apply_order(whole, advance)
            self._reading.count(applied.outcome.value)
        except BrokenRecord as broken:
            self._quarantine(broken)
        except ReadingLost:
            raise
        except Exception as error:
            if databases.is_unavailable(error):
                raise
            # A fault of ours in one order must not keep all others away.
            log.exception("upstream_order_failed", order=whole.summary.omnitron_id)
            self._quarantine(BrokenRecord("record", "could not be stored", whole.raw, whole.summary))

    def _quarantine(self, broken: BrokenRecord, *, is_passing: bool = False) -> None:
        if upstream_records.quarantine(broken, is_passing=is_passing):
            self._reading.count("quarantined")

    def _keep_waiting(self, summary: Summary, error: OmnitronError) -> None:
        """One order without an answer is its own trouble, several in a row are the upstream's."""
        if error.trouble is Trouble.NOT_FOUND:
            return  # it was deleted since the list was made
        if error.trouble in (Trouble.SIGN_IN_REFUSED, Trouble.THROTTLED, Trouble.UNREACHABLE):
            raise error
        self._unanswered.append((summary, error))
        if error.retryable and len(self._unanswered) >= MOST_SILENCES:
            raise error

    def _settle_unanswered(self) -> None:
        """Others were answered: keep these apart, to be tried again soon."""
        for summary, error in self._unanswered:
            broken = BrokenRecord("record", f"cannot be fetched: Omnitron {error.detail}", None, summary)
            self._quarantine(broken, is_passing=error.retryable)
        self._unanswered.clear()

    def _try_due_again(self) -> None:
        """Each broken order that is due by now, once: good ones may be behind any number of bad ones."""
        for omnitron_id in upstream_records.due():
            upstream_feeds.hold(self._reading)
            try:
                self._apply(self._client.get_order(omnitron_id), None)
            except BrokenRecord as broken:
                self._quarantine(broken)
            except OmnitronError as error:
                self._try_later(omnitron_id, error)
            self._look_at_the_time()

    def _try_later(self, omnitron_id: int, error: OmnitronError) -> None:
        if error.trouble is Trouble.NOT_FOUND:
            upstream_records.forget_gone(omnitron_id)
        elif error.trouble in _PASSING or not error.retryable:
            upstream_records.put_off(omnitron_id)
        else:
            raise error

    def _count_requests(self) -> None:
        sent = self._client.requests_sent
        self._reading.count("request", sent - self._sent_before)
        self._sent_before = sent

    def _look_at_the_time(self) -> None:
        if self._until is not None and time.monotonic() >= self._until:
            raise _TimeOver

    def _report(self, *, is_left: bool = False, error: str | None = None) -> Report:
        return Report(self._reading.feed, dict(self._reading.counts), is_left, error)


def _last_date(entries: Sequence[Summary | BrokenRecord]) -> datetime | None:
    """Where the page ends; a row that is there twice counts where it came first."""
    once = dict.fromkeys(entry for entry in entries if isinstance(entry, Summary))
    dates = [entry.modified_date for entry in once]
    return dates[-1] if dates else None


def _in_order(entries: Sequence[Summary | BrokenRecord]) -> list[tuple[str, Summary | BrokenRecord]]:
    """Each once, the oldest change first: a shifting list names some twice, and in the wrong place."""
    once = {upstream_records.key_of(entry): entry for entry in entries}
    return sorted(once.items(), key=lambda one: _date(one[1]))


def _date(entry: Summary | BrokenRecord) -> datetime:
    return entry.modified_date if isinstance(entry, Summary) else BEGINNING
