"""The stock feed through the API: all rows or none, every wrong row named, 10,000 rows in seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from flask import Flask
from sqlalchemy import event, func, insert, select

from app import clock, databases, models
from app.api.stock import Stored
from app.extensions import db
from app.models import AuditEntry, Fact, Package, Stock
from app.services import planning
from app.services.unit_of_work import unit_of_work
from tests import builders
from tests.api.client import ApiClient
from tests.databases import Backend
from tests.statements import counted

PATH = "/api/v1/oms/stock/"
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
Row = dict[str, Any]


def row(erp_code: str = "WH1", sku: str = "TS-M", stock_count: Any = "3") -> Row:
    return {"erp_code": erp_code, "sku": sku, "stock_count": stock_count}


@pytest.fixture
def shop(app: Flask) -> None:
    """Two locations and two products."""
    with app.app_context():
        for erp_code in ("WH1", "ST2"):
            builders.a_location(erp_code)
        for sku in ("TS-M", "TS-L"):
            builders.a_product(sku)


def counts(app: Flask) -> list[int]:
    with app.app_context():
        return list(db.session.scalars(select(Stock.stock_count).order_by(Stock.id)))


@pytest.mark.usefixtures("shop")
def test_what_locations_count_is_stored_under_one_instant(app: Flask) -> None:
    with app.app_context():
        key, _ = builders.a_token(builders.a_user("erp"), scope="write")
    with clock.at(NOW):
        rows = [row(), row("ST2", stock_count=2.5), row(sku="TS-L", stock_count=0)]
        answer = ApiClient(app, key=key).ask("POST", PATH, json=rows)
    assert answer.get_json() == {"stored": 3, "answered_date": "2026-11-20T08:00:00.000000Z"}
    assert msgspec.json.decode(answer.data, type=Stored)
    assert counts(app) == [3_00, 2_50, 0]
    with app.app_context():
        assert set(db.session.scalars(select(Stock.answered_date))) == {NOW}
        entry = db.session.scalars(select(AuditEntry)).one()
        assert (entry.actor, entry.action) == ("erp", "stock.recorded")
        assert entry.after == {"answers": 3, "erp_codes": ["ST2", "WH1"]}
        facts = db.session.scalars(select(Fact).order_by(Fact.id)).all()
        assert [fact.body["stock_count"] for fact in facts] == ["3.00", "2.50", "0.00"]


@pytest.mark.usefixtures("shop")
def test_a_later_feed_takes_the_place_of_an_earlier_and_the_last_row_of_one_place_counts(app: Flask) -> None:
    api = ApiClient(app)
    api.post(PATH, [row()])
    api.post(PATH, [row(stock_count="1"), row(stock_count="7.25")])
    assert counts(app) == [7_25]


@pytest.mark.usefixtures("shop")
def test_every_wrong_row_is_named_in_its_place_and_none_is_stored(app: Flask) -> None:
    found = ApiClient(app).post(PATH, [row(), row("XX"), row(sku="YY"), row()], 400)
    assert found == [
        {},
        {"erp_code": ["This field is 'XX', which no stock location has."]},
        {"sku": ["This field is 'YY', which no product has."]},
        {},
    ]
    assert counts(app) == []
    with app.app_context():
        assert db.session.scalar(select(func.count(Fact.id))) == 0
        assert db.session.scalar(select(func.count(AuditEntry.id))) == 0


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        (row(stock_count="-1"), "stock_count", "This field should not be negative."),
        (row(stock_count=-0.01), "stock_count", "This field should not be negative."),
        (row(stock_count="1.005"), "stock_count", "should be a number with at most two decimals"),
        (row(stock_count="many"), "stock_count", "should be a number with at most two decimals"),
        (row(stock_count=""), "stock_count", "should be a number with at most two decimals"),
        (row(stock_count="1e3"), "stock_count", "should be a number with at most two decimals"),
        (row(stock_count=True), "stock_count", "should be a number, or a number as text"),
        (row(stock_count=None), "stock_count", "should be a number, or a number as text"),
        (row(stock_count=10**13), "stock_count", "is too large"),
        (row(erp_code=""), "erp_code", "should not be empty"),
        (row(erp_code="x" * 101), "erp_code", "is longer than 100 characters"),
        (row(sku="x" * 256), "sku", "is longer than 255 characters"),
        (row(sku=17), "sku", "should be text"),
        ({"erp_code": "WH1", "sku": "TS-M"}, "stock_count", "This field is required."),
        ({}, "erp_code", "This field is required."),
        ("WH1", "non_field_errors", "should be a JSON object"),
    ],
)
def test_each_kind_of_wrong_row_says_why(app: Flask, wrong: Any, field: str, said: str) -> None:
    first, second = ApiClient(app).post(PATH, [row(), wrong], 400)
    assert first == {}
    assert list(second) == [field]
    assert said in second[field][0]
    assert counts(app) == []


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"erp_code": "WH1"}, "Expected a list of items."),
        ("WH1", "Expected a list of items."),
        ([], "Expected between 1 and 10,000 items."),
        ([row()] * 10_001, "Expected between 1 and 10,000 items."),
    ],
)
def test_what_is_no_feed_is_refused(app: Flask, body: Any, said: str) -> None:
    assert ApiClient(app).post(PATH, body, 400) == {"non_field_errors": [said]}
    assert counts(app) == []


@pytest.mark.usefixtures("shop")
def test_a_feed_may_be_larger_than_other_bodies_but_not_endless(app: Flask) -> None:
    api = ApiClient(app)
    padded = [row() | {"note": "x" * 300} for _ in range(10_000)]
    assert api.post(PATH, padded)["stored"] == 10_000
    text = b"[" + b" " * (8 * 1024 * 1024) + b"]"
    found = api.read(api.ask("POST", PATH, data=text, content_type="application/json"), 413)
    assert list(found) == ["detail"]


@pytest.mark.usefixtures("shop")
def test_a_manager_and_a_reading_token_feed_nothing(app: Flask) -> None:
    with app.app_context():
        location = db.session.scalars(select(models.StockLocation)).first()
        assert location is not None
    ApiClient(app, role="store_manager", locations=[location]).post(PATH, [row()], 403)
    ApiClient(app, scope="read").post(PATH, [row()], 403)
    assert counts(app) == []


@pytest.mark.usefixtures("shop")
def test_a_feed_tells_anew_why_packages_wait(app: Flask) -> None:
    with app.app_context():
        builders.a_scenario()
        product = db.session.scalars(select(models.Product).where(models.Product.sku == "TS-M")).one()
        planning.plan_order(builders.an_order(lines=[(product, 1_00)]).id, "order")
    ApiClient(app).post(PATH, [row()])
    with app.app_context():
        waiting = select(Package.cause).where(Package.state == "920")
        assert db.session.scalars(waiting).one() == "served_now"


def ten_thousand_products(app: Flask, prefix: str) -> list[Row]:
    skus = [f"{prefix}-{number}" for number in range(10_000)]
    with app.app_context(), unit_of_work():
        db.session.execute(insert(models.Product), [{"sku": sku, "name": sku} for sku in skus])
    return [row(sku=sku) for sku in skus]


@pytest.fixture
def lock_wait(app: Flask, backend: Backend, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Sets how many seconds a write waits for another one in this test."""
    with app.app_context():
        engine = db.engine
    patience = [float(databases.LOCK_WAIT_SECONDS)]

    def on_checkout(connection: Any, *_: object) -> None:
        connection.execute(f"SET lock_timeout = {int(patience[0] * 1000)}")

    def set_patience(seconds: float) -> None:
        patience[0] = seconds
        monkeypatch.setattr(databases, "LOCK_WAIT_SECONDS", seconds)

    if backend.name == "postgresql":
        event.listen(engine, "checkout", on_checkout)
    yield set_patience
    if backend.name == "postgresql":
        event.remove(engine, "checkout", on_checkout)
    engine.dispose()


