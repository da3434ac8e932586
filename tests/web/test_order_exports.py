"""The list of orders as a file: all that the filters find, safe in a spreadsheet, in steady memory."""

from __future__ import annotations

import csv
import io
import tracemalloc
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import insert

from app import models
from app.extensions import db
from app.models.columns import table
from app.queries import orders
from app.queries.orders import OrderFilter
from app.services.unit_of_work import unit_of_work
from app.web.csv_cells import csv_lines
from app.web.order_exports import record_of
from tests import builders
from tests.pages import PageClient
from tests.shops import Shop

pytestmark = pytest.mark.usefixtures("db_session")

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def lines(desk: PageClient, query: str = "") -> list[dict[str, str]]:
    answer = desk.client.get(f"/orders/export.csv?{query}")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))


def records(desk: PageClient, query: str = "") -> list[dict[str, Any]]:
    answer = desk.client.get(f"/orders/export.json?{query}")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    found: list[dict[str, Any]] = msgspec.json.decode(answer.get_data())
    return found


def many_orders(shop: Shop, count: int) -> None:
    """Orders without items, in one statement; two of each instant."""
    fields = {
        "channel_id": shop.channel.id,
        "state": "550",
        "payment_type": "wallet",
        "delivery_type": "standard",
    }
    stamps = {"created_date": NOON, "modified_date": NOON, "client_type": "web", "has_gift_box": False}
    rows = [
        {**fields, **stamps, "number": f"{n:06}", "date_placed": NOON + timedelta(seconds=n // 2)}
        for n in range(count)
    ]
    with unit_of_work():
        db.session.execute(insert(table(models.Order)), rows)


def test_a_file_holds_what_the_filters_find_in_the_list_s_order(desk: PageClient, shop: Shop) -> None:
    shop.an_order(number="1001", date_placed=NOON)
    shop.an_order(number="1002", date_placed=NOON, is_served=False)
    shop.an_order(number="1003", date_placed=NOON + timedelta(days=1))
    assert [one["number"] for one in lines(desk, "sort=-number")] == ["1003", "1002", "1001"]
    (row,) = lines(desk, "out_of_stock=yes&columns=number&page=7")
    assert (row["number"], row["cause"], row["customer"]) == (
        "1002",
        "out_of_stock_everywhere",
        "Işıl Çağlar",
    )
    assert row["date_placed"] == "2026-11-20T12:00:00.000000Z"
    (record,) = records(desk, "out_of_stock=yes")
    assert {name: "" if value is None else str(value) for name, value in record.items()} == row
    assert records(desk, "q=nothing+like+it") == []
    assert lines(desk, "q=nothing+like+it") == []


def test_no_cell_is_a_formula(desk: PageClient, shop: Shop) -> None:
    builders.an_order(channel=shop.channel, number="=HYPERLINK(1)", customer_id=shop.customer.id)
    assert [one["number"] for one in lines(desk)] == ["'=HYPERLINK(1)"]
    assert [one["number"] for one in records(desk)] == ["=HYPERLINK(1)"]


@pytest.mark.parametrize(
    "sort", ["number", "-number", "date_placed", "-date_placed", "channel", "-state", "modified"]
)
def test_chunks_follow_each_other_without_gap_or_repetition(shop: Shop, sort: str) -> None:
    many_orders(shop, 25)
    whole = [one.id for one in orders.list_orders(OrderFilter(), sort, 1, 100).rows]
    assert [one.id for one in orders.stream_orders(OrderFilter(), sort, chunk=4)] == whole


def test_memory_does_not_grow_with_the_file(shop: Shop) -> None:
    """Some chunks in, sending the rest takes no more than a chunk does."""
    many_orders(shop, 8_000)
    rows = orders.stream_orders(OrderFilter(), "-date_placed", chunk=500)
    pieces = csv_lines(record_of(row).values() for row in rows)
    for _ in range(1_200):
        next(pieces)
    tracemalloc.start()
    try:
        rest = sum(len(piece) for piece in pieces)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert rest > 800_000
    assert peak < 1_500_000, f"{peak:,} bytes for {rest:,}"
