"""How long the demo world takes to load, and how many orders a second are planned and stored."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import msgspec
from sqlalchemy import select, update

from app import clock
from app.demo import world
from app.extensions import db
from app.models import Order, OrderItem
from app.services import planning
from app.services.unit_of_work import unit_of_work
from bench.worlds import ORDERS, demo_lines, fresh_application, load, table

BEFORE_APPROVAL, APPROVED = "350", "400"
KEPT = {"channel", "product", "cargo_company", "stock_location", "scenario", "stock", "order"}


def main() -> None:
    """Load the demo world, then plan its orders alone, in one transaction."""
    with fresh_application() as app, app.app_context():
        started = perf_counter()
        lines = demo_lines(clock.now())
        made = perf_counter() - started
        loaded = load(lines)
    table(
        ["what", "measured", "goal"],
        [
            ["lines of the demo world", f"{len(lines):,}", ""],
            ["making them", f"{made:.1f} s", ""],
            ["loading them on SQLite: a month with every act in it", f"{loaded:.1f} s", "≤ 60 s"],
            [
                f"{ORDERS:,} orders planned and stored on SQLite",
                f"{planned_a_second():.0f} orders/s",
                "≥ 150",
            ],
        ],
    )


def planned_a_second() -> float:
    """The demo's orders, stored without a plan and with stock enough, then planned one after another."""
    with fresh_application() as app, app.app_context():
        load([_unplanned(line) for line in world.lines(clock.now(), orders=ORDERS) if line["kind"] in KEPT])
        with unit_of_work(exclusive=True):
            for model in (Order, OrderItem):
                db.session.execute(update(model).where(model.state == BEFORE_APPROVAL).values(state=APPROVED))
        orders = list(db.session.scalars(select(Order.id).order_by(Order.id)))
        started = perf_counter()
        with unit_of_work(exclusive=True):
            for order_id in orders:
                planning.plan_order(order_id, "order")
        return len(orders) / (perf_counter() - started)


def _unplanned(line: dict[str, Any]) -> bytes:
    if line["kind"] == "order":
        line = {**line, "state": BEFORE_APPROVAL}
    if line["kind"] == "stock":
        line = {**line, "stock_count": "1000"}
    return msgspec.json.encode(line)
