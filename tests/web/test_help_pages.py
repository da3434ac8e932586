"""Help: every cause and check explained, and reachable from every badge."""

from __future__ import annotations

import pytest
from flask import Flask

from app.domain.diagnosis.causes import Cause
from app.domain.facts import Check
from app.wording import terms
from tests import builders
from tests.page_markup import Element
from tests.pages import PageClient
from tests.shops import Shop

pytestmark = pytest.mark.usefixtures("db_session")


def ids(page: Element) -> set[str]:
    return {one.attributes["id"] for one in page.with_attribute("id")}


def help_links(page: Element) -> list[str]:
    links = [one.attributes.get("href", "") for one in page.find_all("a")]
    return [link for link in links if link.startswith("/help/causes#")]


def test_every_cause_has_its_place_with_what_to_do(desk: PageClient) -> None:
    page = desk.get("/help/causes")
    assert set(Cause) <= ids(page)
    assert page.text.count("What to do") == len(Cause)
    for cause in Cause:
        assert terms.cause_advice(cause) in page.text


def test_every_check_and_word_is_explained_once(desk: PageClient) -> None:
    page = desk.get("/help/")
    assert {f"check-{check}" for check in Check} | {term.key for term in terms.TERMS} <= ids(page)
    for check in Check:
        assert terms.check_help(check) in page.text


def test_a_store_manager_may_read_it(app: Flask, db_session: object) -> None:
    manager = builders.a_user("store", role="store_manager", locations=[builders.a_location()])
    browser = PageClient(app, manager.session_key)
    browser.get("/help/")
    browser.get("/help/causes")


@pytest.mark.parametrize(
    "path", ["/packages/", "/orders/", "/orders/{order}", "/packages/{package}/explanation", "/"]
)
def test_each_badge_of_a_cause_leads_to_its_help(shop: Shop, desk: PageClient, path: str) -> None:
    order = shop.an_order(is_served=False)
    package = builders.an_out_of_stock_package(builders.an_order(), cause="quota_full")
    links = help_links(desk.get(path.format(order=order.id, package=package.id - 1)))
    assert "/help/causes#out_of_stock_everywhere" in links


def test_the_help_of_an_investigation_unfolds_without_scripts(shop: Shop, desk: PageClient) -> None:
    shop.an_order(is_served=False)
    (row,) = desk.get("/packages/").with_attribute("data-row-link")
    page = desk.get(row.attributes["href"])
    (help_part,) = [one for one in page.find_all("details") if "cause-help" in one.attributes["class"]]
    assert help_part.find_all("summary")[0].text.startswith("Out of stock everywhere")
    assert "It needs new stock." in help_part.text
