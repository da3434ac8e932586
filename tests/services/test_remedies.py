"""A remedy is proved again, made through the ordinary acts and planned: served, or nothing is stored."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app import clock
from app.domain.diagnosis.causes import Cause
from app.domain.diagnosis.remedies import Findings, find_remedies
from app.domain.diagnosis.targets import remedy_key
from app.domain.errors import NotFound, Refused
from app.domain.facts import Demand, World
from app.extensions import db
from app.models import (
    AuditEntry,
    Fact,
    InventoryDiscrepancy,
    Package,
    Reservation,
    RuleLocation,
    Stock,
)
from app.queries import consistency
from app.queries.explanations import explain_package
from app.services import planning
from app.services.remedies import apply_remedy, preview_remedy
from app.services.unit_of_work import unit_of_work
from tests import builders
from tests.stories import STORIES, a_product_at, served_now, stale_reservation, waiting_package

pytestmark = pytest.mark.usefixtures("db_session")


def first_key(package: Package) -> str:
    found = explain_package(package.id, "now", clock.now())
    return remedy_key(found.explanation.remedies[0].changes)


def counts() -> dict[str, int]:
    """How many rows there are of everything a remedy may write."""
    tables = (Package, Reservation, Fact, AuditEntry, InventoryDiscrepancy, RuleLocation)
    return {
        one.__name__: db.session.execute(select(func.count()).select_from(one)).scalar_one() for one in tables
    }


@pytest.mark.parametrize("cause", STORIES)
def test_the_first_remedy_serves_the_package(app: Flask, cause: Cause) -> None:
    if cause is Cause.SERVED_NOW:
        order = served_now()
        package = db.session.scalars(select(Package).where(Package.order_id == order.id)).one()
    else:
        package = waiting_package(STORIES[cause])
    assert explain_package(package.id, "now", clock.now()).explanation.cause is cause
    apply_remedy(package.id, first_key(package), "as shown")
    db.session.expire_all()
    after = explain_package(package.id, "now", clock.now())
    assert after.package.state == "600"
    assert all(item.served_by_package_id for item in after.items)
    assert list(consistency.findings()) == []
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "remedy.applied")).one()
    assert (entry.object_id, entry.reason) == (str(package.id), "as shown")


def test_a_remedy_pressed_twice_is_refused_and_stores_nothing(app: Flask) -> None:
    package = waiting_package(stale_reservation)
    key = first_key(package)
    apply_remedy(package.id, key)
    before = counts()
    with pytest.raises(Refused) as refused:
        apply_remedy(package.id, key)
    assert refused.value.code == "package_served"
    assert counts() == before


def test_a_remedy_whose_world_changed_is_refused_and_stores_nothing(app: Flask) -> None:
    package = waiting_package(stale_reservation)
    key = first_key(package)
    with unit_of_work():
        db.session.execute(update(Stock).values(stock_count=0))
    before = counts()
    with pytest.raises(Refused) as refused:
        apply_remedy(package.id, key)
    assert refused.value.code == "remedy_changed"
    assert counts() == before


def test_a_remedy_nobody_was_shown_is_refused(app: Flask) -> None:
    package = waiting_package(stale_reservation)
    with pytest.raises(Refused):
        preview_remedy(package.id, "0123456789abcdef")


def test_an_unknown_package_is_not_found(app: Flask) -> None:
    with pytest.raises(NotFound):
        apply_remedy(99, "0123456789abcdef")


def test_a_failure_half_way_undoes_everything(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    package = waiting_package(stale_reservation)
    key = first_key(package)
    before = counts()

    def broken(order_id: int, trigger: str) -> None:
        raise RuntimeError("the planner is gone")

    monkeypatch.setattr(planning, "plan_order", broken)
    with pytest.raises(RuntimeError):
        apply_remedy(package.id, key)
    assert counts() == before
    assert db.session.scalars(select(Reservation.state)).all() == ["held"]


def test_the_oldest_reservation_is_released_and_no_other(app: Flask) -> None:
    location = builders.a_location()
    product = a_product_at(location, 2_00)
    now = clock.now()
    for age in (1, 3, 2):
        cancelled = builders.an_order(lines=[(product, 1_00)], state="100")
        builders.a_reservation(cancelled.items[0], location, reserved_date=now - timedelta(days=age))
    builders.a_scenario()
    order = builders.an_order(lines=[(product, 1_00)])
    planning.plan_order(order.id, "order")
    package = db.session.scalars(select(Package)).one()
    apply_remedy(package.id, first_key(package))
    released = db.session.scalars(select(Reservation).where(Reservation.state == "released")).all()
    # Two of three must go: 2 in stock, 3 held, 1 needed.
    assert sorted((now - one.reserved_date).days for one in released) == [2, 3]


def test_who_looks_while_somebody_else_serves_it_is_told_so(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = waiting_package(stale_reservation)
    key = first_key(package)

    def overtaken(demand: Demand, world: World) -> Findings:
        monkeypatch.undo()
        found = find_remedies(demand, world)
        apply_remedy(package.id, key)
        return replace(found, remedies=())

    monkeypatch.setattr("app.services.remedies.find_remedies", overtaken)
    with pytest.raises(Refused, match="package_served"):
        preview_remedy(package.id, key)


def test_two_people_who_press_at_once_serve_it_once(app: Flask) -> None:
    package = waiting_package(stale_reservation)
    key = first_key(package)
    start = threading.Barrier(4)
    outcomes: list[str] = []

    def press() -> None:
        with app.app_context():
            start.wait(10)
            try:
                apply_remedy(package.id, key)
                outcomes.append("served")
            except Refused as refused:
                outcomes.append(refused.code)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["package_served"] * 3 + ["served"]
    db.session.expire_all()
    assert (
        db.session.execute(select(func.sum(Reservation.quantity)).where(Reservation.state == "held")).scalar()
        == 1_00
    )
