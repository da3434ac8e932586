"""Puts reports of missing stock into the archive: they leave lists and API, and keep nobody away (D3, D4)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, func, select, update

from app import clock
from app.config import settings
from app.domain.errors import NotFound
from app.domain.states import RecordKind
from app.domain.webhooks import EventType
from app.extensions import db
from app.models.columns import table
from app.models.inventory_discrepancies import IS_ACTIVE, InventoryDiscrepancy
from app.models.list_parameters import one_of
from app.models.products import Product
from app.models.stock_locations import StockLocation
from app.services import audit
from app.services.documents.events import DiscrepancyClearDocument
from app.services.documents.values import body_of
from app.services.unit_of_work import UnitOfWork, unit_of_work

_DISCREPANCIES, _PRODUCTS, _LOCATIONS = table(InventoryDiscrepancy), table(Product), table(StockLocation)
_reports = _DISCREPANCIES.c
_MADE_SINCE = (
    select(_reports.id, _reports.product_id, _PRODUCTS.c.sku)
    .join(_PRODUCTS, _PRODUCTS.c.id == _reports.product_id)
    .where(IS_ACTIVE, _reports.created_date >= bindparam("since"))
)
_ONE = (
    select(_reports.product_id, _PRODUCTS.c.sku)
    .join(_PRODUCTS, _PRODUCTS.c.id == _reports.product_id)
    .where(_reports.id == bindparam("report"))
)
_REMOVE = (
    update(_DISCREPANCIES)
    .where(one_of(_reports.id, "ids"), IS_ACTIVE)
    .values(
        removed_date=bindparam("now"),
        removed_by=bindparam("who"),
        removed_reason=bindparam("why"),
        modified_date=bindparam("now"),
    )
    .returning(_reports.id)
)
_RESTORE = (
    update(_DISCREPANCIES)
    .where(one_of(_reports.id, "ids"), _reports.removed_date.is_not(None))
    .values(removed_date=None, removed_by=None, removed_reason=None, modified_date=bindparam("now"))
    .returning(_reports.id)
)
_of_a_place = (_reports.stock_location_id, _reports.product_id)
_ranked = (
    select(
        _reports.id,
        *_of_a_place,
        func.row_number().over(partition_by=_of_a_place, order_by=_reports.id).label("nth"),
        func.count().over(partition_by=_of_a_place).label("ever"),
    )
    .where(one_of(_reports.product_id, "products"))
    .subquery()
)
_NAMED = (
    select(_ranked, _LOCATIONS.c.erp_code, _PRODUCTS.c.sku)
    .join(_LOCATIONS, _LOCATIONS.c.id == _ranked.c.stock_location_id)
    .join(_PRODUCTS, _PRODUCTS.c.id == _ranked.c.product_id)
    .where(one_of(_ranked.c.id, "ids"))
    .order_by(_ranked.c.id)
)


def remove_discrepancies(
    first_day: date,
    *,
    stock_location_id: int | None = None,
    own: Collection[int] | None = None,
    last_id: int | None = None,
    reason: str | None = None,
) -> int:
    """Remove the active reports made on that day of the site's time zone or later; how many there were.

    Of one location where one is named; only of `own` locations where those are given. `last_id` is that of
    the newest report somebody was shown: what came after it stays.
    """
    since = start_of_day(first_day)
    with unit_of_work() as work:
        chosen = _MADE_SINCE.where(*_places(stock_location_id, own))
        if last_id is not None:
            chosen = chosen.where(_reports.id <= last_id)
        found = db.session.execute(chosen, {"since": since}).all()
        work.lock_stock(skus={row.sku for row in found})
        return remove(work, [row.id for row in found], {row.product_id for row in found}, reason)


def remove(work: UnitOfWork, ids: Sequence[int], product_ids: Collection[int], reason: str | None) -> int:
    """Remove those of the reports that are active, with a fact for each; how many. Their stock is locked."""
    if not ids:
        return 0
    actor = audit.actor()
    who = None if actor is audit.SYSTEM else actor.name
    values = {"ids": ids, "now": clock.now(), "who": who, "why": reason}
    removed = list(db.session.execute(_REMOVE, values).scalars())
    keys = {"ids": removed, "products": sorted(product_ids)}
    for row in db.session.execute(_NAMED, keys) if removed else ():
        _record(work, row, reason, is_removal=True)
    return len(removed)


def start_of_day(day: date) -> datetime:
    """When a day begins in the site's time zone (D3), in UTC."""
    return datetime.combine(day, time(), settings().time_zone).astimezone(UTC)


def restore_discrepancy(discrepancy_id: int, reason: str | None = None) -> bool:
    """Take a report out of the archive: it is again what it was. False when it was not there.

    Raises NotFound for an unknown one.
    """
    with unit_of_work() as work:
        keys = {"report": discrepancy_id}
        found = db.session.execute(_ONE, keys).one_or_none()
        if found is None:
            raise NotFound("discrepancy", discrepancy_id)
        work.lock_stock(skus=[found.sku])
        return restore(work, [discrepancy_id], [found.product_id], reason) > 0


def restore(work: UnitOfWork, ids: Sequence[int], product_ids: Collection[int], reason: str | None) -> int:
    """Take those of the reports that are in the archive out of it, with a fact for each; how many."""
    restored = list(db.session.execute(_RESTORE, {"ids": ids, "now": clock.now()}).scalars())
    keys = {"ids": restored, "products": sorted(product_ids)}
    for row in db.session.execute(_NAMED, keys) if restored else ():
        _record(work, row, reason, is_removal=False)
    return len(restored)


def _places(stock_location_id: int | None, own: Collection[int] | None) -> list[ColumnElement[bool]]:
    found = [] if own is None else [_reports.stock_location_id.in_(sorted(own))]
    return found + ([] if stock_location_id is None else [_reports.stock_location_id == stock_location_id])


def _record(work: UnitOfWork, row: Row[*tuple[Any, ...]], reason: str | None, *, is_removal: bool) -> None:
    document = DiscrepancyClearDocument(
        erp_code=row.erp_code,
        sku=row.sku,
        nth=row.nth if row.ever > 1 else None,
        removed=is_removal,
        restored=not is_removal,
        reason=reason,
    )
    work.record(
        "discrepancy_clear",
        body_of(document),
        stock_location_id=row.stock_location_id,
        product_id=row.product_id,
    )
    action = "discrepancy.removed" if is_removal else "discrepancy.restored"
    change = {"removed": not is_removal}, {"removed": is_removal}
    work.audit(action, "discrepancy", row.id, *change, reason)
    kind = RecordKind.INVENTORY_DISCREPANCY
    work.announce(EventType.DISCREPANCY_REMOVED, kind, row.id, reason=reason)
    if is_removal:
        work.free([row.product_id])
    else:
        work.touch(product_ids=[row.product_id])
