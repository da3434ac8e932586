"""What becomes of a report of missing stock: counted again, confirmed, removed, restored."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.domain.errors import NotFound, Refused
from app.domain.packages import PackageCommand
from app.extensions import db
from app.models import AuditEntry, Fact, InventoryDiscrepancy, Order, Package, Product, Stock, StockLocation
from app.queries import discrepancy_evidence
from app.services import (
    audit,
    discrepancy_removal,
    inventory_discrepancies,
    mappings,
    packages,
    planning,
    recounts,
    unblocked_packages,
)
from app.services import stock as stock_answers
from app.services.documents.events import MappingDocument, StockDocument
from app.services.documents.values import Count
from tests import builders

pytestmark = pytest.mark.usefixtures("db_session")


@pytest.fixture
def place(db_session: object) -> StockLocation:
    builders.a_scenario()
    return builders.a_location("ST-001")


@pytest.fixture
def product(place: StockLocation) -> Product:
    product = builders.a_product("TS-M")
    builders.a_stock(place, product, 0)
    return product


def a_waiting_order(product: Product) -> Order:
    order = builders.an_order(lines=[(product, 1_00)])
    planning.plan_order(order.id, "order")
    return order


def report_of(report: InventoryDiscrepancy) -> InventoryDiscrepancy:
    db.session.expire_all()
    return db.session.get_one(InventoryDiscrepancy, report.id)


def states(order: Order) -> list[str]:
    return list(
        db.session.scalars(select(Package.state).where(Package.order_id == order.id).order_by(Package.id))
    )


def test_a_recount_is_a_stock_answer_and_settles_every_report_there(
    place: StockLocation, product: Product
) -> None:
    reports = [builders.a_discrepancy(place, product) for _ in range(2)]
    elsewhere = builders.a_discrepancy(builders.a_location(), product)
    with audit.acting_as("ayse"):
        assert recounts.recount(reports[0].id, 4_00, "counted twice") == recounts.Recount(product.id, 2)
    assert [report_of(one).is_active for one in reports] == [False, False]
    assert report_of(elsewhere).is_active
    assert db.session.scalar(select(Stock.stock_count).where(Stock.stock_location_id == place.id)) == 4_00
    kinds = db.session.scalars(select(Fact.kind).order_by(Fact.id)).all()
    assert kinds[-2:] == ["stock", "discrepancy_clear"]
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "discrepancy.recounted")).one()
    assert (entry.actor, entry.reason) == ("ayse", "counted twice")
    assert entry.after == {"stock_count": "4.00", "cleared": 2}


def test_what_the_report_blocked_is_planned_again_and_served(place: StockLocation, product: Product) -> None:
    report = builders.a_discrepancy(place, product)
    orders = [a_waiting_order(product) for _ in range(3)]
    counted = recounts.recount(report.id, 2_00)
    planned = unblocked_packages.plan_again([counted.product_id])
    assert planned.served == 2
    assert [states(one)[0] for one in orders] == ["600", "600", "920"]
    facts = db.session.scalars(select(Fact).where(Fact.kind == "replan").order_by(Fact.id)).all()
    assert {fact.body["trigger"] for fact in facts} == {"discrepancy"}


def test_counting_none_settles_the_report_and_serves_nobody(place: StockLocation, product: Product) -> None:
    report = builders.a_discrepancy(place, product)
    order = a_waiting_order(product)
    recounts.recount(report.id, 0)
    assert unblocked_packages.plan_again([product.id]) == unblocked_packages.PlannedAgain()
    assert not report_of(report).is_active
    assert states(order) == ["920"]


def test_a_confirmed_report_stays_and_says_who_looked(place: StockLocation, product: Product) -> None:
    report = builders.a_discrepancy(place, product)
    with audit.acting_as("ayse"):
        inventory_discrepancies.confirm_discrepancy(report.id, "looked behind the shelf")
    found = report_of(report)
    assert found.is_active
    assert (found.confirmed_by, found.confirmed_note) == ("ayse", "looked behind the shelf")
    assert found.confirmed_date == found.modified_date


def test_what_was_cleared_or_removed_cannot_be_confirmed(place: StockLocation, product: Product) -> None:
    cleared = builders.a_discrepancy(place, product, is_active=False)
    removed = builders.a_discrepancy(place, product, removed_date=clock.now())
    with pytest.raises(Refused) as refused:
        inventory_discrepancies.confirm_discrepancy(cleared.id)
    assert refused.value.code == "discrepancy_cleared"
    for act in (inventory_discrepancies.confirm_discrepancy, lambda one: recounts.recount(one, 1_00)):
        with pytest.raises(NotFound):
            act(removed.id)


def test_a_restored_report_is_what_it_was(place: StockLocation, product: Product) -> None:
    report = builders.a_discrepancy(place, product)
    discrepancy_removal.remove_discrepancies(date(2000, 1, 1), reason="old")
    assert report_of(report).removed_date is not None
    assert discrepancy_removal.restore_discrepancy(report.id, "still true")
    assert not discrepancy_removal.restore_discrepancy(report.id), "once is enough"
    found = report_of(report)
    assert (found.is_active, found.removed_date, found.removed_by, found.removed_reason) == (
        True,
        None,
        None,
        None,
    )
    fact = db.session.scalars(select(Fact).order_by(Fact.id.desc()).limit(1)).one()
    assert (fact.kind, fact.body["restored"], fact.body["reason"]) == (
        "discrepancy_clear",
        True,
        "still true",
    )
    with pytest.raises(NotFound):
        discrepancy_removal.restore_discrepancy(999_999)


def test_what_came_after_the_list_was_shown_stays(place: StockLocation, product: Product) -> None:
    shown, later = (builders.a_discrepancy(place, product) for _ in range(2))
    assert discrepancy_removal.remove_discrepancies(date(2000, 1, 1), last_id=shown.id) == 1
    assert report_of(later).removed_date is None


def test_evidence_counts_what_happened_there_since(place: StockLocation, product: Product) -> None:
    now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    with clock.at(now - timedelta(days=3)):
        answered(place, product, 9_00)
        order = a_waiting_order(product)
        package = db.session.scalars(select(Package).where(Package.order_id == order.id)).one()
    with clock.at(now - timedelta(days=2)):
        report = builders.a_discrepancy(place, product)
        quiet = builders.a_discrepancy(place, builders.a_product())
    with clock.at(now - timedelta(days=1)):
        packages.carry_out(package.id, PackageCommand.PACK)
        mappings.create_mapping(
            MappingDocument(omnitron_id=order.items[0].omnitron_id, code="E", update_stock=True)
        )
        for count in (4_00, 6_00, 5_00, 7_00):
            answered(place, product, count)
    found = discrepancy_evidence.evidence_of([report.id, quiet.id])
    assert (found[report.id].packed, found[report.id].sold, found[report.id].restocked) == (1_00, 1_00, 4_00)
    assert found[report.id].last_count == 7_00
    assert found[report.id].speaks_against
    assert found[quiet.id] == discrepancy_evidence.Evidence()


def answered(place: StockLocation, product: Product, count: int) -> None:
    stock_answers.record_stock(
        [StockDocument(erp_code=place.erp_code, sku=product.sku, stock_count=Count(count))]
    )
