"""Workers are killed again and again: no event is lost, few come twice, and the history is what happened.

`--long` kills 20 times in 10,000 events, the usual run twice in 300. Figures are printed with `-s`.
"""

from __future__ import annotations

import hashlib
import random
import time
from collections import Counter
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.domain.webhook_retries import TRIES
from app.extensions import db
from app.models import Webhook, WebhookAttempt, WebhookEvent
from tests import outbox
from tests.databases import Backend
from tests.faults.deliveries import FAST, Worker, a_worker, attempts_of, owe, states, wait_until
from tests.receivers import Receiver, a_receiver

pytestmark = pytest.mark.faults

A_TIME = 10  # events that are owed together
FEED_SECONDS = 0.1  # between two times
ENOUGH_TO_RATE = 10_000  # events: one in a hundred may come twice
SOON_AGAIN = {"choice": "fixed", "kwargs": {"seconds": 1}}


@pytest.fixture
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    """How many events, and how many kills."""
    return (10_000, 20) if request.config.getoption("--long") else (300, 2)


def test_killed_workers_lose_nothing_and_tell_the_truth(
    app: Flask, backend: Backend, tmp_path: Path, size: tuple[int, int]
) -> None:
    events, kills = size
    began = time.monotonic()
    with app.app_context(), a_receiver(tmp_path) as receiver:
        webhook = outbox.a_webhook(
            secret="s3cret-of-the-kills",
            target_url=receiver.url("ok", fails=30, hangs=5),
            retry_countdown_config=SOON_AGAIN,
        )
        with a_worker(app, tmp_path) as worker:
            for _ in range(kills):
                live_and_die(worker, webhook, events // kills)
            wait_until(lambda: all_final(events), 180, "every event is final")
            assert worker.end() == 0
        figures = compare(receiver, events, kills)
    print(f"\n{backend.name}: {events:,} events, {kills} kills, {figures}, {time.monotonic() - began:.0f} s")


def live_and_die(worker: Worker, webhook: Webhook, events: int) -> None:
    """So many events are owed bit by bit while the worker sends, and at some point it is killed."""
    before, rest = last_attempt(), events - A_TIME
    owe(webhook, A_TIME)
    wait_until(lambda: last_attempt() > before, 120, "the worker sends")
    last_breath = random.randrange(0, rest, A_TIME)
    for owed in range(0, rest, A_TIME):
        owe(webhook, min(A_TIME, rest - owed))
        time.sleep(FEED_SECONDS)
        if owed == last_breath:
            worker.kill()
            worker.start_again()


def last_attempt() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.coalesce(func.max(WebhookAttempt.id), 0))) or 0


def all_final(events: int) -> bool:
    found = states()
    return found["delivered"] + found["undelivered"] == events


def compare(receiver: Receiver, events: int, kills: int) -> str:
    """Our history against the receiver's own log; what was measured, in words."""
    received: dict[str, list[int | None]] = {}
    for line in receiver.received():
        received.setdefault(line["headers"]["webhook-id"], []).append(line["status"])
    history = attempts_of()
    assert len(history) == events
    assert received.keys() <= history.keys()
    outcomes: Counter[str] = Counter()
    for uuid, attempts in history.items():
        check_one(attempts, received.get(uuid, []))
        outcomes.update(str(one.outcome) for one in attempts)
    check_bytes(receiver)
    twice = sum(1 for statuses in received.values() if statuses.count(200) > 1)
    # Of few events, as many as a worker can have on their way when it is killed: on a busy machine a receiver
    # may have taken them all before we read one of its answers.
    most = events // 100 if events >= ENOUGH_TO_RATE else kills * int(FAST["WEBHOOK_SLOTS"])
    assert twice <= most, f"{twice} of {events} came twice"
    return f"0 lost, {twice} twice ({twice / events:.2%}), attempts {dict(outcomes)}"


def check_one(attempts: list[WebhookAttempt], received: list[int | None]) -> None:
    """Each answer we tell of was given; what else was received belongs to attempts we know less of."""
    assert all(one.outcome and one.finished_date for one in attempts), "an attempt is still open"
    told = Counter(one.response_http_status for one in attempts if one.outcome in ("delivered", "rejected"))
    got = Counter(received)
    assert told <= got, (told, got)
    unclear = [one for one in attempts if one.outcome not in ("delivered", "rejected")]
    assert (got - told).total() <= len(unclear), (received, [one.outcome for one in attempts])
    assert {one.outcome for one in attempts} <= {"delivered", "rejected", "timed_out", "outcome_unknown"}
    if attempts[-1].outcome == "delivered":
        assert [one.outcome for one in attempts].count("delivered") == 1
    else:
        assert len(attempts) == TRIES, "given up before its last try"


def check_bytes(receiver: Receiver) -> None:
    """Whatever came under an id was the stored payload, byte for byte."""
    payloads = db.session.execute(select(WebhookEvent.uuid, WebhookEvent.request_payload))
    sums = {uuid: hashlib.sha256(payload).hexdigest() for uuid, payload in payloads}
    for line in receiver.received():
        assert line["sha256"] == sums[line["headers"]["webhook-id"]]
