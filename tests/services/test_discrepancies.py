"""A location reports what is missing; reports are cleared one by one or a product at a time."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.domain.discrepancies import DiscrepancyReason
from app.domain.errors import Invalid, NotFound
from app.domain.packages import PackageCommand
from app.extensions import db
from app.models import AuditEntry, Fact, InventoryDiscrepancy, Package, PackageItem
from app.services import audit, packages
from app.services.inventory_discrepancies import clear_discrepancy, clear_place, report_discrepancy
from tests.world.scripts import Script, a_shop, item, order, rows_stored

pytestmark = pytest.mark.usefixtures("db_session")


@pytest.fixture
def shop(db_session: object) -> Script:
    """Order 1 (item 1) is served at WH1; order 2 (item 2) waits for more than there is."""
    script = Script(a_shop()).tell(**order("1", item(1))).tell(**order("2", item(2, quantity="9")))
    script.load()
    return script


def active() -> list[bool]:
    found = select(InventoryDiscrepancy.is_active).order_by(InventoryDiscrepancy.id)
    return list(db.session.scalars(found))


def facts(kind: str) -> list[dict[str, object]]:
    return list(db.session.scalars(select(Fact.body).where(Fact.kind == kind).order_by(Fact.id)))


def a_package_item(state: str = "100") -> int:
    return db.session.scalars(select(PackageItem.id).where(PackageItem.state == state)).first() or 0


@pytest.mark.usefixtures("shop")
def test_a_report_is_of_a_package_item_and_says_who() -> None:
    with audit.acting_as("ayse"):
        report_id = report_discrepancy(a_package_item(), DiscrepancyReason.DAMAGED, "Wet")
    report = db.session.get(InventoryDiscrepancy, report_id)
    assert report is not None
    assert (report.reason, report.note, report.reported_by) == ("damaged", "Wet", "ayse")
    assert facts("discrepancy") == [
        {"erp_code": "WH1", "omnitron_id": 1, "reason": "damaged", "package": "1-1", "note": "Wet"}
    ]


@pytest.mark.usefixtures("shop")
def test_what_waits_is_at_no_location_and_cannot_be_missing_there() -> None:
    with pytest.raises(NotFound):
        report_discrepancy(a_package_item("920"), DiscrepancyReason.OTHER)


@pytest.mark.usefixtures("shop")
def test_one_report_is_cleared_once_and_the_fact_says_which() -> None:
    first, second = (report_discrepancy(a_package_item(), DiscrepancyReason.OTHER) for _ in range(2))
    assert clear_discrepancy(second, "Found behind the shelf")
    assert not clear_discrepancy(second)
    assert active() == [True, False]
    assert facts("discrepancy_clear") == [
        {"erp_code": "WH1", "sku": "TS-M", "nth": 2, "reason": "Found behind the shelf"}
    ]
    assert clear_place(1, 1) == 1
    assert clear_place(1, 1) == 0
    assert not clear_discrepancy(first)
    assert facts("discrepancy_clear")[1:] == [{"erp_code": "WH1", "sku": "TS-M"}]
    entries = select(AuditEntry).where(AuditEntry.action == "discrepancy.cleared").order_by(AuditEntry.id)
    cleared = db.session.scalars(entries).all()
    assert [(one.object_id, one.reason) for one in cleared] == [
        (str(second), "Found behind the shelf"),
        (str(first), None),
    ]


def test_clearing_tells_anew_why_packages_wait(shop: Script) -> None:
    package_id = db.session.scalars(select(Package.id).where(Package.state == "100")).one()
    packages.carry_out(package_id, PackageCommand.NOT_FOUND)
    cause = select(Package.cause).where(Package.number == "1-2")
    assert db.session.scalars(cause).one() == "discrepancy_hold"
    clear_place(1, 1)
    assert db.session.scalars(cause).one() == "served_now"


@pytest.mark.usefixtures("db_session")
def test_unknown_reports_and_places_are_not_found() -> None:
    for act in (
        lambda: clear_discrepancy(10**9),
        lambda: clear_place(10**9, 1),
        lambda: report_discrepancy(10**9, DiscrepancyReason.OTHER),
    ):
        with pytest.raises(NotFound):
            act()


def test_of_several_package_items_there_a_fact_means_the_live_one(shop: Script) -> None:
    package_id = db.session.scalars(select(Package.id).where(Package.state == "100")).one()
    packages.carry_out(package_id, PackageCommand.NOT_FOUND)
    clear_place(1, 1)
    shop.lines.clear()
    shop.tell("replan", number="1")
    shop.tell("discrepancy", erp_code="WH1", omnitron_id=1, reason="damaged")
    shop.tell("discrepancy", erp_code="WH1", omnitron_id=1, reason="damaged", package="1-1").load()
    assert [fact["package"] for fact in facts("discrepancy")] == ["1-3", "1-1"]


def test_of_several_that_are_all_cancelled_the_fact_has_to_say_which(shop: Script) -> None:
    shop.lines.clear()
    for _ in range(2):
        shop.tell("package_command", number="1", sku="TS-M", command="not_found")
        shop.tell("discrepancy_clear", erp_code="WH1", sku="TS-M").tell("replan", number="1")
    shop.tell("package_command", number="1", sku="TS-M", command="cancel").load()
    shop.lines.clear()
    before = rows_stored()
    with pytest.raises(Invalid) as caught:
        shop.tell("discrepancy", erp_code="WH1", omnitron_id=1, reason="damaged").load()
    assert caught.value.errors == {"package": ["is needed: item 1 is there in 1-1, 1-3, 1-5"]}
    assert rows_stored() == before
