"""Every page, with data and without: it opens, and it keeps the rules of the house (tests/pages.py)."""

from __future__ import annotations

import pytest
from flask import Flask

from app import clock
from app.services.unit_of_work import unit_of_work
from tests import builders
from tests.pages import PageClient
from tests.shops import Shop, a_shop
from tests.statements import counted

pytestmark = pytest.mark.usefixtures("db_session")

LISTS = ["/orders/", "/packages/", "/stock-log/"]
OVERVIEWS = ["/", *LISTS, "/scenarios/", "/locations/", "/tokens/"]

# Page → the most statements it may need, sign-in and navigation included.
BUDGETS = {"/": 10, "/orders/": 6, "/packages/": 6, "/stock-log/": 6, "/scenarios/": 10, "/locations/": 4}
ORDER_BUDGET = 20


def signed_in(app: Flask, role: str = "operator") -> PageClient:
    return PageClient(app, builders.a_user(role=role).session_key)


def filled(shop: Shop, orders: int) -> None:
    for number in range(orders):
        shop.an_order(is_served=number % 3 == 0)


@pytest.mark.parametrize("path", OVERVIEWS)
def test_a_page_of_an_empty_installation_says_that_there_is_nothing(app: Flask, path: str) -> None:
    page = signed_in(app).get(path)
    assert "Nothing" in page.text or "No " in page.text or path == "/"


@pytest.mark.parametrize("path", OVERVIEWS)
def test_a_page_with_records_keeps_the_rules(app: Flask, path: str) -> None:
    filled(a_shop(), 4)
    signed_in(app).get(path)


@pytest.mark.parametrize("path", LISTS)
def test_a_list_gives_htmx_the_part_that_it_puts_in_place(app: Flask, path: str) -> None:
    filled(a_shop(), 4)
    client = signed_in(app)
    with clock.at(clock.now()):  # the same instant for both
        whole, part = client.get(path), client.get_part(path)
    (target,) = [one for one in whole.with_attribute("hx-target") if one.tag == "section"]
    assert target.attributes["hx-target"] == f"#{target.attributes['id']}"
    (same,) = [one for one in part.children if not isinstance(one, str) and one.tag == "section"]
    assert same.attributes["id"] == target.attributes["id"]
    assert same.text == target.text


def test_a_page_from_the_browsers_history_comes_whole(app: Flask) -> None:
    client = signed_in(app)
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    answer = client.client.get("/orders/", headers=headers)
    client.looked_at(answer, "/orders/")


def test_a_page_needs_as_many_statements_for_many_rows_as_for_few(app: Flask) -> None:
    shop, client = a_shop(), signed_in(app)
    few, many = [_used(app, client, shop, orders) for orders in (3, 57)]
    assert few == many
    assert {path: count for path, count in many.items() if count > BUDGETS[path]} == {}


def _used(app: Flask, client: PageClient, shop: Shop, more_orders: int) -> dict[str, int]:
    """Statements by page, once there are so many more orders."""
    with unit_of_work():
        filled(shop, more_orders)
    used = {}
    for path in BUDGETS:
        with counted(app) as sent:
            client.get(f"{path}?limit=200")
        used[path] = len(sent)
    return used


def test_an_order_needs_as_many_statements_however_much_belongs_to_it(app: Flask) -> None:
    shop, client = a_shop(), signed_in(app)
    small = shop.an_order()
    large = shop.a_planned_order([(shop.product, 1_00), (shop.missing, 2_00)] * 10)
    used = []
    for order in (small, large):
        with counted(app) as sent:
            client.get(f"/orders/{order.id}")
        used.append(len(sent))
    assert used[0] == used[1] <= ORDER_BUDGET, used


# What nobody would type, and old bookmarks may hold.
NONSENSE = [
    "page=0",
    "page=-1",
    "page=1e9",
    "page=99999999999999999999999",
    "page=٣",
    "limit=0",
    "limit=100000",
    "limit=many",
    "sort=;drop",
    "sort=-",
    "sort=--number",
    "state=999",
    "state=%00",
    "channel=x",
    "channel=99999999999999999999999",
    "cause=magic",
    "location=-5",
    "age=0.5",
    "date_from=2026-13-45",
    "date_from=0001-01-01&date_to=9999-12-31",
    "date_to=yesterday",
    "out_of_stock=perhaps",
    "payment_type=[]",
    "q=%00",
    "q=" + "x" * 5_000,
    "sku=%0d%0a",
    "erp_code=%00&order_number=%00",
    "state=777&state=400&page=1&page=2",
    "unknown=1",
]


@pytest.mark.parametrize("path", LISTS)
def test_nonsense_in_the_address_shows_the_list(app: Flask, path: str) -> None:
    """The list as it is without that filter: not an empty one, and no error."""
    a_shop().an_order(is_served=False)
    client = signed_in(app)
    for parameters in NONSENSE:
        page = client.get(f"{path}?{parameters}")
        assert page.find_all("tbody"), parameters


def test_a_page_past_the_end_is_the_last_one(app: Flask) -> None:
    filled(a_shop(), 4)
    page = signed_in(app).get("/orders/?limit=3&page=40")
    assert "4–4 of 4" in page.text


@pytest.mark.parametrize(
    "path", ["/orders/7", "/orders/number/none", "/scenarios/7", "/packages/7/explanation"]
)
def test_what_is_not_there_is_a_designed_404(app: Flask, path: str) -> None:
    page = signed_in(app).get(path, status=404)
    assert page.find_all("h1")[0].text == "Nothing found here"


def test_unprintable_keys_name_nothing(app: Flask) -> None:
    """PostgreSQL cannot even compare with them."""
    a_shop().an_order(is_served=False)
    client = signed_in(app)
    (link,) = client.get("/packages/").with_attribute("data-row-link")
    package = link.attributes["href"]
    for path in ("/orders/number/%00", "/stock?erp_code=%00&sku=TS-L", "/stock?erp_code=ST-001&sku=TS%00"):
        client.get(path, status=404)
    for query in ("at=%00", "erp_code=%00", "sku=%00"):
        assert client.client.get(f"{package}?{query}").status_code in (200, 404), query


@pytest.mark.parametrize("number", ["9" * 25, "9223372036854775808"])
def test_a_number_that_no_row_can_have_is_a_designed_404(app: Flask, number: str) -> None:
    signed_in(app).get(f"/orders/{number}", status=404)


def test_the_navigation_counts_what_waits_and_marks_the_open_page(app: Flask) -> None:
    filled(a_shop(), 3)
    page = signed_in(app).get("/packages/")
    (current,) = [one for one in page.find_all("a") if one.attributes.get("aria-current") == "page"]
    assert current.text == "Out of stock 2"
