"""Lists that the vendor gave samples of: ours have the same fields in the same order, types and formats."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest
from flask import Flask

from app.api.order_shapes import OrderShape
from app.api.order_stock_info import StockLogShape
from app.api.paging import Page
from tests import builders as build
from tests.api.client import ApiClient
from tests.api.sample_orders import a_whole_order
from tests.contract.samples import assert_like, sample

ORDERS, STOCK_LOG = "/api/v1/oms/orders/", "/api/v1/oms/order-stock-info/"

pytestmark = pytest.mark.usefixtures("db_session")


def test_an_order_has_the_fields_of_the_sample(app: Flask) -> None:
    a_whole_order()
    found, expected = ApiClient(app).get(ORDERS), sample("order_list")
    _everything_is_there(found["results"][0])
    assert_like(found, expected)
    configurations = [one["results"][0]["channel"]["configuration"] for one in (found, expected)]
    assert configurations[0].keys() == configurations[1].keys()


def test_coordinates_have_eight_decimals_as_in_the_sample(app: Flask) -> None:
    a_whole_order()
    address = ApiClient(app).get(ORDERS)["results"][0]["billing_address"]
    for place in ("country", "city", "township", "district"):
        assert re.fullmatch(r"-?\d+\.\d{8}", address[place]["longitude"])
        assert re.fullmatch(r"-?\d+\.\d{8}", address[place]["latitude"])


def test_an_order_alone_is_as_in_the_list(app: Flask) -> None:
    order = a_whole_order()
    client = ApiClient(app)
    assert client.get(f"{ORDERS}{order.id}/") == client.get(ORDERS)["results"][0]


def test_the_stock_log_has_the_fields_of_the_sample(app: Flask) -> None:
    build.a_log_entry(build.an_attempt(), build.an_order(), build.a_location())
    found, expected = ApiClient(app).get(STOCK_LOG), sample("order_stock_info")
    assert_like(found, expected)
    assert found["results"][0]["stock_data"] == expected["results"][0]["stock_data"]


@pytest.mark.parametrize(("path", "shape"), [(ORDERS, OrderShape), (STOCK_LOG, StockLogShape)])
def test_answers_are_of_their_documented_shape(app: Flask, path: str, shape: type) -> None:
    order = a_whole_order()
    build.an_order()
    build.a_log_entry(build.an_attempt(), _with_items(order), build.a_location())
    answer = ApiClient(app).ask("GET", path)
    page: Any = msgspec.json.decode(answer.data, type=Page[shape])  # type: ignore[valid-type]
    assert msgspec.json.decode(msgspec.json.encode(page)) == answer.json


def _everything_is_there(order: dict[str, Any]) -> None:
    """Or the sample would be compared with nothing."""
    item = order["orderitem_set"][0]
    for record in (order, item, item["product"], order["shipping_address"], order["customer"]):
        left_out = {name for name, value in record.items() if value is None}
        assert left_out <= {"mapping", "notes"}, left_out


def _with_items(order: Any) -> Any:
    return build.an_order(number=f"{order.number}-2")
