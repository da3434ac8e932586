"""An upstream that fails, shifts and repeats itself while we are killed: everything comes exactly once.

`--long`: 5,000 orders and 10 kills (`-k 5000`), and 200,000 and 200; the usual run 200 and 2. `-s` shows
figures.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.demo.omnitron_faults import Switches
from app.extensions import db
from app.models import Order, OrderItem, UpstreamOrder
from tests.databases import Backend
from tests.forked_commands import Command
from tests.servers import environment, flask
from tests.upstreams import Json, StandIn, a_stand_in, a_whole_order

pytestmark = pytest.mark.faults

UNRELIABLE = Switches(errors=0.20, cut_bodies=0.05, shifting=0.30, repeated=0.30)
MOST_OF_IDEAL = 1.5
ROWS_OF_A_PAGE = 50


@dataclass(frozen=True)
class Tier:
    """How many orders, and how often the process is killed."""

    orders: int
    kills: int

    @property
    def junk(self) -> int:
        return max(4, self.orders // 200)

    @property
    def seconds(self) -> float:
        """How long it may take: a busy machine reads ten orders a second and starts for half a minute."""
        return self.orders / 10 + 30 * (self.kills + 2)

    def requests_before(self, kill: int) -> int:
        """How many requests come before that kill, counted from 1: at even steps of the way."""
        return self.orders * kill // (self.kills + 1)


SHORT, LONG, LONGEST = Tier(200, 2), Tier(5_000, 10), Tier(200_000, 200)


@pytest.mark.parametrize("tier", [SHORT, LONG, LONGEST], ids=lambda tier: str(tier.orders))
def test_killed_while_reading_an_unreliable_upstream_everything_is_here_once(
    app: Flask, backend: Backend, tmp_path: Path, request: pytest.FixtureRequest, tier: Tier
) -> None:
    if (tier is not SHORT) != request.config.getoption("--long"):
        pytest.skip("of the other tier")
    began = time.monotonic()
    with a_stand_in(*_orders(tier), switches=UNRELIABLE) as stand_in:
        _read_and_kill(stand_in, backend, tmp_path, tier)
        _read_what_was_put_off(app, stand_in, backend, tmp_path, tier)
        _look_at_the_books(app, stand_in, tier)
    sent, ideal, took = stand_in.faults.requests, _ideal(stand_in, tier), time.monotonic() - began
    figures = f"{tier.kills} kills, {sent:,} requests, {sent / ideal:.2f} × ideal, 0 twice, {took:.0f} s"
    print(f"\n{backend.name}: {tier.orders:,} orders, {figures}")
    assert sent <= MOST_OF_IDEAL * ideal


def _orders(tier: Tier) -> Iterator[Json]:
    """All of them, with junk in between: without a channel, without a number, with a broken date."""
    spoilt = ({"channel": None}, {"number": None}, {"date_placed": "soon"}, {"orderitem_set": [{"pk": 1}]})
    every = tier.orders // tier.junk
    for pk in range(1, tier.orders + tier.junk + 1):
        is_junk = pk % (every + 1) == every
        yield a_whole_order(pk, **(spoilt[pk // every % len(spoilt)] if is_junk else {}))


def _is_junk(order: Json) -> bool:
    items = order["orderitem_set"]
    broken = order["channel"] is None or order["number"] is None or order["date_placed"] == "soon"
    return broken or "product" not in items[0]


def _ideal(stand_in: StandIn, tier: Tier) -> int:
    """Each page once, each order once, and once more for each that changed while it was read."""
    rows = tier.orders + tier.junk + stand_in.faults.shifted
    return math.ceil(rows / ROWS_OF_A_PAGE) + rows


def _read_and_kill(stand_in: StandIn, backend: Backend, folder: Path, tier: Tier) -> None:
    """Start `flask sync` again and again; kill it as often as it is due, then let it come to the end."""
    until = time.monotonic() + tier.seconds
    for kill in range(1, tier.kills + 1):
        while not _killed_at(_start(stand_in, backend, folder), stand_in, tier.requests_before(kill)):
            assert time.monotonic() < until, f"only {kill - 1} kills after {tier.seconds} seconds"
    while _start(stand_in, backend, folder).wait(tier.seconds) != 0:
        assert time.monotonic() < until, f"not at the end after {tier.seconds} seconds"


def _read_what_was_put_off(app: Flask, stand_in: StandIn, backend: Backend, folder: Path, tier: Tier) -> None:
    """Whom nobody answered ten times is asked for again minutes later, as the periodic reading would."""
    while (due := _next_try(app)) is not None:
        time.sleep(max(0, (due - clock.now()).total_seconds()))
        _start(stand_in, backend, folder).wait(tier.seconds)


def _next_try(app: Flask) -> datetime | None:
    unanswered = UpstreamOrder.reason.startswith("cannot be fetched")
    with app.app_context():
        due = db.session.scalar(select(func.min(UpstreamOrder.next_try_date)).where(unanswered))
        db.session.remove()
    return due


def _start(stand_in: StandIn, backend: Backend, folder: Path) -> Command:
    settings = environment(backend.url, folder) | stand_in.settings
    return Command(flask("sync"), settings, folder / "sync.log")


def _killed_at(process: Command, stand_in: StandIn, requests: int) -> bool:
    """Whether it was killed, by SIGKILL, once so many requests had come; it may give up before."""
    while process.poll() is None:
        if stand_in.faults.requests >= requests:
            process.kill()
            return True
        time.sleep(0.01)
    return False


def _look_at_the_books(app: Flask, stand_in: StandIn, tier: Tier) -> None:
    with app.app_context():
        there = [stand_in.book.find(pk) for pk in stand_in.book.numbers()]
        good = {(one["pk"], one["number"]) for one in there if one and not _is_junk(one)}
        rows = db.session.execute(select(Order.omnitron_id, Order.number)).all()
        assert len(rows) == len(good) == tier.orders
        assert {tuple(row) for row in rows} == good
        items = db.session.execute(select(func.count(), func.count(OrderItem.omnitron_id.distinct()))).one()
        assert tuple(items) == (tier.orders, tier.orders)
        kept = select(UpstreamOrder.state, func.count()).group_by(UpstreamOrder.state)
        states = {row[0]: row[1] for row in db.session.execute(kept)}
        assert states == {"applied": tier.orders, "quarantined": tier.junk}
        newest = select(UpstreamOrder.omnitron_id, UpstreamOrder.remote_modified_date)
        versions = {row[0]: row[1] for row in db.session.execute(newest)}
        wrong = [one["pk"] for one in there if one and not _is_junk(one) and versions[one["pk"]] is None]
        assert not wrong
        db.session.remove()
