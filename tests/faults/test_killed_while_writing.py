"""The site is killed in the middle of writing: what it acknowledged is there, all else is whole or absent.

`--long` kills 20 times, the usual run twice. Figures are printed with `-s`.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.domain.access import Role, Scope
from app.extensions import db
from app.models import Fact
from tests import builders
from tests.databases import Backend
from tests.faults import held_worlds
from tests.faults.held_worlds import SKUS
from tests.faults.sites import a_site

pytestmark = pytest.mark.faults

RESERVATIONS = 400
WRITERS = 4
FIRST_FEED = 5_000
"""Counts of feeds begin here, so that each feed is known by its number."""


@dataclass
class Writers:
    """Threads that release and feed as fast as they can, and remember what was acknowledged."""

    port: int
    token: str
    released: set[int] = field(default_factory=set)
    fed: set[int] = field(default_factory=set)
    statuses: Counter[int] = field(default_factory=Counter)
    is_over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._reservations = iter(random.Random(7).sample(range(1, RESERVATIONS + 1), RESERVATIONS))
        self._feeds = count(FIRST_FEED)
        self._turn = threading.Lock()
        self._threads = [threading.Thread(target=self._write) for _ in range(WRITERS)]

    def start(self) -> None:
        for one in self._threads:
            one.start()

    def wait_for_some(self) -> None:
        """Until a few more writes are acknowledged, so that each kill falls among some."""
        known, until = len(self.fed) + len(self.released), time.monotonic() + 60
        while len(self.fed) + len(self.released) < known + WRITERS and time.monotonic() < until:
            time.sleep(0.02)

    def stop(self) -> None:
        self.is_over.set()
        for one in self._threads:
            one.join(120)

    def _write(self) -> None:
        while not self.is_over.is_set():
            with self._turn:
                reservation, feed = next(self._reservations, None), next(self._feeds)
            if reservation is not None:
                body = {"reason": "killed while writing"}
                if self._post(f"/api/v1/oms/reservations/{reservation}/release/", body):
                    self.released.add(reservation)
            rows = [
                {"erp_code": "WH1", "sku": f"TS-{number}", "stock_count": str(feed)} for number in range(SKUS)
            ]
            if self._post("/api/v1/oms/stock/", rows):
                self.fed.add(feed)

    def _post(self, path: str, body: Any) -> bool:
        """Whether it was acknowledged. One that was cut off is not tried again: nobody knows what it did."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Authorization": f"Token {self.token}", "Content-Type": "application/json"}
        try:
            connection.request("POST", path, json.dumps(body), headers)
            answer = connection.getresponse()
            answer.read()
        except (HTTPException, OSError):
            time.sleep(0.05)
            return False
        finally:
            connection.close()
        self.statuses[answer.status] += 1
        return answer.status == 200


def rows_of_feeds(app: Flask) -> Counter[int]:
    """How many rows of each feed are in the journal."""
    with app.app_context():
        bodies = db.session.scalars(select(Fact.body).where(Fact.kind == "stock")).all()
        db.session.remove()
    counts = Counter(int(float(body["stock_count"])) for body in bodies)
    return Counter({feed: rows for feed, rows in counts.items() if feed >= FIRST_FEED})


def test_what_was_acknowledged_is_there_and_all_else_is_whole_or_absent(
    app: Flask, backend: Backend, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    kills = 20 if request.config.getoption("--long") else 2
    held_worlds.load(app, RESERVATIONS)
    with app.app_context():
        token, _ = builders.a_token(builders.a_user(role=Role.OPERATOR.value), scope=Scope.WRITE.value)
    with a_site(backend, tmp_path) as site:
        writers = Writers(site.port, token)
        writers.start()
        pauses = random.Random(3)
        for _ in range(kills):
            writers.wait_for_some()
            time.sleep(pauses.uniform(0, 0.5))
            site.kill()
            site.start()
        writers.wait_for_some()
        writers.stop()
    feeds, books = rows_of_feeds(app), held_worlds.books(app)
    print(
        f"\n{backend.name}: {kills} kills, {len(writers.released)} releases and {len(writers.fed)} feeds"
        f" acknowledged; stored besides: {len(books.released - writers.released)} releases,"
        f" {len(set(feeds) - writers.fed)} feeds"
    )
    assert set(writers.statuses) == {200}
    assert len(writers.fed) + len(writers.released) > kills
    assert writers.released <= books.released
    assert writers.fed <= set(feeds)
    assert set(feeds.values()) == {SKUS}
    assert books.are_whole, books
