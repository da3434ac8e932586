"""From an order to the next in the list it was opened from: the list's parameters are in the link."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from flask import Flask

from app.queries import order_walks, orders
from app.queries.orders import OrderFilter
from tests.page_markup import Element
from tests.pages import PageClient
from tests.shops import Shop, a_shop
from tests.statements import counted

pytestmark = pytest.mark.usefixtures("db_session")

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def shop(db_session: object) -> Shop:
    """Five orders; two of them were placed at once, the fourth was served."""
    made = a_shop()
    for number, hours in enumerate((0, 1, 1, 2, 3)):
        made.an_order(number=f"100{number}", date_placed=NOON + timedelta(hours=hours), is_served=number == 3)
    return made


def the_walk(page: Element) -> tuple[str, dict[str, str]]:
    (nav,) = [one for one in page.find_all("nav") if one.attributes.get("class") == "walk"]
    links = {one.attributes["data-walk"]: one.attributes["href"] for one in nav.with_attribute("data-walk")}
    return " ".join(nav.text.split()), links


@pytest.mark.parametrize("sort", sorted({f"{sign}{key}" for key in orders.SORTS for sign in ("", "-")}))
@pytest.mark.usefixtures("shop")
def test_walking_comes_through_the_list_in_its_order(sort: str) -> None:
    wanted = OrderFilter(out_of_stock=True)
    ids = [one.id for one in orders.list_orders(wanted, sort, 1, 50).rows]
    walks = [order_walks.walk(one, wanted, sort) for one in ids]
    assert [one.next_id for one in walks if one] == [*ids[1:], None]
    assert [one.previous_id for one in walks if one] == [None, *ids[:-1]]
    assert [(one.place, one.count) for one in walks if one] == [(n, 4) for n in (1, 2, 3, 4)]


@pytest.mark.usefixtures("shop")
def test_links_of_the_list_lead_on_to_the_neighbours(desk: PageClient) -> None:
    page = desk.get("/orders/?out_of_stock=yes&sort=number&columns=number")
    links = [one.attributes["href"] for one in page.with_attribute("data-row-link")]
    words, ways = the_walk(desk.get(links[1]))
    assert "2 of 4" in words
    assert (ways["previous"], ways["next"]) == (links[0], links[2])
    page = desk.get(links[2])
    back = [one.attributes["href"] for one in page.find_all("a") if one.text == "3 of 4"]
    assert back == ["/orders/?sort=number&out_of_stock=yes"]


def test_an_order_that_left_the_list_still_has_neighbours(desk: PageClient, shop: Shop) -> None:
    served = orders.list_orders(OrderFilter(q="1003"), "number", 1, 1).rows[0]
    words, ways = the_walk(desk.get(f"/orders/{served.id}?in={quote('out_of_stock=yes&sort=number')}"))
    assert "Not in the list any more" in words
    assert set(ways) == {"previous", "next"}


def test_the_whole_list_is_a_list_too(desk: PageClient, shop: Shop) -> None:
    links = [one.attributes["href"] for one in desk.get("/orders/").with_attribute("data-row-link")]
    assert "1 of 5" in the_walk(desk.get(links[0]))[0]


@pytest.mark.parametrize(
    "given", ["", "x" * 3000, "%00", "channel=999", "page=-1&sort=nonsense", "state=%27"]
)
def test_what_makes_no_sense_does_no_harm(desk: PageClient, shop: Shop, given: str) -> None:
    order = orders.list_orders(OrderFilter(), "number", 1, 1).rows[0]
    desk.get(f"/orders/{order.id}?in={quote(given)}")


def test_the_way_takes_two_statements(app: Flask, desk: PageClient, shop: Shop) -> None:
    order = orders.list_orders(OrderFilter(), "number", 1, 1).rows[0]
    desk.get(f"/orders/{order.id}")
    with counted(app) as plain:
        desk.get(f"/orders/{order.id}")
    with counted(app) as walking:
        desk.get(f"/orders/{order.id}?in=out_of_stock%3Dyes%26channel%3D{shop.channel.id}")
    assert len(walking) == len(plain) + 2
