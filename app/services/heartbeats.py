"""A sign of life of each process that delivers events, for /readyz. It decides nothing: leases do."""

from __future__ import annotations

import os
import socket
import time
from datetime import timedelta
from typing import Any
from uuid import uuid4

import structlog
from sqlalchemy import bindparam, delete, insert, update

from app import databases
from app.models.columns import table
from app.models.workers import Worker
from app.services import delivery_clock
from app.services.unit_of_work import brief_write

log = structlog.get_logger(__name__)

EVERY_SECONDS = 10.0
FORGOTTEN_AFTER = timedelta(hours=1)

_WORKERS = table(Worker)
_BEAT = update(_WORKERS).where(_WORKERS.c.name == bindparam("worker")).values(beat_date=bindparam("now"))
_BEGIN = insert(_WORKERS)
_END = delete(_WORKERS).where(_WORKERS.c.name == bindparam("worker"))
_FORGET = delete(_WORKERS).where(_WORKERS.c.beat_date < bindparam("before"))


class Heartbeat:
    """The signs of life of this process; one that cannot be written now is written next time."""

    def __init__(self) -> None:
        self._name = f"{socket.gethostname()[:60]}:{os.getpid()}:{uuid4().hex[:8]}"
        self._next_at = 0.0

    def beat(self) -> None:
        """Say that we are alive, if it is time to."""
        if time.monotonic() < self._next_at:
            return
        self._next_at = time.monotonic() + EVERY_SECONDS
        now = delivery_clock.now()
        with _NotNow(), brief_write() as connection:
            if connection.execute(_BEAT, {"worker": self._name, "now": now}).rowcount == 0:
                connection.execute(_BEGIN, {"name": self._name, "started_date": now, "beat_date": now})
            connection.execute(_FORGET, {"before": now - FORGOTTEN_AFTER})

    def end(self) -> None:
        """Say that we end."""
        with _NotNow(), brief_write() as connection:
            connection.execute(_END, {"worker": self._name})


class _NotNow:
    """A note that the database takes no time for may get lost."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: Any, error: BaseException | None, _trace: Any) -> bool:
        return error is not None and databases.is_unavailable(error)
