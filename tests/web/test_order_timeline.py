"""The timeline of an order: everything that was recorded, once, by day, by kind, and a page at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock, models
from app.domain.packages import PackageCommand
from app.extensions import db
from app.queries.order_history import order_history
from app.queries.order_moments import Moment, Source, Topic
from app.services import audit, packages, planning, stock
from app.services.documents.events import StockDocument
from app.services.documents.values import Count
from app.services.unit_of_work import unit_of_work
from app.web.order_timeline import SHOWN_AT_ONCE
from tests import builders, outbox
from tests.page_markup import Element
from tests.pages import PageClient
from tests.shops import Shop
from tests.statements import counted

pytestmark = pytest.mark.usefixtures("db_session")

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
BUDGET = 30
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def desk(app: Flask, db_session: object) -> PageClient:
    return PageClient(app, builders.a_user("ayse").session_key)


def history(page: Element) -> Element:
    (card,) = [one for one in page.with_attribute("id") if one.attributes["id"] == "history"]
    return card


def entries(page: Element) -> list[str]:
    """The entries of the timeline, newest first, without their times."""
    items = [
        one for one in history(page).find_all("li") if "timeline-item" in one.attributes.get("class", "")
    ]
    return [" ".join(one.text.split(" ")[:-1]) for one in items]


def restocked(shop: Shop, at: datetime, units: int = 0) -> None:
    """The shop's location answers for the product that is out of stock there."""
    sku, place = shop.missing.sku, shop.location.erp_code
    with clock.at(at), audit.acting_as("feed"):
        stock.record_stock([StockDocument(erp_code=place, sku=sku, stock_count=Count(units * 100))])


def test_days_stand_above_what_happened_on_them(shop: Shop, desk: PageClient) -> None:
    with clock.at(NOON - DAY):
        order = shop.an_order(is_served=False, number="1001")
    with clock.at(NOON):
        planning.plan_order(order.id, "replan")
        page = desk.get(f"/orders/{order.id}")
    assert [one.text for one in history(page).find_all("h3")] == ["Today, 20 Nov 2026", "19 Nov 2026"]


def test_a_reservation_is_told_when_it_is_made_and_when_it_ends(shop: Shop, desk: PageClient) -> None:
    with clock.at(NOON):
        order = shop.an_order(number="1001")
    package = db.session.scalars(select(models.Package)).one()
    with clock.at(NOON + HOUR), audit.acting_as("mehmet"):
        packages.carry_out(package.id, PackageCommand.CANCEL, reason="Too late")
    told = entries(desk.get(f"/orders/{order.id}"))
    assert "1 × T-shirt M reserved at İstanbul Kadıköy" in told
    assert "1 × T-shirt M at İstanbul Kadıköy released package command" in told
    # What is a fact is not told once more as an act of the audit log.
    assert len([text for text in told if "Cancel" in text]) == 1
    assert any(text.startswith("Package with T-shirt M: Cancel") and "mehmet" in text for text in told)


def test_stock_answers_are_told_while_a_line_waits_for_them(shop: Shop, desk: PageClient) -> None:
    restocked(shop, NOON - HOUR)
    with clock.at(NOON):
        order = shop.an_order(is_served=False)
    restocked(shop, NOON + HOUR)
    restocked(shop, NOON + 2 * HOUR, 5)
    with clock.at(NOON + 3 * HOUR):
        planning.plan_order(order.id, "stock")
    restocked(shop, NOON + 4 * HOUR, 9)
    told = [text for text in entries(desk.get(f"/orders/{order.id}")) if "answered" in text]
    assert told == [
        "İstanbul Kadıköy answered: 5 of T-shirt L feed",
        "İstanbul Kadıköy answered: 0 of T-shirt L feed",
    ]


def test_answers_of_one_instant_are_told_together(shop: Shop, desk: PageClient) -> None:
    second = builders.a_location("ST-002", name="Ankara")
    with clock.at(NOON):
        order = shop.an_order(is_served=False)
    codes = (shop.location.erp_code, second.erp_code)
    with clock.at(NOON + HOUR):
        stock.record_stock(
            [
                StockDocument(erp_code=code, sku=shop.missing.sku, stock_count=Count(count))
                for count, code in enumerate(codes)
            ]
        )
    (told,) = [text for text in entries(desk.get(f"/orders/{order.id}")) if "stock answers" in text]
    assert told.startswith("2 stock answers")
    assert "Ankara answered: 0.01 of T-shirt L" in told


def everything_recorded(shop: Shop) -> models.Order:
    """An order of which every source has something to tell."""
    with clock.at(NOON):
        order = shop.an_order(number="1001")
        waiting = builders.an_out_of_stock_package(order)
        hook = outbox.a_webhook()
    mapping = builders.a_mapping(order.items[0], code="ERP-1")
    event = outbox.an_event(hook, order, event_type="order.changed", state="delivered")
    outbox.an_attempt(event, NOON + HOUR, status=200, outcome="delivered")
    facts = {
        "changes": [],
        "cause": "served_now",
        "remedy_key": "replan",
        "user_id": None,
        "attempt_id": None,
    }
    applied = {
        "applied_date": NOON + 2 * HOUR,
        "actor": "demo",
        "is_joint": True,
        "reason": "Everybody waits",
    }
    told = {"state": "sent", "tries": 1, "sent_date": NOON + 3 * HOUR, "update_stock": True}
    with unit_of_work():
        db.session.add(models.MappingForward(mapping_id=mapping.id, **told))
        db.session.add(models.RemedyOutcome(package_id=waiting.id, order_id=order.id, **applied, **facts))
    builders.an_audit_entry(
        date=NOON + 4 * HOUR,
        action="order.details_changed",
        object_type="order",
        object_id=str(order.id),
        actor="ayse",
        before={"notes": "ring"},
        after={"notes": "knock"},
    )
    return order


