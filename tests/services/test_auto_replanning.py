"""What waits for units is planned again once stock or a release brings them: oldest order first, once."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.config import settings
from app.domain.packages import PackageCommand
from app.extensions import db
from app.models import Fact, InventoryDiscrepancy, Order, Package, PlanAttempt, Reservation
from app.services import (
    auto_replanning,
    discrepancy_removal,
    inventory_discrepancies,
    mappings,
    packages,
    reservations,
    stock,
    unblocked_packages,
)
from app.services.documents.events import MappingDocument, StockDocument
from app.services.documents.values import Count
from tests.world.scripts import Script, a_shop, dumped, item, order

pytestmark = pytest.mark.usefixtures("db_session")


def feed(erp_code: str, units: int, sku: str = "TS-M") -> None:
    stock.record_stock([StockDocument(erp_code=erp_code, sku=sku, stock_count=Count(units * 100))])


def due() -> int:
    statement = select(func.count()).where(Package.replan_due_since.is_not(None), Package.state == "920")
    return db.session.execute(statement).scalar_one()


def served() -> list[str]:
    """Numbers of the orders that are served, in the order in which that happened."""
    statement = (
        select(Order.number)
        .join(Package, Package.order_id == Order.id)
        .where(Package.state == "100")
        .order_by(Package.id)
    )
    return list(db.session.scalars(statement))


def three_waiting(**stock_counts: object) -> Script:
    """Three orders without stock; the last that came was placed first."""
    script = Script(a_shop(**(stock_counts or {"WH1": 0})))
    for number, hour in (("1", "07:30"), ("2", "07:20"), ("3", "07:10")):
        script.tell(**order(number, item(int(number)), date_placed=f"2026-11-20T{hour}:00Z"))
    return script


def test_the_oldest_orders_get_the_units_that_a_feed_brings() -> None:
    script = three_waiting()
    script.load()
    with clock.at(script.at):
        feed("WH1", 2)
        assert (due(), served()) == (3, [])
        assert auto_replanning.replan_due() == 3
        assert auto_replanning.replan_due() == 0
    assert served() == ["3", "2"]
    assert due() == 0


def test_the_attempt_and_its_fact_say_which_answer_it_was() -> None:
    script = three_waiting()
    script.load()
    with clock.at(script.at):
        feed("WH1", 1)
        auto_replanning.replan_due()
    assert db.session.scalars(select(PlanAttempt.trigger).order_by(PlanAttempt.id.desc())).first() == "stock"
    fact = db.session.scalars(select(Fact).where(Fact.kind == "replan")).one()
    assert fact.body["freed"] == {
        "at": script.at.strftime("%Y-%m-%dT%H:%M:%S.000000Z"),
        "erp_code": "WH1",
        "sku": "TS-M",
        "stock_count": "1.00",
    }


def test_a_release_serves_who_waits_and_is_named() -> None:
    script = Script(a_shop(WH1=1))
    script.tell(**order("1", item(1))).tell(**order("2", item(2)))
    script.load()
    with clock.at(script.at):
        held = db.session.scalars(select(Reservation.id)).one()
        reservations.release_reservation(held, "not needed")
        auto_replanning.replan_due()
    fact = db.session.scalars(select(Fact).where(Fact.kind == "replan")).one()
    assert (fact.body["number"], fact.body["trigger"]) == ("2", "release")
    assert fact.body["freed"]["order_number"] == "1"
    assert fact.body["freed"]["reason"] == "operator"


def test_a_mapping_releases_and_so_serves_who_waits() -> None:
    script = Script(a_shop(WH1=1)).tell(**order("1", item(1))).tell(**order("2", item(2)))
    script.load()
    with clock.at(script.at):
        mappings.create_mapping(MappingDocument(omnitron_id=1, code="E1"))
        assert auto_replanning.replan_due() == 1
    fact = db.session.scalars(select(Fact).where(Fact.kind == "replan")).one()
    assert fact.body["freed"]["reason"] == "erp_registered"


def test_every_package_that_a_settled_report_kept_waiting_is_planned_again_and_told_why() -> None:
    many = unblocked_packages.MOST_AT_ONCE + 3
    script = Script(a_shop(WH1=many + 1))
    script.tell(**order("1", item(1)))
    script.tell(kind="package_command", number="1", sku="TS-M", command="not_found", reason="not_found")
    for number in range(2, many + 2):
        script.tell(**order(str(number), item(number)))
    script.load()
    report = db.session.scalars(select(InventoryDiscrepancy.id)).one()
    with clock.at(script.at):
        assert served() == []
        inventory_discrepancies.clear_discrepancy(report)
        assert due() >= many
        assert unblocked_packages.plan_again([1]).served == unblocked_packages.MOST_AT_ONCE
        auto_replanning.replan_due()
    assert len(served()) == many + 1
    last = db.session.scalars(select(Fact).where(Fact.kind == "replan").order_by(Fact.id.desc())).first()
    assert last is not None
    assert last.body["trigger"] == "discrepancy"
    assert (last.body["freed"]["erp_code"], last.body["freed"]["cleared"]) == ("WH1", True)


def test_removing_a_report_frees_too_and_restoring_it_does_not() -> None:
    script = Script(a_shop(WH1=2)).tell(**order("1", item(1)))
    script.tell(kind="package_command", number="1", sku="TS-M", command="not_found", reason="not_found")
    script.load()
    report = db.session.scalars(select(InventoryDiscrepancy.id)).one()
    with clock.at(script.at):
        discrepancy_removal.remove_discrepancies(date(2000, 1, 1))
        discrepancy_removal.restore_discrepancy(report)
        assert (due(), auto_replanning.replan_due(), served()) == (1, 1, [])
        discrepancy_removal.remove_discrepancies(date(2000, 1, 1))
        auto_replanning.replan_due()
    assert served() == ["1"]


def test_a_package_command_that_releases_counts_too() -> None:
    script = Script(a_shop(WH1=1)).tell(**order("1", item(1))).tell(**order("2", item(2)))
    script.load()
    with clock.at(script.at):
        packages.carry_out(1, PackageCommand.CANCEL)
        assert auto_replanning.replan_due() == 1
    assert served() == ["2"]


def test_what_is_not_served_whole_keeps_waiting_and_is_looked_at_once() -> None:
    script = Script(a_shop(WH1=0)).tell(**order("1", item(1, quantity="3")))
    script.load()
    with clock.at(script.at):
        feed("WH1", 2)
        assert auto_replanning.replan_due() == 1
        assert (served(), due()) == ([], 0)
        feed("WH1", 2)  # not more than before
        feed("WH1", 1)
        assert due() == 0
        feed("WH1", 3)
        auto_replanning.replan_due()
    assert served() == ["1"]
    assert db.session.execute(select(func.count(PlanAttempt.id))).scalar_one() == 2


def test_a_loaded_world_owes_nobody_a_planning() -> None:
    script = three_waiting().tell(kind="stock", erp_code="WH1", sku="TS-M", stock_count="5")
    script.load()
    assert due() == 0
    assert auto_replanning.replan_due() == 0
    assert served() == []


def test_it_can_be_switched_off(app: Flask) -> None:
    script = three_waiting()
    script.load()
    on = app.extensions["settings"]
    app.extensions["settings"] = type(on)(**{**_values(on), "auto_replan": False})
    assert settings().auto_replan is False
    with clock.at(script.at):
        feed("WH1", 5)
        assert due() == 0
        assert auto_replanning.replan_due() == 0


def test_one_that_cannot_be_planned_keeps_nobody_else_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    script = three_waiting()
    script.load()
    planned = auto_replanning.execution_plan_commands.replan_order

    def fail_for_the_oldest(order_id: int, *arguments: object, **options: object) -> object:
        if order_id == 3:
            raise RuntimeError("broken on purpose")
        return planned(order_id, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(auto_replanning.execution_plan_commands, "replan_order", fail_for_the_oldest)
    with clock.at(script.at):
        feed("WH1", 2)
        auto_replanning.replan_due()
        assert (served(), due()) == (["2", "1"], 1)


def test_a_dump_tells_why() -> None:
    script = three_waiting()
    script.load()
    with clock.at(script.at):
        feed("WH1", 1)
        auto_replanning.replan_due()
    told = [line for line in dumped() if line["kind"] == "replan"]
    assert [line["freed"]["stock_count"] for line in told] == ["1.00"]


def _values(settings_: object) -> dict[str, object]:
    return {name: getattr(settings_, name) for name in settings_.__slots__}  # type: ignore[attr-defined]
