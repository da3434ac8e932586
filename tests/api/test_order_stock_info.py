"""The stock log in the API: newest first, filters, exact counts, pages by blocks of time, and for whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select

from app import databases, models
from app.extensions import db
from app.models.columns import table
from tests import builders as build
from tests.api.client import ApiClient
from tests.statements import counted

PATH = "/api/v1/oms/order-stock-info/"
SEEN = datetime(2026, 11, 20, 8, tzinfo=UTC)
ENTRIES = table(models.StockLogEntry)

pytestmark = pytest.mark.usefixtures("db_session")


@pytest.fixture
def client(app: Flask) -> ApiClient:
    return ApiClient(app)


def text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def dates(page: dict[str, Any]) -> list[str]:
    return [row["date"] for row in page["results"]]


def entries(*moments: datetime, **fields: Any) -> models.StockLogEntry:
    """Entries at these instants, in one statement; the last of them."""
    attempts = [build.an_attempt() for _ in moments]
    first = build.a_log_entry(attempts[0], fields.pop("order", None) or build.an_order(), **_place(fields))
    with db.engine.connect() as connection:
        row = dict(connection.execute(select(ENTRIES).where(ENTRIES.c.id == first.id)).mappings().one())
    del row["id"]
    rows = [
        {**row, "attempt_id": attempt.id, "date": moment}
        for attempt, moment in zip(attempts, moments, strict=True)
    ]
    options = databases.write_options(db.engine.dialect.name)
    with db.engine.connect().execution_options(**options) as connection, connection.begin():
        connection.execute(delete(ENTRIES).where(ENTRIES.c.id == first.id))
        connection.execute(insert(ENTRIES), rows)
    return first


def _place(fields: dict[str, Any]) -> dict[str, Any]:
    return {"location": fields.pop("location", None) or build.a_location()}


def test_an_entry_says_who_saw_what(client: ApiClient) -> None:
    order = build.an_order(number="1001", lines=[(build.a_product("AKN-008"), 1_00)])
    build.a_log_entry(build.an_attempt(), order, build.a_location(), date=SEEN)
    item = order.items[0]
    assert client.get(PATH)["results"] == [
        {
            "date": "2026-11-20T08:00:00.000000Z",
            "order_item": {
                "pk": item.id,
                "sku": "AKN-008",
                "omnitron_id": item.omnitron_id,
                "order_number": "1001",
            },
            "stock_data": {
                "quantity": "-5.00",
                "unit_type": "quantity",
                "stock_count": "1.00",
                "reservation_count": "6.00",
            },
        }
    ]


def test_the_newest_come_first_whenever_they_were_stored(client: ApiClient) -> None:
    moments = [SEEN, SEEN + timedelta(days=9), SEEN - timedelta(days=400), SEEN + timedelta(microseconds=1)]
    entries(*moments)
    found = client.get(PATH)
    assert found["count"] == 4
    assert dates(found) == [text(moment) for moment in sorted(moments, reverse=True)]


@pytest.mark.parametrize("limit", [1, 3, 7])
def test_pages_go_by_blocks_of_time(client: ApiClient, limit: int) -> None:
    """Entries at one instant, around the edges of blocks and spans, and far away from all others."""
    edge = datetime.fromtimestamp((int(SEEN.timestamp()) >> 19) << 19, UTC)
    tick = timedelta(microseconds=1)
    moments = [edge - tick, edge, edge, edge + tick, edge + timedelta(seconds=4_096), SEEN]
    moments += [SEEN - timedelta(days=5 * 365), SEEN + timedelta(days=365), edge + timedelta(seconds=4_095)]
    entries(*moments)
    found: list[str] = []
    for page in range(1, -(-len(moments) // limit) + 1):
        answer = client.get(PATH, limit=limit, page=page)
        assert answer["count"] == len(moments)
        found += dates(answer)
    assert found == [text(moment) for moment in sorted(moments, reverse=True)]
    client.get(PATH, 404, limit=limit, page=len(moments) + 1)


def test_deleted_entries_are_neither_counted_nor_skipped(client: ApiClient) -> None:
    entries(*(SEEN + timedelta(hours=hour) for hour in range(6)))
    options = databases.write_options(db.engine.dialect.name)
    with db.engine.connect().execution_options(**options) as connection, connection.begin():
        connection.execute(delete(ENTRIES).where(ENTRIES.c.date > SEEN + timedelta(hours=2)))
    assert dates(client.get(PATH, limit=1, page=3)) == [text(SEEN)]
    assert client.get(PATH)["count"] == 3


def test_an_empty_log_has_one_page(client: ApiClient) -> None:
    assert client.get(PATH) == {"count": 0, "next": None, "previous": None, "results": []}
    client.get(PATH, 404, page=2)


def test_filters_keep_what_they_name(client: ApiClient) -> None:
    order, location = build.an_order(number="1001"), build.a_location("ST-9")
    entries(SEEN, SEEN + timedelta(hours=1), order=order, location=location)
    entries(SEEN, order=order)
    entries(SEEN, location=location)
    hot = {"order_number": "1001", "erp_code": "ST-9"}
    assert client.get(PATH, order_number="1001")["count"] == 3
    assert client.get(PATH, erp_code="ST-9")["count"] == 3
    assert dates(client.get(PATH, **hot)) == [text(SEEN + timedelta(hours=1)), text(SEEN)]
    assert dates(client.get(PATH, **hot, limit=1, page=2)) == [text(SEEN)]
    assert client.get(PATH, order_number="1002")["count"] == 0
    assert client.get(PATH, erp_code="st-9")["count"] == 0


def test_dates_of_filters_are_included(client: ApiClient) -> None:
    moments = [SEEN + timedelta(microseconds=number) for number in range(3)]
    entries(*moments)
    found = client.get(PATH, date__gte=text(moments[1]), date__lte=text(moments[1]))
    assert (found["count"], dates(found)) == (1, [text(moments[1])])
    assert client.get(PATH, date__gte="2026-11-20T11:00:00.000001")["count"] == 2  # the site's zone
    assert client.get(PATH, date__lte="2026-11-20")["count"] == 0


@pytest.mark.parametrize(("name", "value"), [("date__gte", "x"), ("date__lte", "2026-02-30"), ("limit", "x")])
def test_a_filter_that_makes_no_sense_is_refused_by_its_name(
    client: ApiClient, name: str, value: str
) -> None:
    assert list(client.get(PATH, 400, **{name: value})) == [name]


def test_a_store_manager_sees_what_was_seen_at_own_locations(app: Flask) -> None:
    location, order = build.a_location(), build.an_order(number="1001")
    entries(SEEN, SEEN, SEEN, order=order, location=location)
    entries(SEEN, order=order)
    client = ApiClient(app, role="store_manager", locations=[location])
    assert client.get(PATH)["count"] == client.get(PATH, order_number="1001")["count"] == 3
    assert len(client.get(PATH, limit=2, page=2)["results"]) == 1
    other = ApiClient(app, role="store_manager", locations=[build.a_location()])
    assert other.get(PATH)["count"] == 0


@pytest.mark.parametrize("parameters", [{}, {"order_number": "1001"}, {"order_number": "1001", "limit": 1}])
def test_statements_do_not_grow_with_the_log(app: Flask, client: ApiClient, parameters: Any) -> None:
    order = build.an_order(number="1001")
    entries(SEEN, order=order)
    client.get(PATH, **parameters)
    with counted(app) as few:
        client.get(PATH, **parameters)
    entries(*(SEEN + timedelta(days=day) for day in range(9)), order=order)
    with counted(app) as many:
        client.get(PATH, **parameters)
    assert many == few
    assert len(few) == 3
    with counted(app) as deep:
        client.get(PATH, **{**parameters, "limit": 3, "page": 3})
    assert len(deep) <= 4
