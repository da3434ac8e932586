"""A feed stores the last answers, all or nothing, and every row that cannot be used is named."""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.domain.errors import Invalid
from app.extensions import db
from app.models import AuditEntry, Fact, Package, Stock
from app.services import stock
from app.services.documents.events import StockDocument
from app.services.documents.values import Count
from tests.world.scripts import Script, a_shop, item, location, order, product, rows_stored

pytestmark = pytest.mark.usefixtures("db_session")


def answer(erp_code: str, count: int, sku: str = "TS-M") -> StockDocument:
    return StockDocument(erp_code=erp_code, sku=sku, stock_count=Count(count))


def test_a_feed_is_stored_at_once_and_tells_anew_why_packages_wait() -> None:
    script = Script(a_shop(WH1=0, ST2=0)).tell(**order("1", item(1)))
    script.load()
    with clock.at(script.at):
        stock.record_stock([answer("WH1", 2_50), answer("ST2", 0)])
    found = db.session.execute(select(Stock.stock_count, Stock.answered_date).order_by(Stock.id)).all()
    assert [tuple(row) for row in found] == [(2_50, script.at), (0, script.at)]
    assert db.session.scalars(select(Package.cause).where(Package.state == "920")).one() == "served_now"
    facts = db.session.scalars(select(Fact).where(Fact.kind == "stock").order_by(Fact.id)).all()[-2:]
    assert [fact.body["stock_count"] for fact in facts] == ["2.50", "0.00"]
    assert all(fact.stock_location_id and fact.product_id for fact in facts)
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.after) == ("stock.recorded", {"answers": 2, "erp_codes": ["ST2", "WH1"]})


def test_every_row_that_cannot_be_used_is_named_and_nothing_is_stored() -> None:
    Script(a_shop()).load()
    before = rows_stored()
    with pytest.raises(Invalid) as caught:
        stock.record_stock([answer("WH1", 1_00), answer("XX", 1_00), answer("WH1", 1_00, "YY")])
    assert set(caught.value.errors) == {"[1].erp_code", "[2].sku"}
    assert rows_stored() == before


def test_an_empty_feed_is_nothing() -> None:
    stock.record_stock([])
    assert rows_stored() == {}


def test_of_two_answers_for_one_place_the_last_counts() -> None:
    Script(a_shop()).load()
    stock.record_stock([answer("WH1", 1_00), answer("WH1", 7_00)])
    assert db.session.scalars(select(Stock.stock_count)).one() == 7_00


def test_feeds_of_the_same_places_in_opposite_orders_wait_for_each_other_and_not_for_ever(app: Flask) -> None:
    skus = [f"TS-{number}" for number in range(150)]
    Script([location("WH1"), *(product(sku) for sku in skus)]).load()
    start, rounds = threading.Barrier(4), range(5)
    raised: list[BaseException] = []

    def feed(count: int) -> None:
        with app.app_context():
            start.wait(30)
            try:
                for number in rounds:
                    # Each reads the places the other way round than the one before it.
                    order_of_skus = skus if (count + number) % 2 else skus[::-1]
                    stock.record_stock([answer("WH1", count, sku) for sku in order_of_skus])
            except BaseException as error:
                raised.append(error)
            db.session.remove()

    threads = [threading.Thread(target=feed, args=[count]) for count in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert raised == []
    counts = db.session.scalars(select(Stock.stock_count)).all()
    assert len(counts) == len(skus)
    assert len(set(counts)) == 1, "the last feed is there as a whole"
