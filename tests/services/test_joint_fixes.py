"""A joint fix applied as a batch: proved on the spot, made once, then each package planned by itself."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from app import models
from app.domain.diagnosis.causes import Cause
from app.domain.errors import NotFound, Refused
from app.extensions import db
from app.models import AuditEntry, Package, Reservation
from app.queries import batches as watched
from app.queries import consistency, kept_triage
from app.queries.kept_triage import FoundFix
from app.services import batch_runs, batches, joint_fixes, planning, reservations, stock_locations, triage
from app.services.unit_of_work import unit_of_work
from tests import builders
from tests.stories import STORIES, served_now, waiting_package

pytestmark = pytest.mark.usefixtures("db_session")


def a_store_outside(orders: int = 3, units: int = 2) -> models.StockLocation:
    """A switched-off store with so many units, and so many orders that wait for one each."""
    store, product = builders.a_location("ST1", name="Nişantaşı", is_active=False), builders.a_product("TS-M")
    builders.a_stock(store, product, units * 1_00)
    builders.a_scenario(rules=[{"name": "all"}])
    for _ in range(orders):
        planning.plan_order(builders.an_order(lines=[(product, 1_00)]).id, "order")
    return store


def top_fix() -> FoundFix:
    triage.refresh()
    found = kept_triage.kept_triage()
    assert found is not None
    return kept_triage.kept_fix(found.fixes[0].key)


def planned(fix: FoundFix) -> int:
    return joint_fixes.plan_fix(fix.fix.key, fix.version, "store is open again", "/packages/triage")


def ran(batch_id: int) -> list[Any]:
    batches.start_batch(batch_id)
    batch_runs.run_batch(batch_id)
    db.session.rollback()
    return list(watched.batch_rows(batch_id, None, 1, 50).rows)


def waiting() -> int:
    return len(list(db.session.scalars(select(Package.id).where(Package.state == "920"))))


def test_the_plan_names_the_change_first_and_then_each_package_it_serves() -> None:
    a_store_outside(orders=3, units=2)
    fix = top_fix()
    rows = watched.batch_rows(planned(fix), None, 1, 50).rows
    assert [(one.arguments["step"], one.is_required) for one in rows] == [
        ("change", True),
        ("plan", False),
        ("plan", False),
    ]
    assert [one.arguments["package_id"] for one in rows[1:]] == list(fix.package_ids)


def test_applied_to_all_it_serves_what_it_promised_and_nothing_else() -> None:
    a_store_outside(orders=3, units=2)
    rows = ran(planned(top_fix()))
    assert [one.state for one in rows] == ["done"] * 3
    assert [one.result["served"][0][1] for one in rows[1:]] == ["Nişantaşı"] * 2
    assert waiting() == 1
    assert list(consistency.findings()) == []
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "joint_fix.applied")).one()
    assert entry.reason == "store is open again"
    triage.refresh()
    found = kept_triage.kept_triage()
    assert found is not None and found.fixes == []


@pytest.mark.parametrize("cause", [one for one in STORIES if one is not Cause.SERVED_NOW])
def test_whatever_the_cause_its_fix_serves_the_package(cause: Cause) -> None:
    waiting_package(STORIES[cause])
    rows = ran(planned(top_fix()))
    assert [one.state for one in rows] == ["done"] * len(rows)
    assert waiting() == 0
    assert list(consistency.findings()) == []


def test_a_change_somebody_made_meanwhile_is_refused_and_the_rest_is_skipped() -> None:
    store = a_store_outside()
    batch = planned(top_fix())
    stock_locations.activate_location(store.erp_code)
    rows = ran(batch)
    assert [one.state for one in rows] == ["refused", "skipped", "skipped"]
    assert (rows[0].code, rows[0].params) == ("fix_fallen", {"kind": "activate_location"})


def test_a_fix_that_serves_nobody_any_more_is_refused_and_changes_nothing() -> None:
    a_store_outside()
    batch = planned(top_fix())
    with unit_of_work():
        db.session.execute(update(models.Stock).values(stock_count=0))
    rows = ran(batch)
    assert (rows[0].state, rows[0].code) == ("refused", "fix_serves_nobody")
    assert db.session.scalars(select(models.StockLocation.is_active)).one() is False


def test_a_package_that_still_waits_says_why_and_keeps_no_attempt() -> None:
    a_store_outside(orders=2, units=2)
    batch = planned(top_fix())
    with unit_of_work():
        db.session.execute(update(models.Stock).values(stock_count=1_00))
    attempts = len(list(db.session.scalars(select(models.PlanAttempt.id))))
    rows = ran(batch)
    assert [one.state for one in rows] == ["done", "done", "refused"]
    assert (rows[2].code, rows[2].params) == ("still_waits", {"cause": "reserved_by_others"})
    assert len(list(db.session.scalars(select(models.PlanAttempt.id)))) == attempts + 1


def test_a_package_that_was_served_before_its_turn_is_left_alone() -> None:
    a_store_outside(orders=2, units=2)
    fix = top_fix()
    batch = planned(fix)
    batches.start_batch(batch)
    batch_runs.run_batch(batch, seconds=0)
    order = db.session.get(Package, fix.package_ids[0])
    assert order is not None
    planning.plan_order(order.order_id, "replan")
    batch_runs.run_batch(batch)
    rows = watched.batch_rows(batch, None, 1, 50).rows
    assert rows[1].result == {"was": "served"}
    assert waiting() == 0


def test_planning_again_is_a_fix_without_a_change() -> None:
    served_now()
    rows = ran(planned(top_fix()))
    assert [(one.arguments["step"], one.state) for one in rows] == [("plan", "done")]


def test_what_was_shown_must_still_be_what_is_kept() -> None:
    a_store_outside(orders=2, units=2)
    fix = top_fix()
    order = db.session.get(Package, fix.package_ids[0])
    assert order is not None
    with pytest.raises(Refused, match="fix_outdated"):
        joint_fixes.plan_fix(fix.fix.key, "another")
    with pytest.raises(NotFound):
        joint_fixes.plan_fix("0123456789abcdef", fix.version)


def test_released_reservations_must_still_be_stale() -> None:
    waiting_package(STORIES[Cause.STALE_RESERVATION])
    batch = planned(top_fix())
    held = db.session.scalars(select(Reservation.id).where(Reservation.state == "held")).one()
    reservations.release_reservation(held, "by somebody else")
    rows = ran(batch)
    assert rows[0].code == "fix_fallen"


@pytest.mark.parametrize("cause", [one for one in STORIES if one is not Cause.SERVED_NOW])
def test_what_was_made_once_is_not_made_twice(cause: Cause) -> None:
    waiting_package(STORIES[cause])
    fix = top_fix()
    first, second = planned(fix), planned(fix)
    ran(first)
    rows = ran(second)
    assert [(one.state, one.code) for one in rows] == [("refused", "fix_fallen"), ("skipped", None)]
