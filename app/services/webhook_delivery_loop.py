"""Delivers what is due, for as long as it runs: asks the database, sends in threads, writes results together.

The loop's own thread is the only one that writes. It sleeps until the next event is due or somebody nudges
it; a lost nudge costs POLL_SECONDS. Source: reliability.md, "Webhooks out".
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from queue import Empty, SimpleQueue

import structlog
from flask import Flask

from app.clients.webhook_sender import WebhookSender
from app.config import Settings
from app.domain.webhook_slots import shared_out
from app.domain.webhooks import AttemptOutcome
from app.extensions import db
from app.queries import due_events
from app.services import delivery_clock, webhook_claims, webhook_deliveries, webhook_results
from app.services.delivery_pace import Pace
from app.services.heartbeats import Heartbeat
from app.services.unit_of_work import unit_of_work
from app.services.webhook_claims import Claim
from app.services.webhook_results import Report

log = structlog.get_logger(__name__)

POLL_SECONDS = 0.5
EXPIRY_SECONDS = 1.0  # between two looks for leases that ran out
GATHER_SECONDS = 0.004  # for results that are written together
PAUSE_AFTER_TROUBLE = 1.0  # seconds; the database was locked or gone
MOST_THREADS = 256
MOST_AT_A_TIME = 64  # events that one transaction takes


class DeliveryLoop:
    """A loop and its senders. `start` and `stop` it once each."""

    def __init__(self, app: Flask) -> None:
        settings: Settings = app.extensions["settings"]
        slots = settings.webhook_slots
        self._app = app
        self._slots = slots
        self._deadline = settings.webhook_deadline.total_seconds()
        self._sender = WebhookSender(
            settings.webhook_deadline, settings.webhook_allowed_networks, slots, settings.trusted_ca_file
        )
        self._senders = ThreadPoolExecutor(MOST_THREADS, thread_name_prefix="deliver")
        self._pace = Pace()
        self._heartbeat = Heartbeat()
        self._thread = threading.Thread(target=self._run, name="deliveries", daemon=True)
        self._nudged = threading.Event()
        self._ends = threading.Event()
        self._finished: SimpleQueue[Report] = SimpleQueue()
        self._unwritten: list[Report] = []  # of a transaction that failed
        self._in_flight: Counter[int] = Counter()
        self._look_for_expired_at = 0.0

    def start(self) -> None:
        """Begin to deliver, in threads of this process."""
        self._thread.start()

    def nudge(self) -> None:
        """Something may be due: look at once."""
        self._nudged.set()

    def stop(self) -> None:
        """Take nothing new, let what is being sent end within its deadline, and write its results."""
        self._ends.set()
        self._nudged.set()
        self._thread.join(self._deadline + PAUSE_AFTER_TROUBLE * 5)
        self._senders.shutdown(wait=False, cancel_futures=True)
        self._sender.close()

    def _run(self) -> None:
        with self._app.app_context():
            while not self._ends.is_set():
                self._sleep(self._safe_turn(takes=True))
            until = time.monotonic() + self._deadline + PAUSE_AFTER_TROUBLE
            while (self._in_flight.total() or self._unwritten) and time.monotonic() < until:
                self._sleep(self._safe_turn(takes=False))
            self._heartbeat.end()

    def _sleep(self, seconds: float) -> None:
        if self._nudged.wait(seconds) and self._in_flight.total() > 1:
            time.sleep(GATHER_SECONDS)  # others end just now too
        self._nudged.clear()

    def _safe_turn(self, takes: bool) -> float:
        """A turn, and how long to wait for the next one; trouble with the database is waited for."""
        try:
            return self._turn(takes)
        except Exception:
            log.exception("deliveries_interrupted")
            db.session.rollback()
            return PAUSE_AFTER_TROUBLE
        finally:
            db.session.remove()

    def _turn(self, takes: bool) -> float:
        """Write what has ended and take what is due, in one transaction where there is either."""
        self._heartbeat.beat()
        self._close_expired()
        dates, now = (due_events.next_dates(), delivery_clock.now()) if takes else ({}, delivery_clock.now())
        due = [webhook_id for webhook_id, date in dates.items() if date <= now]
        reports = self._gathered()
        free = min(MOST_THREADS - self._in_flight.total(), MOST_AT_A_TIME)
        wanted = shared_out(due, self._in_flight, self._slots, free)
        claims: list[Claim] = []
        if reports or wanted:
            with unit_of_work():
                webhook_results.close(reports)
                claims = webhook_claims.claim(wanted) if wanted else []
            self._pace.settled(len(reports))
            self._unwritten.clear()
        self._send(claims)
        return 0.0 if claims else _until_next(dates, now)

    def _gathered(self) -> list[Report]:
        """Reports of threads that have ended; kept until they are written."""
        while True:
            try:
                report = self._finished.get_nowait()
            except Empty:
                return list(self._unwritten)
            self._unwritten.append(report)
            self._in_flight[report.webhook_id] -= 1

    def _send(self, claims: list[Claim]) -> None:
        for one in claims:
            self._in_flight[one.endpoint.webhook_id] += 1
            self._senders.submit(self._deliver, one)

    def _deliver(self, claim: Claim) -> None:
        """In a thread of its own. Whatever happens is reported: else its slot would never be free again."""
        report = Report(
            claim.event_id, claim.endpoint.webhook_id, claim.token, AttemptOutcome.OUTCOME_UNKNOWN
        )
        self._pace.begin()
        try:
            with self._app.app_context():
                report = webhook_deliveries.deliver(self._sender, claim, self._pace)
        except Exception:
            log.exception("delivery_failed", event_id=claim.event_id)
        finally:
            self._finished.put(report)
            self._nudged.set()

    def _close_expired(self) -> None:
        if time.monotonic() >= self._look_for_expired_at:
            webhook_results.close_expired()
            self._look_for_expired_at = time.monotonic() + EXPIRY_SECONDS


def _until_next(dates: dict[int, datetime], now: datetime) -> float:
    """Seconds until the next event is due; at most POLL_SECONDS, in case nobody nudges us."""
    coming = [(date - now).total_seconds() for date in dates.values() if date > now]
    return min([POLL_SECONDS, *coming])