def test_remedies_forwards_events_and_acts_are_told_with_who_and_link(shop: Shop, desk: PageClient) -> None:
    order = everything_recorded(shop)
    page = desk.get(f"/orders/{order.id}")
    told = entries(page)
    for words in (
        "Order: details changed ayse Notes: ring → knock",
        "Omnitron was told of ERP-1",
        "Joint fix applied to package",
        "Webhook order.changed",
    ):
        assert any(text.startswith(words) for text in told), (words, told)
    assert any("demo Everybody waits" in text for text in told)
    links = {one.attributes["href"] for one in history(page).find_all("a")}
    plan = db.session.scalars(select(models.ExecutionPlan.id)).one()
    assert any(link.startswith(f"/execution-plans/{plan}/") and link.endswith("#attempt-1") for link in links)
    assert any(link.endswith("?order_number=1001") for link in links)


TOPICS = {
    Topic.ORDER: "Order arrived",
    Topic.PLAN: "Attempt 1",
    Topic.RESERVATION: "1 × T-shirt M reserved",
    Topic.PACKAGE: "Package 1001-1 made",
    Topic.ERP: "Omnitron was told",
    Topic.WEBHOOK: "Webhook order.changed",
    Topic.OPERATOR: "Order: details changed",
}


def test_a_topic_shows_its_own_entries_and_no_others(shop: Shop, desk: PageClient) -> None:
    order = everything_recorded(shop)
    every = entries(desk.get(f"/orders/{order.id}"))
    narrowed = {topic: entries(desk.get(f"/orders/{order.id}?topic={topic}")) for topic in Topic}
    for topic, words in TOPICS.items():
        assert any(text.startswith(words) for text in narrowed[topic]), topic
    assert sorted(text for texts in narrowed.values() for text in texts) == sorted(every)


def test_a_long_history_is_read_page_by_page_without_loss(shop: Shop, desk: PageClient) -> None:
    with clock.at(NOON):
        order = shop.an_order(is_served=False)
    for number in range(1, 2 * SHOWN_AT_ONCE + 1):
        # Several of one instant, so that a page ends between them.
        at = NOON + timedelta(minutes=number // 7)
        body = {"number": order.number, "state": "400", "omnitron_id": number}
        builders.a_fact("order_state", at=at, order_id=order.id, body=body)
    path, told = f"/orders/{order.id}", []
    while path:
        page = desk.get(path)
        told += entries(page)
        older = [one.attributes["href"] for one in history(page).find_all("a") if one.attributes.get("rel")]
        path = older[0].partition("#")[0] if older else ""
    assert len([text for text in told if text.startswith("Item ")]) == 2 * SHOWN_AT_ONCE
    assert told[-1].startswith("Order arrived")


@pytest.mark.parametrize(
    "parameters", ["topic=nothing", "before=x", "before=2026-11-20_1_1", "before=2026-11-20T00:00:00Z_99_1"]
)
def test_parameters_that_make_no_sense_show_the_whole(shop: Shop, desk: PageClient, parameters: str) -> None:
    order = shop.an_order()
    assert entries(desk.get(f"/orders/{order.id}?{parameters}")) == entries(desk.get(f"/orders/{order.id}"))


def test_a_store_manager_is_told_of_own_places_only(app: Flask, shop: Shop, desk: PageClient) -> None:
    order = everything_recorded(shop)
    manager = builders.a_user("store", role="store_manager", locations=[shop.location])
    with app.app_context():
        seen = order_history(order.id, frozenset({shop.location.id}), None, None, 99)
        foreign = order_history(order.id, frozenset({shop.location.id + 1}), None, None, 99)
    told = {one.source for one in seen.moments}
    assert told <= {Source.FACT, Source.ATTEMPT, Source.PACKAGE, Source.RESERVED, Source.RELEASED}
    assert {one.source for one in foreign.moments} <= {Source.FACT, Source.ATTEMPT}
    page = PageClient(app, manager.session_key).get(f"/orders/{order.id}")
    assert not [text for text in entries(page) if "Webhook" in text or "Omnitron" in text]
    assert not [one for one in page.with_attribute("id") if one.attributes["id"] == "audit"]


def test_the_page_takes_as_many_statements_however_long_its_history_is(
    app: Flask, shop: Shop, desk: PageClient
) -> None:
    order = everything_recorded(shop)

    def statements() -> int:
        with counted(app) as sent:
            desk.get(f"/orders/{order.id}")
        return len(sent)

    few = statements()
    for number in range(30):
        body = {"number": order.number, "state": "400"}
        builders.a_fact("order_state", at=NOON + timedelta(minutes=number), order_id=order.id, body=body)
    assert statements() == few <= BUDGET


def test_a_moment_knows_its_source() -> None:
    assert Moment(NOON, 0, 1).source is Source.FACT
