"""What fault tests of deliveries share: workers as processes, many events, and what became of them."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import Flask
from sqlalchemy import func, insert, select

from app import clock
from app.domain.webhooks import EventType
from app.extensions import db
from app.models import Webhook, WebhookAttempt, WebhookEvent
from app.models.columns import table
from app.services import outbox
from app.services.unit_of_work import unit_of_work
from tests.forked_commands import Command
from tests.servers import environment, flask

ALLOWED = {"WEBHOOK_ALLOWED_NETWORKS": "127.0.0.0/8"}
FAST = {**ALLOWED, "WEBHOOK_DEADLINE": "1s", "WEBHOOK_LEASE": "3s", "WEBHOOK_SLOTS": "64"}


class Worker:
    """`flask worker` as a process that can be killed and started again."""

    def __init__(self, database_url: str, folder: Path, settings: Mapping[str, str]) -> None:
        self._environment = environment(database_url, folder) | settings
        self._log = folder / "worker.log"
        self.process = self._started()

    def kill(self) -> None:
        """As a power cut would."""
        self.process.kill()

    def start_again(self) -> None:
        """A new one in its place."""
        self.process = self._started()

    def end(self) -> int:
        """As a deployment would; its exit code."""
        self.process.terminate()
        return self.process.wait()

    def _started(self) -> Command:
        return Command(flask("worker"), self._environment, self._log)


@contextmanager
def a_worker(app: Flask, folder: Path, **settings: str) -> Iterator[Worker]:
    """A running worker on the application's database, with its keys; killed at the end."""
    own = app.extensions["settings"]
    keys = {"ENCRYPTION_KEYS": ",".join(own.encryption_keys)}
    worker = Worker(own.database_url, folder, {**keys, **FAST, **settings})
    try:
        yield worker
    finally:
        worker.kill()


def owe(webhook: Webhook, count: int, **fields: Any) -> None:
    """So many events, due now, in one transaction."""
    now = clock.now()
    rows = []
    for _ in range(count):
        uuid = str(uuid4())
        body = outbox.body(EventType.ORDER_CREATED, uuid, {"text": "ğ" * 300})
        dates = dict.fromkeys(("next_attempt_date", "created_date", "modified_date"), now)
        kept = {"uuid": uuid, "webhook_id": webhook.id, "request_payload": body, "state": "pending"}
        rows.append({**kept, "event_type": "order.created", "retry_count": 0, **dates, **fields})
    with unit_of_work():
        db.session.execute(insert(table(WebhookEvent)), rows)


def states() -> Counter[str]:
    """How many events are in which state."""
    db.session.rollback()
    rows = db.session.execute(select(WebhookEvent.state, func.count()).group_by(WebhookEvent.state))
    return Counter(dict(rows.all()))


def attempts_of() -> dict[str, list[WebhookAttempt]]:
    """The attempts of each event by its uuid, oldest first."""
    db.session.rollback()
    found: dict[str, list[WebhookAttempt]] = {
        uuid: [] for uuid in db.session.scalars(select(WebhookEvent.uuid))
    }
    rows = db.session.execute(
        select(WebhookEvent.uuid, WebhookAttempt)
        .join(WebhookAttempt, WebhookAttempt.event_id == WebhookEvent.id)
        .order_by(WebhookAttempt.id)
    )
    for uuid, attempt in rows:
        found[uuid].append(attempt)
    return found


def wait_until(holds: Callable[[], bool], seconds: float, what: str) -> None:
    """Look again and again; AssertionError when it never holds."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, f"not within {seconds} s: {what}"
        time.sleep(0.05)


def memory_of(process_id: int) -> int:
    """The highest memory in bytes that a process has ever used."""
    for line in Path(f"/proc/{process_id}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024
    raise AssertionError(os.strerror(0))
