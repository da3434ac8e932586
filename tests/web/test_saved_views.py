"""Saved views and chosen columns on the pages of lists: kept in the address, made by plain forms."""

from __future__ import annotations

import pytest
from flask import Flask

from app.domain.saved_views import ListCode
from app.queries.saved_views import list_views
from app.services import saved_views
from app.web.order_list import COLUMNS
from tests import builders
from tests.page_markup import Element
from tests.pages import PageClient
from tests.shops import Shop, a_shop

pytestmark = pytest.mark.usefixtures("db_session")


@pytest.fixture
def operator(db_session: object) -> int:
    return builders.a_user("ayse").id


@pytest.fixture
def desk(app: Flask, operator: int) -> PageClient:
    return PageClient(app, "session-ayse")


@pytest.fixture
def shop(db_session: object) -> Shop:
    made = a_shop()
    made.an_order(number="1001")
    made.an_order(number="1002", is_served=False)
    return made


def numbers(page: Element) -> list[str]:
    return [one.text for one in page.with_attribute("data-row-link")]


def heads(page: Element) -> list[str]:
    shown = [one for one in page.find_all("th") if one.attributes.get("scope") == "col"]
    return [one.text for one in shown if "choose-cell" not in one.attributes.get("class", "")]


def tabs(page: Element) -> list[tuple[str, bool]]:
    (bar,) = [one for one in page.find_all("nav") if one.attributes.get("class") == "view-tabs"]
    return [(one.text, "aria-current" in one.attributes) for one in bar.find_all("a")]


@pytest.mark.usefixtures("shop")
def test_a_view_is_saved_shown_changed_and_deleted_by_forms(desk: PageClient, operator: int) -> None:
    query = "out_of_stock=yes&sort=number&columns=number,cause&page=1"
    desk.get(f"/views/orders/new?{query}".replace("?", "?query=").replace("&", "%26"))
    answer = desk.post("/views/orders/new", query=query, name="Waiting")
    assert answer.status_code == 303
    (view,) = list_views(ListCode.ORDERS, operator)
    assert view.query == "sort=number&columns=number%2Ccause&out_of_stock=yes"
    page = desk.get(answer.headers["Location"])
    assert tabs(page) == [("All", False), ("Waiting", True)]
    assert (numbers(page), heads(page)) == (["1002"], ["Number", "Out of stock"])

    changed = desk.get(f"/orders/?sort=number&view={view.id}")
    assert ("Waiting changed", True) in tabs(changed)
    assert desk.post(f"/views/{view.id}/query", query="sort=number").status_code == 303
    assert list_views(ListCode.ORDERS, operator)[0].query == "sort=number"

    assert desk.post(f"/views/{view.id}", name="By number").status_code == 303
    assert list_views(ListCode.ORDERS, operator)[0].name == "By number"
    assert "disappears" in desk.get(f"/views/{view.id}/delete").text
    assert desk.post(f"/views/{view.id}/delete").status_code == 303
    assert tabs(desk.get("/orders/")) == [("All", True)]


def test_a_name_that_cannot_be_used_is_said_at_its_field(desk: PageClient, operator: int) -> None:
    saved_views.create_view(operator, ListCode.ORDERS, "Waiting", "")
    for name, said in (("", "Give it a name."), ("waiting", "has this name"), ("x" * 61, "longer than 60")):
        answer = desk.post("/views/orders/new", query="state=400", name=name)
        assert answer.status_code == 422
        page = desk.looked_at(answer, "/views/orders/new")
        (errors,) = [one for one in page.walk() if one.attributes.get("id") == "name-errors"]
        assert said in errors.text
        assert "State Approved" in page.text


@pytest.mark.usefixtures("shop")
def test_a_list_opens_with_the_view_that_was_chosen(desk: PageClient, operator: int) -> None:
    desk.post("/views/orders/new", query="out_of_stock=yes", name="Waiting", is_default="y")
    opened = desk.client.get("/orders/")
    assert opened.status_code == 303
    assert numbers(desk.get(opened.headers["Location"])) == ["1002"]
    page = desk.get("/orders/?view=all")
    assert sorted(numbers(page)) == ["1001", "1002"]
    assert tabs(page) == [("All", True), ("Waiting", False)]
    assert desk.post("/views/orders/first").status_code == 303
    assert sorted(numbers(desk.get("/orders/"))) == ["1001", "1002"]


@pytest.mark.usefixtures("shop")
def test_the_queue_has_views_too(desk: PageClient, operator: int) -> None:
    answer = desk.post("/views/packages/new", query="sku=TS-L&state=", name="Shirts", is_shared="y")
    page = desk.get(answer.headers["Location"])
    assert ("Shirts", True) in tabs(page)
    assert numbers(page) == ["1002-1"]
    other = PageClient(desk.app, builders.a_user("baris").session_key)
    assert ("Shirts", False) in tabs(other.get("/packages/"))
    view = list_views(ListCode.PACKAGES, operator)[0]
    assert "Begin with it" in other.get(f"/views/{view.id}").text
    assert "Name" not in [one.text for one in other.get(f"/views/{view.id}").find_all("label")]
    assert other.post(f"/views/{view.id}/delete").status_code == 303
    assert list_views(ListCode.PACKAGES, operator) == [view]


@pytest.mark.usefixtures("shop")
def test_columns_are_chosen_in_the_address_in_their_own_order(desk: PageClient) -> None:
    usual = heads(desk.get("/orders/"))
    assert usual[0] == "Number"
    asked = "columns=modified&columns=city&columns=number&columns=nonsense"
    page = desk.get(f"/orders/?{asked}&q=100")
    assert heads(page) == ["Number", "City", "Changed"]
    shown = desk.client.get(f"/orders/?{asked}", headers={"HX-Request": "true"})
    assert shown.headers["HX-Push-Url"] == "/orders/?columns=number,city,modified"
    assert heads(desk.get("/orders/?columns=nonsense")) == usual
    everything = [one.key for one in COLUMNS]
    assert len(heads(desk.get(f"/orders/?columns={','.join(everything)}"))) == len(everything)
