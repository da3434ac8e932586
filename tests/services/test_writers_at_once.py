"""Several writers at once, with real transactions: who waits for whom, and that no change is lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import OperationalError

from app import databases
from app.extensions import db
from app.models import Channel, Product
from app.services.stock_locks import GLOBAL_KEY, KEYS_OF_A_KIND, key_of, keys_of
from app.services.unit_of_work import unit_of_work
from tests.databases import Backend
from tests.processes import in_processes

ROUNDS = 25


def a_counter(app: Flask) -> None:
    with app.app_context(), unit_of_work():
        db.session.add(Product(sku="COUNTER", name="0"))


def counted(app: Flask) -> str:
    with app.app_context():
        return db.session.execute(select(Product.name)).scalar_one()


def in_threads(*works: Callable[[], None]) -> list[BaseException]:
    """Run all at once and wait; what they raised."""
    raised: list[BaseException] = []

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=guarded, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return raised


def test_processes_that_change_the_same_row_lose_nothing(app: Flask, backend: Backend) -> None:
    a_counter(app)
    assert in_processes("count_up", 2, backend.url, app.instance_path, ROUNDS) == [ROUNDS] * 2
    assert counted(app) == str(2 * ROUNDS)


def test_threads_that_read_before_they_write_lose_nothing(app: Flask) -> None:
    a_counter(app)

    def count_up() -> None:
        with app.app_context():
            for _ in range(ROUNDS):
                db.session.execute(select(Product)).scalars().all()  # an open read must not stand in the way
                with unit_of_work() as work:
                    work.lock_stock(skus=["COUNTER"])
                    seen = db.session.execute(select(Product.name)).scalar_one()
                    db.session.execute(update(Product).values(name=str(int(seen) + 1)))

    assert in_threads(*[count_up] * 4) == []
    assert counted(app) == str(4 * ROUNDS)


@contextmanager
def a_locked_database(backend: Backend) -> Iterator[None]:
    """Another process's transaction that holds the write lock."""
    module = databases.sqlite_module()
    other = module.connect(backend.url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def test_a_write_waits_for_a_lock_held_for_seconds(app: Flask, backend: Backend) -> None:
    if backend.name != "sqlite":
        pytest.skip("PostgreSQL has no lock on the whole database")

    def write() -> None:
        with app.app_context(), unit_of_work():
            db.session.add(Channel(name="Web"))

    def hold() -> None:
        with a_locked_database(backend):
            time.sleep(2)

    assert in_threads(hold, write) == []
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Channel)) == 1


def test_a_lock_held_too_long_is_an_unavailable_database(
    app: Flask, backend: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    if backend.name != "sqlite":
        pytest.skip("PostgreSQL has no lock on the whole database")
    with app.app_context(), a_locked_database(backend):
        db.session.connection().connection.driver_connection.execute("PRAGMA busy_timeout = 50")
        with pytest.raises(OperationalError) as caught, unit_of_work():
            pass
        assert databases.is_unavailable(caught.value)
        db.engine.dispose()


def test_reads_go_on_while_another_writes(app: Flask) -> None:
    with app.app_context(), unit_of_work():
        db.session.add(Channel(name="Web"))
        db.session.flush()
        before = time.monotonic()
        with app.app_context():
            assert db.session.scalar(select(func.count()).select_from(Channel)) == 0
        assert time.monotonic() - before < databases.LOCK_WAIT_SECONDS / 2


def test_writers_of_one_process_give_up_in_turn(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    if app.extensions["write_turn"] is None:
        pytest.skip("PostgreSQL writers need no turn")
    monkeypatch.setattr(databases, "LOCK_WAIT_SECONDS", 0.05)
    with (
        app.app_context(),
        unit_of_work(),
        app.app_context(),
        pytest.raises(databases.DatabaseBusy),
        unit_of_work(),
    ):
        pass
    with app.app_context(), unit_of_work():
        db.session.add(Channel(name="Web"))


def test_lock_numbers_are_the_same_in_every_process_and_release() -> None:
    assert key_of("TS-M") == 1305701025953675155
    assert keys_of(["TS-M"], ["TS-M"]) == {403, 915}
    assert len(keys_of(["A", "B"], ["A", "B"])) == 4


def test_a_feed_of_any_size_takes_a_number_of_locks_that_postgresql_has() -> None:
    codes = [str(number) for number in range(10_000)]
    assert len(keys_of(codes, codes)) == 2 * KEYS_OF_A_KIND
    assert GLOBAL_KEY not in keys_of(codes, codes)


def held_locks() -> list[int]:
    """Keys of the advisory locks this session holds alone."""
    rows = db.session.execute(
        text(
            "SELECT (classid::bigint << 32) | objid::bigint FROM pg_locks"
            " WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' AND pid = pg_backend_pid()"
        )
    )
    return sorted(rows.scalars())


def test_stock_is_locked_until_the_end_and_no_longer(app: Flask, backend: Backend) -> None:
    if backend.name != "postgresql":
        pytest.skip("on SQLite the write lock covers everything")
    with app.app_context():
        with unit_of_work() as work:
            work.lock_stock(skus=["A", "B", "A"], erp_codes=["WH1"])
            assert held_locks() == sorted(keys_of(["A", "B"], ["WH1"]))
            work.lock_stock(skus=["B"])
            assert held_locks() == sorted(keys_of(["A", "B"], ["WH1"]))
        assert held_locks() == []


def test_stock_locks_are_taken_in_one_order_whatever_was_asked(app: Flask, backend: Backend) -> None:
    if backend.name != "postgresql":
        pytest.skip("on SQLite the write lock covers everything")
    asked = [[f"SKU-{number}" for number in range(40)], [f"SKU-{number}" for number in reversed(range(40))]]

    def lock_all(skus: list[str]) -> Callable[[], None]:
        def work_on() -> None:
            for _ in range(ROUNDS):
                with app.app_context(), unit_of_work() as work:
                    work.lock_stock(skus=skus)

        return work_on

    assert in_threads(*(lock_all(skus) for skus in asked)) == []


def test_an_exclusive_unit_waits_for_the_others_and_keeps_them_out(app: Flask, backend: Backend) -> None:
    if backend.name != "postgresql":
        pytest.skip("on SQLite every unit is alone")
    ended: list[str] = []
    begun = threading.Event()

    def load() -> None:
        with app.app_context(), unit_of_work(exclusive=True):
            begun.set()
            time.sleep(0.3)
            ended.append("load")

    def write() -> None:
        begun.wait(10)
        with app.app_context(), unit_of_work():
            ended.append("write")

    assert in_threads(load, write) == []
    assert ended == ["load", "write"]


def test_ordinary_units_do_not_wait_for_each_other_on_postgresql(app: Flask, backend: Backend) -> None:
    if backend.name != "postgresql":
        pytest.skip("on SQLite every unit is alone")
    with app.app_context(), unit_of_work() as outer:
        outer.lock_stock(skus=["A"])
        with app.app_context(), unit_of_work() as other:
            other.lock_stock(skus=["B"])
            held = db.session.scalar(
                text(
                    "SELECT count(*) FROM pg_locks JOIN pg_database AS here ON here.oid = pg_locks.database"
                    " WHERE locktype = 'advisory' AND mode = 'ShareLock'"
                    " AND here.datname = current_database()"
                )
            )
    assert held == 2
    assert GLOBAL_KEY not in keys_of(["A", "B"], [])
