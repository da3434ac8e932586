"""Reports that stock is not where the system believes it to be: made, and cleared (D4)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from app import clock
from app.domain.discrepancies import DiscrepancyReason
from app.domain.errors import Invalid, NotFound, Refused
from app.domain.states import RecordKind
from app.domain.webhooks import EventType
from app.extensions import db
from app.models.columns import table
from app.models.inventory_discrepancies import IS_ACTIVE, InventoryDiscrepancy
from app.models.list_parameters import one_of
from app.models.products import Product
from app.models.stock_locations import StockLocation
from app.services import (
    audit,
    discrepancy_removal,
    natural_keys,
    order_keys,
    order_locks,
    rows,
    shipped_items,
)
from app.services.documents.events import DiscrepancyClearDocument, DiscrepancyDocument
from app.services.documents.values import body_of
from app.services.unit_of_work import UnitOfWork, unit_of_work

_DISCREPANCIES = table(InventoryDiscrepancy)
_reports = _DISCREPANCIES.c
_EVER_THERE = (
    select(_reports.id, IS_ACTIVE.label("is_active"))
    .where(
        _reports.stock_location_id == bindparam("stock_location_id"),
        _reports.product_id == bindparam("product_id"),
    )
    .order_by(_reports.id)
)
_OF_PACKAGE_ITEMS = select(_reports.id, _reports.product_id).where(
    one_of(_reports.package_item_id, "package_item_ids"), IS_ACTIVE
)
_CLEAR = (
    update(_DISCREPANCIES)
    .where(one_of(_reports.id, "ids"), IS_ACTIVE)
    .values(is_active=False, modified_date=bindparam("now"))
    .returning(_reports.id)
)


def report_discrepancy(package_item_id: int, reason: DiscrepancyReason, note: str | None = None) -> int:
    """The location of this package item says that its stock is not there; the report's id.

    Raises NotFound, also for an item that is at no location.
    """
    with unit_of_work() as work:
        item = shipped_items.get(package_item_id)
        order_locks.lock_order_stock(work, item.order_id, [item.sku])
        keys = {"package_item_id": item.id, "product_id": item.product_id}
        report_id = insert(work, [keys], item.stock_location_id, reason, note)[0]
        document = DiscrepancyDocument(
            erp_code=item.erp_code,
            omnitron_id=item.omnitron_id,
            reason=reason,
            package=item.package_number,
            note=note,
        )
        work.record(
            "discrepancy",
            body_of(document),
            order_id=item.order_id,
            stock_location_id=item.stock_location_id,
            product_id=item.product_id,
            package_id=item.package_id,
        )
        return report_id


def insert(
    work: UnitOfWork,
    items: Sequence[dict[str, int]],
    stock_location_id: int,
    reason: DiscrepancyReason,
    note: str | None = None,
) -> list[int]:
    """Store a report for each item (`package_item_id`, `product_id`); their ids. Records no fact."""
    said = {"reason": reason.value, "note": note, "reported_by": _reporter()}
    ids = rows.add_all(
        _DISCREPANCIES, [{**item, "stock_location_id": stock_location_id, **said} for item in items]
    )
    for report_id, item in zip(ids, items, strict=True):
        after = {**item, "stock_location_id": stock_location_id, "reason": reason.value}
        work.audit("discrepancy.reported", "discrepancy", report_id, after=after, reason=note)
        work.announce(EventType.DISCREPANCY_CREATED, RecordKind.INVENTORY_DISCREPANCY, report_id)
    work.touch(product_ids={item["product_id"] for item in items})
    return ids


def clear_place(stock_location_id: int, product_id: int, reason: str | None = None) -> int:
    """Clear every active report of a product at a location; how many there were. Raises NotFound."""
    with unit_of_work() as work:
        erp_code, sku = _names(stock_location_id, product_id)
        work.lock_stock(skus=[sku])
        ever = _ever_there(stock_location_id, product_id)
        cleared = _clear(work, [row.id for row in ever if row.is_active], product_id, reason)
        if cleared:
            _record(work, DiscrepancyClearDocument(erp_code=erp_code, sku=sku, reason=reason))
        return cleared


def clear_discrepancy(discrepancy_id: int, reason: str | None = None) -> bool:
    """Clear one report; False when it was not active any more. Raises NotFound."""
    with unit_of_work() as work:
        report = rows.find(_DISCREPANCIES, "id", discrepancy_id)
        if report is None:
            raise NotFound("discrepancy", discrepancy_id)
        erp_code, sku = _names(report["stock_location_id"], report["product_id"])
        work.lock_stock(skus=[sku])
        ids = [row.id for row in _ever_there(report["stock_location_id"], report["product_id"])]
        if not _clear(work, [discrepancy_id], report["product_id"], reason):
            return False
        nth = ids.index(discrepancy_id) + 1 if len(ids) > 1 else None
        _record(work, DiscrepancyClearDocument(erp_code=erp_code, sku=sku, nth=nth, reason=reason))
        return True


def confirm_discrepancy(discrepancy_id: int, note: str | None = None) -> None:
    """Somebody looked again: the stock is not there. The report stays active (D4).

    Raises NotFound, also for a removed report, and Refused `discrepancy_cleared` for one that is not active.
    """
    with unit_of_work() as work:
        report = rows.find(_DISCREPANCIES, "id", discrepancy_id)
        if report is None or report["removed_date"] is not None:
            raise NotFound("discrepancy", discrepancy_id)
        if not report["is_active"]:
            raise Refused("discrepancy_cleared")
        now, who = clock.now(), _reporter()
        values = {"confirmed_date": now, "confirmed_by": who, "confirmed_note": note}
        rows.change(_DISCREPANCIES, discrepancy_id, {**values, "modified_date": now})
        after = {"confirmed_by": who, "confirmed_note": note}
        work.audit("discrepancy.confirmed", "discrepancy", discrepancy_id, after=after, reason=note)


def clear_of_package_items(work: UnitOfWork, package_item_ids: Collection[int]) -> None:
    """Clear the active reports about these package items, as a consequence of a command."""
    found = db.session.execute(_OF_PACKAGE_ITEMS, {"package_item_ids": list(package_item_ids)}).all()
    for row in found:
        _clear(work, [row.id], row.product_id, None)


def apply_clear(work: UnitOfWork, document: DiscrepancyClearDocument) -> None:
    """What a fact says was cleared, removed or restored. Raises Invalid where nothing was reported."""
    location_id = natural_keys.location_id(work, document.erp_code)
    product_id = natural_keys.product_id(work, document.sku)
    ever = _ever_there(location_id, product_id)
    if not ever:
        raise Invalid({"sku": [f"is {document.sku!r}, of which nothing was reported at {document.erp_code}"]})
    if document.nth is not None and document.nth > len(ever):
        raise Invalid({"nth": [f"is {document.nth}, but only {len(ever)} were reported"]})
    chosen = [row.id for row in ever] if document.nth is None else [ever[document.nth - 1].id]
    if document.restored:
        work.lock_stock(skus=[document.sku])
        discrepancy_removal.restore(work, chosen, [product_id], document.reason)
    elif document.removed:
        work.lock_stock(skus=[document.sku])
        discrepancy_removal.remove(work, chosen, [product_id], document.reason)
    elif document.nth is None:
        clear_place(location_id, product_id, document.reason)
    else:
        clear_discrepancy(chosen[0], document.reason)


def apply_report(work: UnitOfWork, document: DiscrepancyDocument) -> None:
    """What a fact reports. Raises Invalid unless it is about exactly one package item."""
    item = order_keys.item(work, document.omnitron_id)
    location_id = natural_keys.location_id(work, document.erp_code)
    package_item_id = shipped_items.only_one(item, location_id, document.package)
    report_discrepancy(package_item_id, document.reason, document.note)


def _clear(work: UnitOfWork, ids: Sequence[int], product_id: int, reason: str | None) -> int:
    if not ids:
        return 0
    values = {"ids": list(ids), "now": clock.now()}
    cleared = db.session.execute(_CLEAR, values).scalars().all()
    for report_id in sorted(cleared):
        change = {"is_active": True}, {"is_active": False}
        work.audit("discrepancy.cleared", "discrepancy", report_id, *change, reason)
        kind = RecordKind.INVENTORY_DISCREPANCY
        work.announce(EventType.DISCREPANCY_REMOVED, kind, report_id, reason=reason)
    work.free([product_id] if cleared else [])
    return len(cleared)


def _reporter() -> str | None:
    return None if audit.actor() is audit.SYSTEM else audit.actor().name


def _record(work: UnitOfWork, document: DiscrepancyClearDocument) -> None:
    location_id = natural_keys.location_id(work, document.erp_code)
    product_id = natural_keys.product_id(work, document.sku)
    work.record("discrepancy_clear", body_of(document), stock_location_id=location_id, product_id=product_id)


def _ever_there(stock_location_id: int, product_id: int) -> Sequence[Row[*tuple[Any, ...]]]:
    keys = {"stock_location_id": stock_location_id, "product_id": product_id}
    return db.session.execute(_EVER_THERE, keys).all()


def _names(stock_location_id: int, product_id: int) -> tuple[str, str]:
    location = rows.find(table(StockLocation), "id", stock_location_id)
    product = rows.find(table(Product), "id", product_id)
    if location is None or product is None:
        raise NotFound("stock", f"{stock_location_id}/{product_id}")
    return location["erp_code"], product["sku"]
