"""Many who release, register and command at once: each release happens once, nobody waits for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.domain.discrepancies import DiscrepancyReason
from app.domain.errors import Refused
from app.domain.packages import PackageCommand
from app.extensions import db
from app.models import AuditEntry, Fact, InventoryDiscrepancy, Package, PackageItem, Reservation
from app.queries import consistency
from app.services import (
    execution_plan_commands,
    inventory_discrepancies,
    mappings,
    packages,
    reservations,
    stock,
)
from app.services.documents.events import MappingDocument, StockDocument
from app.services.documents.values import Count
from tests.databases import Backend
from tests.processes import in_processes
from tests.world.scripts import Script, a_shop, item, order, product
from tests.world.scripts import stock as stock_line

WRITERS = 8
ORDERS = 24


@pytest.fixture
def shop(app: Flask) -> Script:
    """ORDERS orders of two products, half of them served at WH1 and half at ST2."""
    script = Script([*a_shop(WH1=ORDERS // 2, ST2=ORDERS // 2), product("TS-L")])
    script.tell(**stock_line("WH1", "TS-L", ORDERS // 2)).tell(**stock_line("ST2", "TS-L", ORDERS // 2))
    for number in range(1, ORDERS + 1):
        script.tell(**order(str(number), item(number), item(1000 + number, "TS-L")))
    with app.app_context():
        script.load()
    return script


def at_once(app: Flask, *works: Callable[[], object]) -> list[BaseException]:
    """Do all of it in threads that start together; what was raised."""
    start, raised = threading.Barrier(len(works)), []

    def run(work: Callable[[], object]) -> None:
        try:
            with app.app_context():
                start.wait(10)
                work()
                db.session.remove()
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return raised


def count(column: object, *where: object) -> int:
    return db.session.execute(select(func.count(column)).where(*where)).scalar_one()  # type: ignore[arg-type]


@pytest.mark.usefixtures("shop")
def test_eight_threads_release_the_same_reservations_each_once(app: Flask) -> None:
    told: list[bool] = []

    def release_all(ids: Sequence[int]) -> None:
        told.extend(reservations.release_reservation(one) for one in ids)

    ids = list(range(1, 2 * ORDERS + 1))
    assert at_once(app, *[lambda: release_all(ids)] * WRITERS) == []
    assert (told.count(True), len(told)) == (len(ids), WRITERS * len(ids))
    with app.app_context():
        assert count(Reservation.id, Reservation.state == "released") == len(ids)
        assert count(Fact.id, Fact.kind == "reservation_release") == len(ids)
        assert count(AuditEntry.id, AuditEntry.action == "reservation.released") == len(ids)
        assert list(consistency.findings()) == []


@pytest.mark.usefixtures("shop")
def test_four_processes_release_the_same_reservations_each_once(
    app: Flask, backend: Backend, tmp_path: Path
) -> None:
    count_ = 2 * ORDERS
    assert sum(in_processes("release_all", 4, backend.url, tmp_path, count_)) == count_
    with app.app_context():
        assert count(Fact.id, Fact.kind == "reservation_release") == count_


@pytest.mark.usefixtures("shop")
def test_releases_mappings_commands_and_feeds_do_not_wait_for_each_other_for_ever(app: Flask) -> None:
    numbers = range(1, ORDERS + 1)
    with app.app_context():
        package_ids = db.session.scalars(select(Package.id).order_by(Package.id)).all()

    def not_found() -> None:
        for package_id in package_ids:
            try:
                packages.carry_out(package_id, PackageCommand.NOT_FOUND)
            except Refused:
                continue

    def cancel() -> None:
        for package_id in reversed(package_ids):
            try:
                packages.carry_out(package_id, PackageCommand.CANCEL)
            except Refused:
                continue

    def replan() -> None:
        for number in numbers:
            try:
                execution_plan_commands.replan_order(number)
            except Refused:
                continue

    def feed() -> None:
        for count_ in range(10, 20):
            stock.record_stock(
                [
                    StockDocument(erp_code=code, sku=sku, stock_count=Count(count_ * 100))
                    for code in ("ST2", "WH1")
                    for sku in ("TS-M", "TS-L")
                ]
            )

    def clear() -> None:
        for _ in range(10):
            for place in (1, 2):
                inventory_discrepancies.clear_place(place, 1)

    works = (
        lambda: [reservations.release_reservation(one) for one in range(2 * ORDERS, 0, -1)],
        lambda: [mappings.create_mapping(MappingDocument(omnitron_id=n, code=f"E{n}")) for n in numbers],
        not_found,
        cancel,
        replan,
        feed,
        clear,
    )
    assert at_once(app, *works) == []
    with app.app_context():
        assert list(consistency.findings()) == []
        released = select(Fact.kind).where(Fact.kind == "reservation_release")
        assert len(db.session.scalars(released).all()) <= 2 * ORDERS


@pytest.mark.usefixtures("shop")
def test_a_report_is_cleared_once(app: Flask) -> None:
    with app.app_context():
        package_item = db.session.scalars(select(PackageItem.id)).first()
        assert package_item is not None
        for _ in range(10):
            inventory_discrepancies.report_discrepancy(package_item, DiscrepancyReason.DAMAGED)
        ids = db.session.scalars(select(InventoryDiscrepancy.id)).all()
    told: list[bool] = []

    def clear_all() -> None:
        told.extend(inventory_discrepancies.clear_discrepancy(one) for one in ids)

    assert at_once(app, *[clear_all] * WRITERS) == []
    assert told.count(True) == len(ids)
