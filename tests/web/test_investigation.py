"""The investigation of a package, its remedies and commands, and the place page, as pages."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from app import clock
from app.domain.diagnosis.causes import Cause
from app.domain.packages import PackageCommand
from app.extensions import db
from app.models import AuditEntry, OrderItem, Package, Rule, Scenario, Stock, StockLocation
from app.queries.explanations import explain_package
from app.services import planning
from app.services.unit_of_work import unit_of_work
from tests import builders
from tests.pages import PageClient
from tests.shops import Shop, a_shop
from tests.statements import counted
from tests.stories import STORIES, stale_reservation, waiting_package

pytestmark = pytest.mark.usefixtures("db_session")

BUDGET = 25
DAY = timedelta(days=1)


@pytest.fixture
def browser(app: Flask, db_session: object) -> PageClient:
    return PageClient(app, builders.a_user().session_key)


def first_remedy(browser: PageClient, package: Package) -> str:
    """The address of the plan of the first remedy that the page offers."""
    page = browser.get(f"/packages/{package.id}/explanation")
    links = [one.attributes["href"] for one in page.find_all("a") if "href" in one.attributes]
    return next(link for link in links if "/remedies/" in link)


def package_of(story_order: object) -> Package:
    return db.session.scalars(select(Package).where(Package.order_id == story_order.id)).first()  # type: ignore[attr-defined]


@pytest.mark.parametrize("cause", [cause for cause in STORIES if cause is not Cause.SERVED_NOW])
def test_every_cause_has_a_page_with_sentence_numbers_reasons_and_remedy(
    browser: PageClient, cause: Cause
) -> None:
    package = waiting_package(STORIES[cause])
    page = browser.get(f"/packages/{package.id}/explanation")
    (sentence,) = [one for one in page.find_all("p") if one.attributes.get("class") == "sentence"]
    assert "serve" in sentence.text and "_" not in sentence.text
    assert "locations can serve" in page.text
    assert 2 <= len(page.find_all("ol")[1].find_all("li")) <= 5
    assert "Proved" in page.text


@pytest.mark.parametrize("cause", [cause for cause in STORIES if cause is not Cause.SERVED_NOW])
def test_every_remedy_shows_its_plan_is_confirmed_and_serves(browser: PageClient, cause: Cause) -> None:
    package = waiting_package(STORIES[cause])
    address = first_remedy(browser, package)
    plan = browser.get(address)
    assert "nothing has been changed yet" in plan.text
    answer = browser.post(address, reason="as shown", seen_at=str(clock.now().timestamp()))
    assert (answer.status_code, answer.location) == (303, f"/packages/{package.id}/explanation")
    page = browser.get(answer.location)
    assert "Served" in page.text
    db.session.expire_all()
    assert db.session.get_one(Package, package.id).state == "600"


def test_a_remedy_pressed_twice_says_what_happened_meanwhile(browser: PageClient) -> None:
    package = waiting_package(stale_reservation)
    address = first_remedy(browser, package)
    seen_at = str((clock.now() - timedelta(minutes=5)).timestamp())
    browser.post(address, seen_at=seen_at)
    answer = browser.post(address, seen_at=seen_at)
    assert answer.status_code == 409
    page = browser.looked_at(answer, address)
    assert page.find_all("h1")[0].text == "Nothing was done"
    assert "Reservation of item" in page.text and "Order planned again" in page.text


def test_a_remedy_whose_world_changed_is_refused(browser: PageClient) -> None:
    package = waiting_package(stale_reservation)
    address = first_remedy(browser, package)
    with unit_of_work():
        db.session.execute(update(Stock).values(stock_count=0))
    page = browser.get(address, status=409)
    assert "would not serve the package any more" in page.text


def test_a_post_without_a_token_changes_nothing(browser: PageClient) -> None:
    package = waiting_package(stale_reservation)
    address = first_remedy(browser, package)
    assert browser.client.post(address).status_code == 400
    db.session.expire_all()
    assert db.session.get_one(Package, package.id).state == "920"


@pytest.mark.parametrize("key", ["0" * 16, "x", "../../x", "%00"])
def test_a_remedy_that_is_none_is_refused_or_not_found(browser: PageClient, key: str) -> None:
    package = waiting_package(stale_reservation)
    assert browser.client.get(f"/packages/{package.id}/remedies/{key}").status_code in (404, 409)


def test_the_number_of_statements_does_not_depend_on_the_number_of_locations(
    app: Flask, browser: PageClient
) -> None:
    address = f"/packages/{waiting_package(stale_reservation).id}/explanation"
    used = []
    for turn in range(2):
        with counted(app) as sent:
            browser.get(address)
        used.append(len(sent))
        with unit_of_work():
            for number in range(50):
                builders.a_location(f"MORE-{turn}-{number}")
    assert used[0] == used[1] <= BUDGET, used


@pytest.mark.parametrize("at", ["", "then", "-1", "0", "1e3", "9999999999", "%00", "plan&erp_code=", "now"])
def test_nonsense_in_the_address_shows_today(browser: PageClient, at: str) -> None:
    package = waiting_package(stale_reservation)
    browser.get(f"/packages/{package.id}/explanation?at={at}")


@pytest.mark.parametrize(
    "path", ["/packages/99/explanation", "/packages/99/remedies/x", "/stock?erp_code=x&sku=y"]
)
def test_what_does_not_exist_is_a_designed_404(browser: PageClient, path: str) -> None:
    page = browser.get(path, status=404)
    assert page.find_all("h1")[0].text == "Nothing found here"


def test_an_attempt_that_was_not_made_is_not_found(browser: PageClient) -> None:
    package = waiting_package(stale_reservation)
    browser.get(f"/packages/{package.id}/explanation?at=7", status=404)


def test_why_not_that_location_is_answered_in_words_about_that_location_alone(browser: PageClient) -> None:
    package = waiting_package(STORIES[Cause.OUTSIDE_SCENARIO])
    found = explain_package(package.id, "now", clock.now())
    code = found.explanation.remedies[0].served_by[0]
    address = f"/packages/{package.id}/explanation"
    page = browser.get(f"{address}?location={code}")
    assert "not in rule under rule" in page.text
    (matrix,) = [one for one in page.find_all("table") if one.attributes.get("class") == "matrix"]
    assert [code in row.text for row in matrix.find_all("tbody")[0].find_all("tr")] == [True]
    assert "Why not" in browser.get(f"{address}?location=nowhere").text, "shows all, as if not asked"


def test_the_json_and_the_csv_can_be_asked_about_one_location(browser: PageClient) -> None:
    package = waiting_package(STORIES[Cause.OUTSIDE_SCENARIO])
    found = explain_package(package.id, "now", clock.now())
    code = found.explanation.remedies[0].served_by[0]
    address = f"/packages/{package.id}/explanation"
    (line,) = json.loads(browser.client.get(f"{address}.json?location={code}").data)["lines"]
    assert [one["erp_code"] for one in line["locations"]] == [code]
    assert line["summary"]["locations"] == 2
    assert browser.client.get(f"{address}.csv?location={code}").text.count("\n") == 2
    assert browser.client.get(f"{address}.json?location=nowhere").status_code == 404


def test_older_orders_that_go_without_are_named_on_the_page_and_before_the_remedy_is_done(
    browser: PageClient, shop: Shop
) -> None:
    builders.a_stock(builders.a_location("WH9", name="Gebze", is_active=False), shop.missing, 1_00)
    with unit_of_work():
        db.session.execute(update(Scenario).values(priority=1))
        builders.a_scenario(priority=0)
    older = package_of(shop.an_order(is_served=False, number="OLD-1", date_placed=clock.now() - DAY))
    younger = package_of(shop.an_order(is_served=False, number="NEW-1"))
    said = "An order placed earlier waits for the same and would go without: OLD-1"
    pages = [browser.get(f"/packages/{younger.id}/explanation"), browser.get(first_remedy(browser, younger))]
    for page in pages:
        assert said in page.text
        links = [one.attributes["href"] for one in page.find_all("a") if one.text == "OLD-1"]
        assert links == [f"/packages/{older.id}/explanation"]
    assert "would go without" not in browser.get(f"/packages/{older.id}/explanation").text


def test_two_changes_are_shown_as_two_steps(browser: PageClient) -> None:
    package = waiting_package(STORIES[Cause.COMBINATION])
    page = browser.get(f"/packages/{package.id}/explanation")
    steps = next(one for one in page.find_all("ol") if one.attributes.get("class") == "remedy-steps")
    assert len(steps.find_all("li")) == 2
    assert "Two changes together" in page.text and "Do both" in page.text


def test_a_remedy_for_several_lines_says_who_serves_each(browser: PageClient) -> None:
    split = waiting_package(STORIES[Cause.SPLIT_FORBIDDEN])
    assert "all 2 lines are served" in browser.get(f"/packages/{split.id}/explanation").text


def test_what_serves_only_some_lines_stands_apart(browser: PageClient, shop: Shop) -> None:
    off = builders.a_location("WH9", name="Gebze", is_active=False)
    builders.a_stock(off, shop.missing, 1_00)
    nowhere = builders.a_product("NO-1")
    with unit_of_work():
        db.session.execute(update(Scenario).values(is_active=False))
        builders.a_scenario()
    package = package_of(shop.a_planned_order([(shop.missing, 1_00), (nowhere, 1_00)]))
    text = browser.get(f"/packages/{package.id}/explanation").text
    assert "No one or two changes of ours would serve all of its lines." in text
    assert "What serves some of its lines" in text
    assert "Proved for 1 of 2 lines: Gebze" in text and "still out of stock" in text


def test_what_changed_since_the_plan_is_listed_by_place(browser: PageClient, shop: Shop) -> None:
    package = package_of(shop.an_order(is_served=False))
    assert "Nothing has changed" in browser.get(f"/packages/{package.id}/explanation").text
    with unit_of_work():
        db.session.execute(update(Stock).values(stock_count=0))
        db.session.execute(update(Stock).where(Stock.product_id == shop.missing.id).values(stock_count=7_00))
        db.session.execute(update(Rule).values(split="quantity"))
    page = browser.get(f"/packages/{package.id}/explanation")
    assert "2 facts are not as the planner saw them." in page.text
    assert "T-shirt L · İstanbul Kadıköy Stock 0 7" in page.text
    assert "Online · stores Split of the rule" in page.text


def test_the_json_is_the_document_and_the_csv_runs_no_formula(browser: PageClient) -> None:
    package = waiting_package(stale_reservation)
    with unit_of_work():
        db.session.execute(update(StockLocation).values(name="=1+1"))
    document = json.loads(browser.client.get(f"/packages/{package.id}/explanation.json").data)
    assert document["package"] == package.id
    table = browser.client.get(f"/packages/{package.id}/explanation.csv")
    assert table.mimetype == "text/csv"
    assert ",'=1+1," in table.text


def test_the_place_page_says_who_holds_the_units(browser: PageClient) -> None:
    package = waiting_package(stale_reservation)
    found = explain_package(package.id, "now", clock.now())
    line = found.explanation.lines[0]
    code, sku = line.looks[0].location.erp_code, line.line.sku
    page = browser.get(f"/stock?erp_code={code}&sku={sku}")
    assert "order cancelled" in page.text
    held = line.looks[0].holders[0].held
    assert any(one.attributes["id"] == f"reservation-{held.id}" for one in page.with_attribute("id"))


def test_the_place_page_follows_each_unit_from_the_reservation_to_the_mapping(
    browser: PageClient, shop: Shop
) -> None:
    package = package_of(shop.an_order(number="HELD-1"))
    item = db.session.scalars(select(OrderItem).where(OrderItem.order_id == package.order_id)).one()
    mapping = builders.a_mapping(item, code="ERP-77")
    address = "?erp_code=ST-001&sku=TS-M"
    page = browser.get(f"/stock{address}")
    (row,) = (
        next(one for one in page.find_all("table") if one.find_all("caption")[0].text == "Held reservations")
        .find_all("tbody")[0]
        .find_all("tr")
    )
    for words in ("HELD-1", str(item.omnitron_id), package.number, "ERP-77"):
        assert words in row.text
    (holder,) = json.loads(browser.client.get(f"/stock.json{address}").data)["holders"]
    assert holder["order"]["number"] == "HELD-1"
    assert holder["order_item"] == {"id": item.id, "omnitron_id": item.omnitron_id, "state": "400"}
    assert holder["package"] == {"id": package.id, "number": package.number, "state": "100"}
    assert (holder["mapping"]["id"], holder["mapping"]["code"]) == (mapping.id, "ERP-77")
    assert browser.client.get("/stock.json?erp_code=ST-001&sku=none").status_code == 404


def test_what_was_done_about_a_package_and_what_became_of_it_is_on_its_page(browser: PageClient) -> None:
    package = waiting_package(stale_reservation)
    assert "What was done about it" not in browser.get(f"/packages/{package.id}/explanation").text
    browser.post(first_remedy(browser, package), reason="as agreed", seen_at="0")
    text = browser.get(f"/packages/{package.id}/explanation").text
    for words in ("What was done about it", "released the stale reservation", "Served by:", "as agreed"):
        assert words in text
    assert "1 of 1 packages served" in browser.get("/").text


@pytest.fixture
def shop() -> Shop:
    return a_shop()


@pytest.mark.parametrize("command", PackageCommand)
def test_every_command_shows_what_it_will_do(
    browser: PageClient, shop: Shop, command: PackageCommand
) -> None:
    package = package_of(shop.an_order(is_served=command is not PackageCommand.RESCHEDULE))
    page = browser.get(f"/packages/{package.id}/commands/{command}")
    possible = command.value not in ("ship", "deliver", "unblock")
    assert ("What will be done" in page.text) is possible


def test_a_refusal_needs_a_reason_and_is_planned_again(browser: PageClient, shop: Shop) -> None:
    package = package_of(shop.an_order())
    address = f"/packages/{package.id}/commands/refuse"
    answer = browser.post(address, reason="")
    assert answer.status_code == 422
    assert "Say why." in browser.looked_at(answer, address).text
    assert browser.post(address, reason="shop closes early").status_code == 303
    db.session.expire_all()
    states = db.session.scalars(
        select(Package.state).where(Package.order_id == package.order_id).order_by(Package.id)
    ).all()
    assert list(states) == ["600", "920"]
    assert db.session.scalars(select(AuditEntry.reason).where(AuditEntry.reason.is_not(None))).first()


def test_a_command_that_is_not_possible_is_refused_in_words(browser: PageClient, shop: Shop) -> None:
    package = package_of(shop.an_order())
    answer = browser.post(f"/packages/{package.id}/commands/ship")
    assert answer.status_code == 409
    assert "not possible while the package is" in browser.looked_at(answer, "ship").text


def test_an_unknown_command_is_not_found(browser: PageClient, shop: Shop) -> None:
    package = package_of(shop.an_order())
    browser.get(f"/packages/{package.id}/commands/explode", status=404)


def test_a_package_with_a_location_says_why_it_is_there(browser: PageClient, shop: Shop) -> None:
    order = shop.an_order()
    planning.plan_order(order.id, "replan")
    page = browser.get(f"/packages/{package_of(order).id}/explanation")
    assert "İstanbul Kadıköy serves this package" in page.text
