"""Counters kept by triggers are exact whatever is written; versions of reference tables always move on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import Connection, func, insert, select, text, update

from app import databases, models
from app.extensions import db
from app.models import counter_triggers, counters
from app.models.columns import table
from app.models.triggers import create_triggers
from app.services.unit_of_work import unit_of_work
from tests import builders as build

pytestmark = pytest.mark.usefixtures("db_session")

ORDERS, LOG, COUNTERS = table(models.Order), table(models.StockLogEntry), table(models.Counter)
VERSIONED = sorted(counters.VERSIONED_TABLES.items())


@contextmanager
def _writing() -> Iterator[Connection]:
    options = databases.write_options(db.engine.dialect.name)
    with db.engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


def _sums(name: str) -> dict[int, int]:
    statement = select(COUNTERS.c.block, func.sum(COUNTERS.c.n)).where(COUNTERS.c.name == name)
    with db.engine.connect() as connection:
        rows = connection.execute(statement.group_by(COUNTERS.c.block)).all()
    return {block: int(n) for block, n in rows if n}


def _version(name: str) -> int:
    return _sums(name).get(0, 0)


def _store_orders(ids: range) -> None:
    """Orders of these ids, in one statement."""
    order = build.an_order(id=9_000_000, lines=[])
    with _writing() as connection:
        row = dict(connection.execute(select(ORDERS).where(ORDERS.c.id == order.id)).mappings().one())
        found = [{**row, "id": number, "number": f"N{number}"} for number in ids]
        connection.execute(insert(ORDERS), found)
        connection.execute(ORDERS.delete().where(ORDERS.c.id == order.id))


def test_orders_are_counted_by_blocks_and_spans_of_ids() -> None:
    _store_orders(range(4_090, 4_100))
    assert _sums(counters.ORDERS.blocks) == {0: 6, 1: 4}
    assert _sums(counters.ORDERS.spans) == {0: 10}


def test_deleted_orders_count_no_longer() -> None:
    _store_orders(range(4_090, 4_100))
    with _writing() as connection:
        connection.execute(ORDERS.delete().where(ORDERS.c.id < 4_097))
    assert _sums(counters.ORDERS.blocks) == {1: 3}
    assert _sums(counters.ORDERS.spans) == {0: 3}


def test_what_is_undone_was_never_counted() -> None:
    version = _version(counters.PRODUCTS)
    with pytest.raises(ZeroDivisionError), unit_of_work():
        build.an_order()
        raise ZeroDivisionError
    assert _sums(counters.ORDERS.blocks) == {}
    assert _version(counters.PRODUCTS) == version


def test_the_stock_log_is_counted_by_seconds_of_its_dates() -> None:
    order, location = build.an_order(), build.a_location()
    second = datetime(2026, 11, 20, tzinfo=UTC)
    for number, later in enumerate((0, 1, 5_000), 1):
        attempt = build.an_attempt(number=number) if number == 1 else build.an_attempt()
        build.a_log_entry(attempt, order, location, date=second + timedelta(seconds=later))
    seconds = int(second.timestamp())
    assert _sums(counters.STOCK_LOG.blocks) == {seconds >> 12: 2, (seconds + 5_000) >> 12: 1}
    assert _sums(counters.STOCK_LOG.spans) == {seconds >> 19: 3}


def test_an_entry_of_another_date_counts_there() -> None:
    entry = build.a_log_entry(build.an_attempt(), build.an_order(), build.a_location())
    with _writing() as connection:
        connection.execute(update(LOG).values(date=datetime(1969, 12, 31, 23, tzinfo=UTC)))
    assert entry.id
    assert _sums(counters.STOCK_LOG.blocks) == {-1: 1}
    assert _sums(counters.STOCK_LOG.spans) == {-1: 1}


@pytest.mark.parametrize(("name", "counter"), VERSIONED)
def test_a_version_moves_on_with_every_change(name: str, counter: str) -> None:
    _one_of_each()
    before = _version(counter)
    with _writing() as connection:
        connection.execute(text(f"UPDATE {name} SET id = id"))
    changed = _version(counter)
    assert changed > before
    with _writing() as connection:
        _unchecked(connection)
        connection.execute(text(f"DELETE FROM {name}"))
        removed = connection.execute(_sum_of(counter)).scalar_one()
        assert removed > changed
        connection.rollback()
    assert _version(counter) == changed


def test_orders_move_no_version() -> None:
    product = build.a_product()
    before = {counter: _version(counter) for counter in set(counters.VERSIONED_TABLES.values())}
    channel = build.a_channel()
    before[counters.CHANNELS] = _version(counters.CHANNELS)
    build.an_order(channel=channel, lines=[(product, 1_00)])
    assert {counter: _version(counter) for counter in before} == before


def test_counting_again_finds_the_same_and_mends_what_is_wrong() -> None:
    _store_orders(range(4_090, 4_100))
    counted, version = _sums(counters.ORDERS.blocks), _version(counters.PRODUCTS)
    with _writing() as connection:
        connection.execute(update(COUNTERS).where(COUNTERS.c.name == counters.ORDERS.blocks).values(n=77))
        create_triggers(connection)
    assert _sums(counters.ORDERS.blocks) == counted
    assert _version(counters.PRODUCTS) > version


def test_counters_stay_few_and_exact_while_several_write(app: Flask) -> None:
    """On PostgreSQL each order adds rows, which are folded while other writers add theirs."""
    channel = build.a_channel()

    def write() -> None:
        with app.app_context():
            for _ in range(100):
                build.an_order(channel=channel, lines=[])
            db.session.remove()

    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert _sums(counters.ORDERS.spans) == {0: 400}
    with db.engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(COUNTERS)).scalar_one() < 500


def test_dropping_the_triggers_leaves_none() -> None:
    with _writing() as connection:
        counter_triggers.drop(connection)
        assert _triggers(connection) == []
        connection.rollback()


def _triggers(connection: Connection) -> list[str]:
    listing = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'count%'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE tgname LIKE 'count%'",
    }[connection.dialect.name]
    return list(connection.execute(text(listing)).scalars())


def _one_of_each() -> None:
    build.a_district()
    build.a_channel()
    build.a_product(images=["https://example.com/1.jpg"])
    with _writing() as connection:
        for model in (models.PriceList, models.StockList):
            connection.execute(insert(table(model)), [{"name": "list"}])


def _sum_of(counter: str):  # type: ignore[no-untyped-def]
    return select(func.sum(COUNTERS.c.n)).where(COUNTERS.c.name == counter)


def _unchecked(connection: Connection) -> None:
    """Rows that others refer to may go: the transaction is undone in any case."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
    else:
        for name in counters.VERSIONED_TABLES:
            connection.execute(text(f"ALTER TABLE {name} DISABLE TRIGGER ALL"))
            connection.execute(text(f"ALTER TABLE {name} ENABLE TRIGGER USER"))
