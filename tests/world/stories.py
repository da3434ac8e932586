"""A small world in which every kind of fact, command and operator's act happens once or more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import select

from app import clock
from app.domain.discrepancies import DiscrepancyReason
from app.domain.facts import Split
from app.domain.packages import PackageCommand
from app.extensions import db
from app.models import (
    ExecutionPlan,
    InventoryDiscrepancy,
    Order,
    Package,
    PackageItem,
    Reservation,
    Rule,
    Scenario,
)
from app.services import (
    discrepancy_removal,
    execution_plan_commands,
    inventory_discrepancies,
    packages,
    reservations,
    scenarios,
    stock_locations,
)
from app.services.unit_of_work import unit_of_work
from tests.world.scripts import (
    Script,
    channel,
    item,
    location,
    order,
    product,
    rule,
    scenario,
    stock,
)

SECRETS = {"server": "https://shop.example/api", "password": "canary-one", "auth_token": "canary-two"}
CITY = {
    "country": {"name": "Türkiye", "code": "tr"},
    "city": {"name": "İstanbul", "latitude": "41.0", "longitude": "28.9"},
}
HOME = {
    **CITY,
    "title": "Ev",
    "line": "Bağdat Caddesi 1",
    "district": {"name": "Moda", "latitude": "40.98", "longitude": "29.02"},
}
CUSTOMER = {"omnitron_id": 9, "email": "ayse@shop.example", "first_name": "Ayşe", "last_name": "Işık"}


def a_whole_world() -> Script:
    """Every kind of line and every command, with waiting packages of several causes left at the end."""
    script = Script()
    _set_up(script)
    _orders(script)
    _packages(script)
    _shipped_and_registered(script)
    return script


def _set_up(script: Script) -> None:
    script.tell(**channel("Web", omnitron_id=1, configuration=SECRETS))
    script.tell(**channel("App", channel_type="mobile"))
    for number, sku in enumerate(("A", "B", "C", "D"), start=1):
        pictures = [{"order": place, "url": f"/{sku}-{place}.svg"} for place in (1, 0)]
        script.tell(**product(sku, omnitron_id=number, productimage_set=pictures, attributes={"size": 4.5}))
    script.tell("cargo_company", omnitron_id=34, name="Hızlı Kargo")
    script.tell(**location("WH1", latitude="40.80", longitude="29.43"))
    script.tell(**location("ST1", max_quota=2)).tell(**location("ST2", max_quota=None))
    script.tell(**location("ST3", is_active=False))
    near = rule("ST1", "ST2", name="stores", select_by_quota=True, order_by="distance", split="none")
    script.tell(**scenario(near, rule("WH1", name="warehouse", priority=2)))
    script.tell(**scenario(rule("ST3", split="quantity"), name="App", channels=["App"], priority=2))
    for erp_code, sku, count in (("WH1", "A", "10"), ("WH1", "B", 4), ("ST1", "C", "2.50"), ("ST2", "C", 3)):
        script.tell(**stock(erp_code, sku, count))
    script.tell(**stock("ST3", "D", "0")).tell(**stock("ST3", "D", "2"))


def _orders(script: Script) -> None:
    people = {"customer": CUSTOMER, "shipping_address": HOME, "billing_address": CITY, "cargo_company": 34}
    lists = {"price_list": {"name": "Spring", "code": "sp"}, "stock_list": {"name": "Main"}, "price": "9.90"}
    script.tell(**order("1", item(101, "A", **lists), omnitron_id=11, notes="Zili çalmayın", **people))
    script.tell(**order("2", item(102, "C"), item(103, "A"), **people))
    script.tell(**order("3", item(104, "C", "2"), customer={"email": "bora@shop.example"}, address=HOME))
    script.tell(**order("4", item(105, "D", "2"), channel="App"))
    script.tell(**order("4", item(106, "B"), item(107, "B", state="425")))
    script.tell(**order("5", item(108, "A"), state="300"))
    script.tell(**order("6", item(109, "A", "2"), item(110, "B", "9")))
    for number in range(7, 14):
        script.tell(**order(str(number), item(200 + number, "A")))
    script.tell("order_state", number="5", state="400")
    script.tell("order_state", number="6", omnitron_id=110, state="100")
    script.tell("order_state", number="6", omnitron_id=110, state="400")
    script.tell("replan", number="6").tell("replan", number="1")


def _packages(script: Script) -> None:
    def command(number: str, name: str, sku: str = "A", **fields: object) -> None:
        script.tell("package_command", number=number, sku=sku, command=name, **fields)

    for name in ("prepare", "block", "unblock", "pack", "ship", "deliver"):
        command("7", name)
    command("8", "refuse", reason="Torn")
    command("9", "not_found", items=[209])
    command("10", "cancel")
    command("11", "pack_for_refund")
    command("12", "block")
    command("6", "reschedule", "B")
    command("4", "cancel", "D", channel="App", erp_code=None)
    script.tell("discrepancy", erp_code="WH1", omnitron_id=106, reason="damaged", note="Wet")
    script.tell("discrepancy_clear", erp_code="WH1", sku="A", reason="Counted")


def _shipped_and_registered(script: Script) -> None:
    script.tell("reservation", omnitron_id=106, erp_code="WH1", quantity="1.00")
    script.tell("reservation", omnitron_id=106, erp_code="WH1", quantity="2")
    script.tell("reservation_release", omnitron_id=106, erp_code="WH1", nth=2)
    script.tell("reservation_release", omnitron_id=101, erp_code="WH1", reason="erp_registered")
    script.tell("mapping", omnitron_id=207, code="ERP-7").tell(
        "mapping", omnitron_id=102, code="ERP-2", update_stock=False
    )
    script.tell(**stock("WH1", "A", "7"))
    script.tell("order_state", number="7", state="550")
    script.tell(**order("14", item(214, "C", "3"), item(215, "D")))
    script.tell(**location("ST2", is_active=False)).tell(**channel("App", is_active=False))


def operators_act(script: Script) -> None:
    """What operators do on pages afterwards, each a minute later."""
    for act in ACTS:
        with clock.at(script.at):
            act()
        script.at += timedelta(minutes=1)


def _one(statement: object) -> int:
    return db.session.execute(statement).scalars().first()  # type: ignore[call-overload]


def _waiting(number: str) -> int:
    return _one(select(Package.id).join(Order).where(Order.number == number, Package.state == "920"))


def _rule(name: str) -> int:
    return _one(select(Rule.id).join(Scenario).where(Rule.name == name, Scenario.name == "Web"))


def release_one() -> None:
    held = select(Reservation.id).where(Reservation.state == "held", Reservation.package_item_id.is_(None))
    assert reservations.release_reservation(_one(held), "Nobody needs it")


def report_and_clear() -> None:
    shipped = select(PackageItem.id).join(Package).where(Package.state == "100").order_by(PackageItem.id)
    with unit_of_work():
        for reason in DiscrepancyReason:
            inventory_discrepancies.report_discrepancy(_one(shipped), reason)
        reports = db.session.scalars(select(InventoryDiscrepancy.id).order_by(InventoryDiscrepancy.id)).all()
        assert inventory_discrepancies.clear_discrepancy(reports[-2])
        assert not inventory_discrepancies.clear_discrepancy(reports[-2])


def remove_some() -> None:
    """All that are active at the place of the newest report."""
    location = _one(select(InventoryDiscrepancy.stock_location_id).order_by(InventoryDiscrepancy.id.desc()))
    assert discrepancy_removal.remove_discrepancies(date(2026, 1, 1), stock_location_id=location)


def give_up() -> None:
    plan = select(ExecutionPlan.id).join(Order).where(Order.number == "9")
    execution_plan_commands.cancel_plan(_one(plan), "The customer took another one")


ACTS: tuple[Callable[[], object], ...] = (
    release_one,
    report_and_clear,
    remove_some,
    lambda: stock_locations.raise_quota("ST1", 9, "Christmas"),
    lambda: stock_locations.activate_location("ST2"),
    lambda: scenarios.add_location_to_rule(_rule("warehouse"), "ST3"),
    lambda: scenarios.allow_split(_rule("stores"), Split.QUANTITY),
    lambda: execution_plan_commands.replan_order(
        _one(select(Order.id).where(Order.number == "14")), "remedy"
    ),
    lambda: packages.carry_out(_waiting("6"), PackageCommand.RESCHEDULE),
    give_up,
)
