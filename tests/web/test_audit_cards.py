"""Who did what to an order, a package or a report, on its own page."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app import models
from app.domain.discrepancies import DiscrepancyReason
from app.domain.packages import PackageCommand
from app.extensions import db
from app.services import audit, execution_plan_commands, inventory_discrepancies, packages
from tests import builders
from tests.page_markup import Element
from tests.pages import PageClient
from tests.shops import Shop

pytestmark = pytest.mark.usefixtures("db_session")


def card(page: Element) -> Element | None:
    """The card of acts."""
    found = [one for one in page.with_attribute("id") if one.attributes["id"] == "audit"]
    return found[0] if found else None


def acts(page: Element) -> list[str]:
    found = card(page)
    assert found is not None
    return [one.text for one in found.find_all("li") if "audit-row" in one.attributes.get("class", "")]


def the_package() -> models.Package:
    return db.session.scalars(select(models.Package)).one()


def test_an_order_tells_the_acts_on_its_own_records(shop: Shop, desk: PageClient) -> None:
    order = shop.an_order(is_served=False)
    other = shop.an_order(is_served=False)
    for one, name in ((order, "ayse"), (other, "mehmet")):
        with audit.acting_as(name):
            execution_plan_commands.replan_order(one.id, reason="New stock came")
    (told,) = acts(desk.get(f"/orders/{order.id}"))
    assert "ayse" in told and "New stock came" in told


def test_a_package_tells_its_commands_newest_first(shop: Shop, desk: PageClient) -> None:
    shop.an_order()
    package = the_package()
    with audit.acting_as("mehmet"):
        packages.carry_out(package.id, PackageCommand.PREPARE)
        packages.carry_out(package.id, PackageCommand.PACK)
    told = acts(desk.get(f"/packages/{package.id}/explanation"))
    assert [text.split(" ")[0] for text in told] == ["Pack", "Prepare"]
    assert all("mehmet" in text for text in told)


def test_a_report_tells_who_confirmed_and_cleared_it(app: Flask, shop: Shop) -> None:
    report = builders.a_discrepancy(shop.location, shop.product)
    with audit.acting_as("ayse"):
        inventory_discrepancies.confirm_discrepancy(report.id, "Looked everywhere")
        inventory_discrepancies.clear_discrepancy(report.id, "Was behind the counter")
    manager = builders.a_user("store", role="store_manager", locations=[shop.location])
    cleared, confirmed = acts(PageClient(app, manager.session_key).get(f"/discrepancies/{report.id}"))
    assert "Was behind the counter" in cleared
    assert "Looked everywhere" in confirmed


def test_a_report_is_told_with_names_instead_of_numbers(shop: Shop, desk: PageClient) -> None:
    order = shop.an_order()
    item_id = db.session.scalars(select(models.PackageItem.id)).one()
    report = inventory_discrepancies.report_discrepancy(item_id, DiscrepancyReason.OUT_OF_STOCK)
    for path in (f"/discrepancies/{report}", f"/orders/{order.id}"):
        told = " ".join(acts(desk.get(path)))
        for name in (f"Product {shop.product.sku}", f"Location {shop.location.name}", the_package().number):
            assert name in told, (path, told)


def test_store_managers_are_not_told_of_acts_on_orders_and_packages(app: Flask, shop: Shop) -> None:
    order = shop.an_order()
    package = the_package()
    with audit.acting_as("mehmet"):
        packages.carry_out(package.id, PackageCommand.PREPARE)
    manager = builders.a_user("store", role="store_manager", locations=[shop.location])
    browser = PageClient(app, manager.session_key)
    for path in (f"/orders/{order.id}", f"/packages/{package.id}/explanation"):
        assert card(browser.get(path)) is None
