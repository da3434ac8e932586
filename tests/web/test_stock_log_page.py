"""The stock log: the formula on every row, what breaks it, and the course of one product at one location."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from app import models
from tests import builders
from tests.page_markup import Element
from tests.pages import PageClient

pytestmark = pytest.mark.usefixtures("db_session")

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def an_entry(number: str, location: models.StockLocation, product: models.Product, **fields: object) -> None:
    """What an attempt at an order of that number saw."""
    order = builders.an_order(number=number, lines=[(product, 1_00)])
    attempt = builders.an_attempt(builders.a_plan(order), attempted_date=fields.pop("date", NOON))
    builders.a_log_entry(attempt, order, location, **fields)


@pytest.fixture
def log(db_session: object) -> None:
    first, second = builders.a_location("ST-1", name="Kadıköy"), builders.a_location("ST-2", name="Nişantaşı")
    shirt, lamp = builders.a_product("TS-M", name="T-shirt"), builders.a_product("LM-1", name="Lamp")
    an_entry("1001", first, shirt, stock_count=1_00, reservation_count=6_00)
    an_entry("1002", second, shirt, stock_count=3_00, reservation_count=3_00, date=NOON + timedelta(days=1))
    an_entry("1003", first, lamp, stock_count=2_50, reservation_count=0, date=NOON - timedelta(days=1))


def orders(page: Element) -> list[str]:
    return [one.text for one in page.with_attribute("data-row-link")]


FILTERS = {
    "": ["1002", "1001", "1003"],
    "order_number=1001": ["1001"],
    "order_number=100": [],
    "erp_code=ST-1": ["1001", "1003"],
    "sku=TS-M": ["1002", "1001"],
    "erp_code=ST-1&sku=TS-M": ["1001"],
    "erp_code=nowhere": [],
    "date_from=2026-11-20": ["1002", "1001"],
    "date_to=2026-11-20": ["1001", "1003"],
    "limit=1&page=3": ["1003"],
    "limit=2&page=2": ["1003"],
}


@pytest.mark.usefixtures("log")
def test_a_filter_finds_the_entries_it_names(desk: PageClient) -> None:
    for query, wanted in FILTERS.items():
        assert orders(desk.get(f"/stock-log/?{query}")) == wanted, query


@pytest.mark.usefixtures("log")
def test_a_row_shows_how_its_quantity_comes_about(desk: PageClient) -> None:
    page = desk.get("/stock-log/?order_number=1001")
    (row,) = page.find_all("tbody")[0].find_all("tr")
    assert [cell.text for cell in row.find_all("td")][-3:] == ["1", "6", "−5"]
    assert "quantity = stock − reserved" in page.text


@pytest.mark.usefixtures("log")
def test_zero_is_said_to_be_normal_and_not_marked(desk: PageClient) -> None:
    page = desk.get("/stock-log/?order_number=1002")
    assert "Zero or less is normal" in page.text
    assert "does not add up" not in page.text


@pytest.mark.usefixtures("log")
def test_a_row_that_breaks_the_formula_is_flagged(desk: PageClient) -> None:
    an_entry("1009", builders.a_location(), builders.a_product(), stock_count=2_00, quantity=9_00)
    flagged = [one for one in desk.get("/stock-log/").find_all("tr") if "does not add up" in one.text]
    assert ["1009" in one.text for one in flagged] == [True]


@pytest.mark.usefixtures("log")
def test_one_product_at_one_location_has_a_chart_and_its_table(desk: PageClient) -> None:
    page = desk.get("/stock-log/?erp_code=ST-1&sku=TS-M")
    (figure,) = page.find_all("figure")
    (script,) = figure.find_all("script")
    data = json.loads("".join(one for one in script.children if isinstance(one, str)))
    assert data["x"] == [NOON.timestamp()]
    assert [one["values"] for one in data["series"]] == [[1.0], [6.0], [-5.0]]
    assert [cell.text for cell in figure.find_all("td")] == ["1", "6", "−5"]


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("query", ["", "sku=TS-M", "erp_code=ST-1", "erp_code=ST-1&sku=none"])
def test_without_one_place_there_is_no_chart(desk: PageClient, query: str) -> None:
    assert not desk.get(f"/stock-log/?{query}").find_all("figure")


def test_pages_of_a_long_log_follow_each_other(desk: PageClient) -> None:
    """The second half is read from the other end: no entry may be missing or twice."""
    location, product = builders.a_location(), builders.a_product()
    for number in range(11):
        an_entry(f"20{number:02}", location, product, date=NOON + timedelta(minutes=number // 3))
    shown = [orders(desk.get(f"/stock-log/?limit=3&page={page}")) for page in (1, 2, 3, 4)]
    assert [one for page in shown for one in page] == [f"20{number:02}" for number in reversed(range(11))]
