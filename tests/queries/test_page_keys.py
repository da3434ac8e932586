"""Where a page of a long list begins: in the right block, with no more rows to skip than the block has."""

from __future__ import annotations

import pytest
from flask import Flask

from app.models.counters import BLOCK_BITS, ORDERS
from app.queries import counters, order_lists, page_keys, stock_log_lists
from app.queries.order_lists import OrderFilter
from app.queries.stock_log_lists import StockLogWanted
from tests import builders as build
from tests.statements import counted

BLOCK = 1 << BLOCK_BITS
IDS = (1, 2, BLOCK, BLOCK + 1, 700_000, 700_001)


@pytest.fixture(autouse=True)
def stored_orders(db_session: object) -> None:
    channel = build.a_channel()
    for order_id in IDS:
        build.an_order(id=order_id, channel=channel, lines=[])


def start_of(offset: int) -> page_keys.Start:
    spans = counters.read([ORDERS.spans])[ORDERS.spans]
    return page_keys.start_of(ORDERS, spans, offset)


@pytest.mark.parametrize("offset", range(len(IDS)))
def test_the_row_is_found_behind_the_bound(offset: int) -> None:
    start = start_of(offset)
    below = sorted((one for one in IDS if one < start.bound), reverse=True)
    assert below[start.skipped] == sorted(IDS, reverse=True)[offset]
    assert start.skipped < BLOCK


def test_a_row_that_went_meanwhile_is_behind_all_that_are_left() -> None:
    assert start_of(len(IDS)).skipped > len(IDS)
    found = order_lists.open_list(OrderFilter(), None)
    assert found.ids("-id", len(IDS), 10) == []
    assert stock_log_lists.open_list(StockLogWanted(), None).entries(10, 10) == []


def test_an_empty_list_has_no_row() -> None:
    assert page_keys.start_of(ORDERS, [], 1).skipped > 1


def test_the_first_page_asks_nothing_and_any_other_one_narrow_question(app: Flask) -> None:
    spans = counters.read([ORDERS.spans])[ORDERS.spans]
    with counted(app) as sent:
        page_keys.start_of(ORDERS, spans, 0)
        assert sent == []
        page_keys.start_of(ORDERS, spans, 5)
    assert len(sent) == 1
