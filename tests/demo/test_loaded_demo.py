"""The demo world once it is loaded: every cause is there, many packages share some, and all of them last."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.cli.demo import MANAGED
from app.demo import mapping_story, world
from app.domain.access import Role
from app.domain.diagnosis.causes import Cause
from app.domain.diagnosis.explanation import cause_of
from app.domain.facts import World
from app.domain.packages import PackageState
from app.domain.staleness import LiveNote, StaleReason, live_note, stale_in
from app.extensions import db
from app.models.packages import IS_OUT_OF_STOCK, Package
from app.models.products import Product
from app.models.stock_locations import StockLocation
from app.queries import discrepancy_reports, worlds
from app.queries.discrepancy_reports import ReportFilter
from app.queries.waiting_packages import waiting_packages
from app.services import auto_replanning, mapping_delivery, users, world_scripts
from tests import builders
from tests.pages import PageClient
from tests.upstreams import a_stand_in, a_whole_order, connect

ANCHOR = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
MARGIN = timedelta(days=2)

Causes = dict[int, str]


@pytest.fixture
def demo(app: Flask) -> Iterator[None]:
    """The stories alone, without the ordinary orders around them: these change no cause."""
    with app.app_context():
        lines = (json.dumps(line).encode() for line in world.lines(ANCHOR, orders=0))
        with clock.at(ANCHOR):
            world_scripts.load(lines)
        yield
        db.session.remove()


def kept_causes() -> Causes:
    rows = db.session.execute(select(Package.id, Package.cause).where(IS_OUT_OF_STOCK))
    return {row.id: row.cause for row in rows}


def causes_at(now: datetime) -> Causes:
    """What the causes would be at that time, if nothing happened until then."""
    waiting = waiting_packages(list(kept_causes()))
    demands = worlds.demands({one.order_id: one.lines for one in waiting})
    seen = whole_world(now)
    return {one.id: cause_of(demands[one.order_id], seen)[0].value for one in waiting}


def whole_world(now: datetime) -> World:
    products = db.session.execute(select(Product.id)).scalars().all()
    return worlds.world(products, (), now)


@pytest.mark.usefixtures("demo")
def test_the_loaded_demo_shows_every_cause_and_keeps_showing_it(app: Flask) -> None:
    check_that_every_cause_is_there_and_several_are_shared()
    check_that_no_cause_hangs_on_a_margin_of_less_than_two_days()
    check_that_reservations_are_stale_and_live_for_every_reason_that_facts_can_tell()
    check_that_the_demos_manager_has_a_report_that_blocks_packages()
    check_that_a_mapping_by_script_serves_who_waits_and_the_investigation_tells_it(app)


def check_that_every_cause_is_there_and_several_are_shared() -> None:
    found = Counter(kept_causes().values())
    assert set(found) == {cause.value for cause in Cause}
    assert 150 <= sum(found.values()) <= 250
    assert sum(count >= 10 for count in found.values()) >= 6


def check_that_no_cause_hangs_on_a_margin_of_less_than_two_days() -> None:
    assert causes_at(ANCHOR + MARGIN) == kept_causes()


def check_that_reservations_are_stale_and_live_for_every_reason_that_facts_can_tell() -> None:
    seen = whole_world(ANCHOR)
    held = [one for group in seen.reservations.values() for one in group]
    stale = Counter(stale_in(seen, one) for one in held)
    live = {live_note(one) for one in held if stale_in(seen, one) is None}
    # Every command that cancels a package lets go of its units, and a reservation told as a fact belongs to
    # none: only books kept by somebody else bring one of a cancelled package.
    assert {StaleReason.ERP_REGISTERED, StaleReason.ORDER_CANCELLED, StaleReason.ORPHAN} <= set(stale)
    assert set(LiveNote) <= live
    assert stale[StaleReason.ERP_REGISTERED] == 14


def check_that_the_demos_manager_has_a_report_that_blocks_packages() -> None:
    own = frozenset(db.session.scalars(select(StockLocation.id).where(StockLocation.erp_code.in_(MANAGED))))
    assert len(own) == len(MANAGED)
    assert max(one.blocked for one in discrepancy_reports.all_reports(ReportFilter(), own)) >= 2


def check_that_a_mapping_by_script_serves_who_waits_and_the_investigation_tells_it(app: Flask) -> None:
    """The commands that the demo suggests, over HTTP, with an upstream that hears of the mapping."""
    example = mapping_story.find()
    assert example is not None
    shown = mapping_story.steps(example, "http://localhost", "demo", "stocktrace")
    mapping = f"/api/i1/order_items/{example.omnitron_id}/create_mapping/"
    assert mapping in shown and f"/packages/{example.package_id}/explanation" in shown
    users.create_user("demo", Role.OPERATOR, "stocktrace")
    client, code = app.test_client(), f"ERP-{example.omnitron_id}"
    item = {"pk": example.omnitron_id}
    with a_stand_in(a_whole_order(1, orderitem_set=[item])) as hub, clock.at(ANCHOR):
        connect(app, hub)
        who = {"username": "demo", "password": "stocktrace"}
        key = client.post("/api/v1/auth/login/", data=who).get_data(as_text=True).split('"')[3]
        headers = {"Authorization": f"Token {key}"}
        answer = client.post(mapping, json={"code": code, "update_stock": True}, headers=headers)
        assert answer.status_code == 201
        auto_replanning.replan_due()
        assert mapping_delivery.send_due() == 1
        assert [one["code"] for one in hub.book.mappings()] == [code]
    package = db.session.get_one(Package, example.package_id)
    assert package.state != PackageState.OUT_OF_STOCK
    desk = PageClient(app, builders.a_user("ayse").session_key)
    page = desk.get(f"/packages/{package.id}/explanation").text
    assert f"were released from order {example.order_number}." in page
    assert "serves this package" in page
