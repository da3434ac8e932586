"""The list of orders: what is found, in which order, and how a row reads."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest
from flask import Flask

from app import clock
from tests import builders
from tests.page_markup import Element
from tests.pages import PageClient
from tests.shops import Shop

pytestmark = pytest.mark.usefixtures("db_session")

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def numbers(page: Element) -> list[str]:
    return [one.text for one in page.with_attribute("data-row-link")]


def found(desk: PageClient, query: str) -> list[str]:
    return sorted(numbers(desk.get(f"/orders/?{query}")))


def filters_of(page: Element) -> Element:
    (form,) = [one for one in page.find_all("form") if one.attributes.get("class") == "filters"]
    return form


@pytest.fixture
def orders(shop: Shop) -> None:
    """Three orders that differ in everything one can filter by."""
    other = builders.a_channel(name="Outlet")
    zoe = builders.a_customer(other, first_name="Zoë", last_name="Müller")
    shop.an_order(number="1001", date_placed=NOON, payment_type="wallet", delivery_type="same_day")
    shop.an_order(number="1002", date_placed=NOON + timedelta(days=1), is_served=False)
    builders.an_order(
        number="A-77", channel=other, customer_id=zoe.id, state="550", date_placed=NOON - timedelta(days=1)
    )


FILTERS = {
    "": ["1001", "1002", "A-77"],
    "q=100": ["1001", "1002"],
    "q=1001": ["1001"],
    "q=001": [],
    "q=a-7": ["A-77"],
    "q=TS-L": ["1002"],
    "q=ts-": ["1001", "1002"],
    "q=isil": ["1001", "1002"],
    "q=ÇAĞLAR+ışıl": ["1001", "1002"],
    "q=caglar": ["1001", "1002"],
    "q=muller+zoe": ["A-77"],
    "q=zoe+caglar": [],
    "q=%25": [],
    "q=_": [],
    "q=%5C": [],
    "q=%27%22%3Cscript%3E": [],
    "q=%F0%9F%98%80": [],
    "state=550": ["A-77"],
    "payment_type=wallet": ["1001"],
    "delivery_type=same_day": ["1001"],
    "out_of_stock=yes": ["1002"],
    "out_of_stock=no": ["1001", "A-77"],
    "cause=out_of_stock_everywhere": ["1002"],
    "cause=quota_full": [],
    "date_from=2026-11-20": ["1001", "1002"],
    "date_to=2026-11-20": ["1001", "A-77"],
    "date_from=2026-11-20&date_to=2026-11-20": ["1001"],
    "state=400&q=1002&out_of_stock=yes": ["1002"],
}


@pytest.mark.usefixtures("orders")
def test_a_filter_finds_the_orders_it_names(desk: PageClient) -> None:
    for query, wanted in FILTERS.items():
        assert found(desk, query) == wanted, query


@pytest.mark.usefixtures("orders")
def test_a_form_sent_with_empty_fields_filters_by_the_others_only(desk: PageClient) -> None:
    """That is how a browser without scripts sends it."""
    form = filters_of(desk.get("/orders/"))
    names = [one.attributes["name"] for one in form.find_all("input", "select")]
    empty = "&".join(f"{name}=" for name in names)
    assert found(desk, empty) == FILTERS[""]
    page = desk.get(f"/orders/?{empty}&payment_type=wallet".replace("payment_type=&", ""))
    assert numbers(page) == ["1001"]
    (head,) = [one for one in page.find_all("th") if one.text == "Number"]
    assert "=&" not in head.find_all("a")[0].attributes["href"]


@pytest.mark.usefixtures("orders")
def test_a_channel_is_chosen_by_its_name(desk: PageClient) -> None:
    page = desk.get("/orders/")
    (channel,) = [one for one in page.find_all("select") if one.attributes["name"] == "channel"]
    values = {one.text: one.attributes["value"] for one in channel.find_all("option")}
    assert found(desk, f"channel={values['Outlet']}") == ["A-77"]


SORTS = {
    "number": ["1001", "1002", "A-77"],
    "-number": ["A-77", "1002", "1001"],
    "date_placed": ["A-77", "1001", "1002"],
    "-date_placed": ["1002", "1001", "A-77"],
    "channel": ["A-77", "1001", "1002"],
    "-channel": ["1002", "1001", "A-77"],
    "-state": ["A-77", "1002", "1001"],
    "modified": ["1001", "1002", "A-77"],
}


@pytest.mark.usefixtures("orders")
def test_the_list_is_sorted_both_ways(desk: PageClient) -> None:
    for sort, wanted in SORTS.items():
        assert numbers(desk.get(f"/orders/?sort={sort}")) == wanted, sort


@pytest.mark.usefixtures("orders")
def test_a_day_begins_where_the_reader_is(app: Flask, shop: Shop, desk: PageClient) -> None:
    """In Istanbul a day begins at 21:00 in UTC of the day before."""
    shop.an_order(number="2001", date_placed=datetime(2026, 11, 21, 20, 59, tzinfo=UTC))
    shop.an_order(number="2002", date_placed=datetime(2026, 11, 21, 21, 0, tzinfo=UTC))
    assert found(desk, "date_from=2026-11-22") == ["2002"]
    assert "2001" in found(desk, "date_to=2026-11-21")
    assert "2002" not in found(desk, "date_to=2026-11-21")


def test_pages_follow_each_other_without_gap_or_repetition(shop: Shop, desk: PageClient) -> None:
    with clock.at(NOON):
        for number in range(7):
            shop.an_order(number=f"30{number}")
    pages = [numbers(desk.get(f"/orders/?limit=3&page={page}")) for page in (1, 2, 3)]
    assert [len(one) for one in pages] == [3, 3, 1]
    assert sorted(one for page in pages for one in page) == [f"30{number}" for number in range(7)]


@pytest.mark.usefixtures("orders")
def test_a_row_says_what_an_operator_asks_first(desk: PageClient, shop: Shop) -> None:
    order = shop.a_planned_order([(shop.missing, 2_00)], number="4001", date_placed=NOON - timedelta(days=30))
    (row,) = [one for one in desk.get("/orders/?q=4001").find_all("tr") if "4001" in one.text]
    for word in ("Approved", "Web Türkiye", "Işıl Çağlar", "Out of stock everywhere", "Credit card".lower()):
        assert word in row.text
    assert f"/orders/{order.id}?in=q=4001" in [unquote(one.attributes["href"]) for one in row.find_all("a")]


@pytest.mark.usefixtures("orders")
def test_each_filter_that_is_on_has_a_chip_that_takes_it_off(desk: PageClient) -> None:
    page = desk.get("/orders/?q=100&state=400&date_from=2026-11-20&page=1&sort=number")
    chips = {one.text: one.attributes["href"] for one in page.walk() if one.attributes.get("class") == "chip"}
    assert set(chips) == {"Search 100", "State Approved", "Placed from 20 Nov 2026"}
    assert "q=" not in chips["Search 100"]
    assert "state=400" in chips["Search 100"]
    assert "sort=number" in chips["Search 100"]


@pytest.mark.usefixtures("orders")
def test_a_filter_keeps_the_sorting_and_a_sorting_the_filters(desk: PageClient) -> None:
    page = desk.get("/orders/?state=400&sort=number")
    hidden = {
        one.attributes["name"]: one.attributes["value"]
        for one in filters_of(page).find_all("input")
        if one.attributes.get("type") == "hidden"
    }
    assert hidden == {"sort": "number"}
    heads = [one for one in page.find_all("th") if one.attributes.get("aria-sort") == "ascending"]
    assert [one.text for one in heads] == ["Number"]
    assert "state=400" in heads[0].find_all("a")[0].attributes["href"]


@pytest.mark.usefixtures("orders")
def test_the_address_that_htmx_shows_says_only_what_matters(desk: PageClient) -> None:
    asked = "/orders/?q=&state=400&channel=&sort=nonsense&page=1"
    answer = desk.client.get(asked, headers={"HX-Request": "true"})
    assert answer.headers["HX-Push-Url"] == "/orders/?state=400"


def test_an_order_is_reached_by_its_number(shop: Shop, desk: PageClient) -> None:
    for number, path in (("5001", "5001"), ("5002 b", "5002%20b"), ("5003/c", "5003%2Fc")):
        order = shop.an_order(number=number)
        answer = desk.client.get(f"/orders/number/{path}")
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/orders/{order.id}")


def test_a_number_of_several_channels_asks_which_order_is_meant(shop: Shop, desk: PageClient) -> None:
    other = builders.a_channel(name="Outlet")
    shop.an_order(number="6001")
    builders.an_order(number="6001", channel=other)
    page = desk.get("/orders/number/6001")
    assert numbers(page) == ["6001", "6001"]
    assert "Outlet" in page.text
    assert "Web Türkiye" in page.text
