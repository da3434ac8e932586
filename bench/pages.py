"""Server time and statements of every page on the demo world: p50 and p95, one request after another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter

from flask.testing import FlaskClient
from sqlalchemy import event, select

from app import clock
from app.cli.demo import DEMO_PASSWORD
from app.domain.access import Role
from app.extensions import db
from app.models import Order, Package
from app.queries.navigation import DEMO_USERNAME
from app.services import users
from bench.worlds import demo_lines, fresh_application, load, table

REQUESTS = 60
LIST_MS, INVESTIGATION_MS = 50, 100
LIST_STATEMENTS, INVESTIGATION_STATEMENTS = 6, 25


def main() -> None:
    """Load the demo world and ask for every page."""
    with fresh_application() as app:
        with app.app_context():
            load(demo_lines(clock.now()))
            users.create_user(DEMO_USERNAME, Role.OPERATOR, DEMO_PASSWORD)
            waiting = list(db.session.scalars(select(Package.id).where(Package.state == "920")))
            orders = list(db.session.scalars(select(Order.id).order_by(Order.id.desc()).limit(REQUESTS)))
            engine = db.engine
        client = app.test_client()
        client.post("/sign-in", data={"username": DEMO_USERNAME, "password": DEMO_PASSWORD})
        rows = []
        for name, paths, goal_ms, goal_statements in _pages(waiting, orders):
            with _counted(engine) as statements:
                times = [_timed(client, path) for path in paths]
            rows.append(_row(name, times, statements, goal_ms, goal_statements))
        table(["page", "p50 ms", "p95 ms", "goal", "statements", "goal"], rows)


def _pages(
    waiting: Sequence[int], orders: Sequence[int]
) -> Iterator[tuple[str, list[str], int | None, int | None]]:
    def same(path: str) -> list[str]:
        return [path] * REQUESTS

    yield "overview", same("/"), LIST_MS, None
    yield "orders, first page", same("/orders/"), LIST_MS, LIST_STATEMENTS
    yield "orders, searched by customer", same("/orders/?q=yilmaz"), LIST_MS, LIST_STATEMENTS
    yield "orders, by cause", same("/orders/?cause=outside_scenario"), LIST_MS, LIST_STATEMENTS
    yield "order", [f"/orders/{one}" for one in orders], None, None
    yield "out of stock", same("/packages/"), LIST_MS, LIST_STATEMENTS
    yield "out of stock, one cause", same("/packages/?cause=stale_reservation"), LIST_MS, LIST_STATEMENTS
    now = [f"/packages/{one}/explanation" for one in waiting]
    yield "investigation, now", now, INVESTIGATION_MS, INVESTIGATION_STATEMENTS
    then = [f"/packages/{one}/explanation?at=plan" for one in waiting]
    yield "investigation, as planned", then, INVESTIGATION_MS, INVESTIGATION_STATEMENTS
    yield "stock log", same("/stock-log/"), LIST_MS, LIST_STATEMENTS
    yield "scenarios", same("/scenarios/"), LIST_MS, None
    yield "locations", same("/locations/"), LIST_MS, None


def _timed(client: FlaskClient, path: str) -> float:
    started = perf_counter()
    answer = client.get(path)
    took = perf_counter() - started
    assert answer.status_code == 200, f"{path}: {answer.status}"
    return took * 1000


@contextmanager
def _counted(engine: object) -> Iterator[list[int]]:
    """Counts the statements of each request; a request begins when the last one ended."""
    counts = [0]

    def count(*_: object) -> None:
        counts[0] += 1

    event.listen(engine, "before_cursor_execute", count)
    try:
        yield counts
    finally:
        event.remove(engine, "before_cursor_execute", count)


def _row(
    name: str, times: list[float], statements: list[int], goal_ms: int | None, goal_statements: int | None
) -> list[str]:
    ordered = sorted(times)
    return [
        name,
        f"{ordered[len(ordered) // 2]:.1f}",
        f"{ordered[int(len(ordered) * 0.95)]:.1f}",
        f"≤ {goal_ms}" if goal_ms else "",
        f"{statements[0] / len(times):.1f}",
        f"≤ {goal_statements}" if goal_statements else "",
    ]
