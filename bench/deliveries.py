"""Deliveries a second by one worker on SQLite, to a fast receiver on this machine that keeps a log."""

from __future__ import annotations

import tempfile
import time
from datetime import timedelta
from pathlib import Path
from statistics import median

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select

from app import create_app
from app.config import PROJECT_ROOT
from app.extensions import db
from app.models import WebhookAttempt, WebhookEvent
from app.services.webhook_delivery_loop import DeliveryLoop
from bench.worlds import table
from tests import outbox
from tests.faults.deliveries import owe, states
from tests.receivers import a_receiver

EVENTS, ROUNDS = 3_000, 3
GOAL = 300
SIGNING = "the same for all"
LONGEST = timedelta(minutes=2)


def main() -> None:
    """To one endpoint and to ten, with the usual slots and with more; every event signed."""
    rows = []
    for endpoints, slots in ((1, 8), (1, 64), (10, 8)):
        found = [_measured(endpoints, slots) for _ in range(ROUNDS)]
        speeds = [speed for speed, _ in found]
        took = median(duration for _, duration in found)
        figures = (f"{median(speeds):.0f}", f"≥ {GOAL}", f"{max(speeds):.0f}", f"{took:.0f}")
        rows.append([f"{endpoints}", f"{slots}", *figures])
    table(["endpoints", "slots of each", "deliveries/s", "goal", "best round", "mean answer ms"], rows)


def _measured(endpoints: int, slots: int) -> tuple[float, float]:
    """Deliveries a second from the start of the loop to the last result, and milliseconds of an attempt."""
    with tempfile.TemporaryDirectory(prefix="stocktrace-bench-", dir=PROJECT_ROOT / "instance") as name:
        folder = Path(name)
        app = _application(folder, slots)
        with app.app_context(), a_receiver(folder) as receiver:
            upgrade(directory=str(PROJECT_ROOT / "migrations"))
            for number in range(endpoints):
                hook = outbox.a_webhook(secret=SIGNING, target_url=receiver.url(f"ok/{number}"))
                owe(hook, EVENTS // endpoints)
            took = _delivered(app)
            duration = db.session.scalar(select(func.avg(WebhookAttempt.duration_ms)))
            sent = db.session.scalar(select(func.count()).select_from(WebhookEvent)) or 0
            assert len(receiver.received()) == sent, "something was sent twice"
            db.session.remove()
            db.engine.dispose()
        return sent / took, float(duration or 0)


def _application(folder: Path, slots: int) -> Flask:
    """On a disk, as the product is: what memory would save is mostly the waiting for commits."""
    return create_app(
        {
            "DATABASE_URL": f"sqlite:///{folder}/bench.db",
            "QUEUE_URL": "memory://",
            "INSTANCE_PATH": folder,
            "WEBHOOK_ALLOWED_NETWORKS": "127.0.0.0/8",
            "WEBHOOK_SLOTS": str(slots),
        }
    )


def _delivered(app: Flask) -> float:
    """Seconds until nothing is left to deliver."""
    loop, began = DeliveryLoop(app), time.monotonic()
    loop.start()
    while states().keys() != {"delivered"}:
        assert time.monotonic() - began < LONGEST.total_seconds(), states()
        time.sleep(0.1)
    took = time.monotonic() - began
    loop.stop()
    return took
