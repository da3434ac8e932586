"""Server time, statements and weight of every page on the demo world, one request after another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter, process_time

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from app import clock
from app.cli.demo import ACCOUNTS, DEMO_PASSWORD, MANAGED
from app.domain.access import Role
from app.extensions import db
from app.models import Order, Package, User
from app.services import audit, users
from bench.weights import Weights
from bench.worlds import demo_lines, fresh_application, load, table
from tests import page_list
from tests.furniture import furnish

REQUESTS = 60
LIST_MS, INVESTIGATION_MS = 50, 100
LIST_STATEMENTS, INVESTIGATION_STATEMENTS = 6, 25
LIGHT_LISTS = ("orders", "out-of-stock", "stock-log")
FIRST_VISIT_KB, NEXT_PAGE_KB = 350, 30
HEADER = [
    "page",
    "p50 ms",
    "p95 ms",
    "of the processor",
    "goal",
    "statements",
    "goal",
    "first visit KB",
    "next page KB",
]


@dataclass(frozen=True)
class Asked:
    """One row of the table: what is asked for in turn, by whom, and what it must not exceed."""

    name: str
    paths: list[str]
    role: Role | None = Role.OPERATOR
    goal_ms: int | None = LIST_MS
    goal_statements: int | None = None


def main() -> None:
    """Load the demo world with what people leave behind, and ask for every page."""
    with fresh_application() as app:
        with app.app_context():
            _make_world()
            engine = db.engine
            asked = [*_of_list(app), *_many()]
        clients = {role: _client(app, role) for role in (None, *Role)}
        weights = {role: Weights(clients[role], "/" if role else "/sign-in") for role in clients}
        rows = []
        for one in asked:
            with _counted(engine) as statements:
                times = [_timed(clients[one.role], path) for path in one.paths]
            rows.append(_row(one, times, statements[0], weights[one.role]))
        table(HEADER, rows)
        print(f"\nGoals of weight: a first visit ≤ {FIRST_VISIT_KB} KB, the next page ≤ {NEXT_PAGE_KB} KB.")


def _make_world() -> None:
    load(demo_lines(clock.now()))
    for name, role in ACCOUNTS.items():
        users.create_user(name, role, DEMO_PASSWORD, MANAGED if role is Role.STORE_MANAGER else ())
    administrator = db.session.scalars(select(User.id).where(User.role == Role.ADMINISTRATOR)).one()
    with audit.acting_as("demo-admin", administrator):
        furnish(administrator)


def _of_list(app: Flask) -> Iterator[Asked]:
    """Every page that has a picture, as who it is pictured for."""
    for page, path in page_list.addresses(app):
        is_investigation = page.endpoint == "explanations.show"
        goal_ms = INVESTIGATION_MS if is_investigation else LIST_MS if page.is_list else None
        statements = LIST_STATEMENTS if page.name in LIGHT_LISTS else None
        goal = INVESTIGATION_STATEMENTS if is_investigation else statements
        yield Asked(page.name, [path] * REQUESTS, page.role, goal_ms, goal)


def _many() -> Iterator[Asked]:
    """Pages whose time depends on what they show, asked for with many different things."""
    waiting = list(db.session.scalars(select(Package.id).where(Package.state == "920")))
    orders = db.session.scalars(select(Order.id).order_by(Order.id.desc()).limit(REQUESTS)).all()
    for name, query in (("searched by customer", "q=yilmaz"), ("by cause", "cause=outside_scenario")):
        path = f"/orders/?{query}"
        yield Asked(f"orders, {name}", [path] * REQUESTS, goal_statements=LIST_STATEMENTS)
    yield Asked("each of the newest orders", [f"/orders/{one}" for one in orders], goal_ms=None)
    for name, query in (("now", ""), ("as planned", "?at=plan")):
        paths = [f"/packages/{one}/explanation{query}" for one in waiting]
        goals = {"goal_ms": INVESTIGATION_MS, "goal_statements": INVESTIGATION_STATEMENTS}
        yield Asked(f"every investigation, {name}", paths, **goals)


def _client(app: Flask, role: Role | None) -> FlaskClient:
    client = app.test_client()
    name = next((name for name, one in ACCOUNTS.items() if one is role), None)
    if name is not None:
        answer = client.post("/sign-in", data={"username": name, "password": DEMO_PASSWORD})
        assert answer.status_code == 303, name
    return client


def _timed(client: FlaskClient, path: str) -> tuple[float, float]:
    """Milliseconds by the clock, and of the processor, which other work on the machine does not lengthen."""
    started, began = perf_counter(), process_time()
    answer = client.get(path)
    took, worked = perf_counter() - started, process_time() - began
    assert answer.status_code == 200, f"{path}: {answer.status}"
    return took * 1000, worked * 1000


@contextmanager
def _counted(engine: object) -> Iterator[list[int]]:
    """Counts the statements of the requests inside."""
    counts = [0]

    def count(*_: object) -> None:
        counts[0] += 1

    event.listen(engine, "before_cursor_execute", count)
    try:
        yield counts
    finally:
        event.remove(engine, "before_cursor_execute", count)


def _row(asked: Asked, times: list[tuple[float, float]], statements: int, weights: Weights) -> list[str]:
    by_clock, of_processor = (sorted(each) for each in zip(*times, strict=True))
    return [
        asked.name,
        f"{by_clock[len(times) // 2]:.1f}",
        f"{by_clock[int(len(times) * 0.95)]:.1f}",
        f"{of_processor[int(len(times) * 0.95)]:.1f}",
        f"≤ {asked.goal_ms}" if asked.goal_ms else "",
        f"{statements / len(times):.1f}",
        f"≤ {asked.goal_statements}" if asked.goal_statements else "",
        f"{weights.of_first_visit(asked.paths[0]) / 1024:.0f}",
        f"{weights.of_next_page(asked.paths[0]) / 1024:.1f}",
    ]
