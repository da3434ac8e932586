"""Broken books that no act leaves behind are found when something else breaks them."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import func, select, update

from app.extensions import db
from app.models.columns import table
from app.models.counters import ORDERS, STOCK_LOG, Counter
from app.models.stock_log import StockLogEntry
from app.queries import consistency
from app.services import planning
from app.services.unit_of_work import unit_of_work
from tests import builders


def a_planned_order() -> None:
    """One order at one location that had its unit, so that both long lists have a row."""
    shop, product = builders.a_location("WH1"), builders.a_product("TS-M")
    builders.a_stock(shop, product, 1_00)
    builders.a_scenario(name="Web", rules=[{"locations": [shop]}])
    planning.plan_order(builders.an_order(lines=[(product, 1_00)]).id, "order")


def test_a_counter_that_is_not_the_number_of_rows_is_found(app: Flask) -> None:
    with app.app_context():
        a_planned_order()
        assert db.session.execute(select(func.count()).select_from(table(StockLogEntry))).scalar() == 1
        assert list(consistency.findings()) == []
        with unit_of_work():
            db.session.execute(update(Counter).where(Counter.name == ORDERS.blocks).values(n=Counter.n + 1))
        (found,) = consistency.findings()
        assert found.check == "counter_unlike_its_list"
        assert found.row == f"name={ORDERS.blocks}, block=0, kept=2, rows=1"


def test_a_counter_that_is_not_there_and_one_of_nothing_are_found(app: Flask) -> None:
    with app.app_context():
        a_planned_order()
        moved = update(Counter).where(Counter.name == STOCK_LOG.spans).values(block=7)
        with unit_of_work():
            db.session.execute(moved)
        rows = sorted(one.row for one in consistency.findings())
        assert len(rows) == 2
        assert rows[1].endswith("block=7, kept=1, rows=0") or rows[0].endswith("block=7, kept=1, rows=0")