@pytest.mark.usefixtures("shop")
def test_a_feed_that_waits_too_long_for_another_is_told_to_come_again(
    app: Flask, lock_wait: Callable[..., None]
) -> None:
    client = ApiClient(app)
    with app.app_context(), unit_of_work() as work:
        work.lock_stock(erp_codes=["WH1"], skus=["TS-M"])
        lock_wait(0.1)
        answer = client.ask("POST", PATH, json=[row()])
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
        assert "busy" in answer.get_json()["detail"]
    assert counts(app) == []
    client.post(PATH, [row()])
    assert len(counts(app)) == 1


@pytest.mark.usefixtures("shop")
def test_rows_that_nobody_knows_cost_no_statement_each(app: Flask) -> None:
    api, sent = ApiClient(app), []
    for number in (1, 2, 500):  # the first request notes that the token was used
        rows = [row("WH9"), *(row(sku=f"NO-{one}") for one in range(number))]
        with counted(app) as statements:
            answer = api.ask("POST", PATH, json=rows)
        assert answer.status_code == 400
        assert len(answer.get_json()) == len(rows)
        sent.append(len(statements))
    assert sent[1] == sent[2]


@pytest.mark.usefixtures("shop")
def test_two_feeds_of_ten_thousand_products_at_once_are_both_stored(
    app: Flask, lock_wait: Callable[..., None]
) -> None:
    lock_wait(100)  # on a busy machine the first takes longer than a second one usually waits for it
    feeds, keys, told = [ten_thousand_products(app, one) for one in "AB"], [], []
    keys = [ApiClient(app).key for _ in feeds]

    def feed(key: str, rows: list[Row]) -> None:
        told.append(ApiClient(app, key=key).post(PATH, rows)["stored"])

    threads = [threading.Thread(target=feed, args=one) for one in zip(keys, feeds, strict=True)]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert told == [10_000, 10_000]
    assert time.monotonic() - begun < 60, "a few seconds each; far more means a statement a row"
    assert len(counts(app)) == 20_000
