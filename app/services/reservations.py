"""Reservations besides the planner's own: added, and released once and for good, whoever races."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, Select, bindparam, select, update

from app import clock
from app.domain.errors import Invalid, NotFound
from app.domain.reservations import ReleaseReason, ReservationState
from app.extensions import db
from app.models.columns import table
from app.models.orders import OrderItem
from app.models.products import Product
from app.models.reservations import IS_HELD, Reservation
from app.models.stock_locations import StockLocation
from app.services import natural_keys, order_locks, rows
from app.services.documents.events import ReservationDocument, ReservationReleaseDocument
from app.services.documents.values import Hundredths, Json, body_of
from app.services.unit_of_work import UnitOfWork, unit_of_work

_RESERVATIONS = table(Reservation)
_held = _RESERVATIONS.c
_FOUND = (
    select(
        _held.id,
        _held.order_item_id,
        _held.product_id,
        _held.stock_location_id,
        _held.quantity,
        _held.state,
        table(OrderItem).c.omnitron_id,
        table(OrderItem).c.order_id,
        table(Product).c.sku,
        table(StockLocation).c.erp_code,
    )
    .join_from(_RESERVATIONS, table(OrderItem), table(OrderItem).c.id == _held.order_item_id)
    .join(table(Product), table(Product).c.id == _held.product_id)
    .join(table(StockLocation), table(StockLocation).c.id == _held.stock_location_id)
)
_OF_ID = _FOUND.where(_held.id == bindparam("key"))
_HELD_OF_ITEM = _FOUND.where(_held.order_item_id == bindparam("key"), IS_HELD).order_by(_held.id)
_HELD_OF_PACKAGE_ITEMS = _FOUND.where(
    _held.package_item_id.in_(bindparam("key", expanding=True)), IS_HELD
).order_by(_held.id)
_EVER_THERE = (
    select(_held.id, _held.state)
    .where(
        _held.order_item_id == bindparam("order_item_id"),
        _held.stock_location_id == bindparam("stock_location_id"),
    )
    .order_by(_held.id)
)
# Whoever comes second finds nothing held: the condition is checked by the database, row by row.
_RELEASE = (
    update(_RESERVATIONS)
    .where(_held.id.in_(bindparam("ids", expanding=True)), IS_HELD)
    .values(
        state=ReservationState.RELEASED.value,
        released_date=bindparam("now"),
        release_reason=bindparam("why"),
    )
    .returning(_held.id)
)

Found = Row[*tuple[Any, ...]]


def add_reservation(document: ReservationDocument) -> int:
    """Hold units of an order item at a location, without a package item; the reservation's id.

    Raises Invalid for an unknown item or location.
    """
    with unit_of_work() as work:
        item = natural_keys.item(work, document.omnitron_id)
        location_id = natural_keys.location_id(work, document.erp_code)
        order_locks.lock_order_stock(work, item.order_id, [item.sku])
        keys = {
            "order_item_id": item.id,
            "product_id": item.product_id,
            "stock_location_id": location_id,
        }
        held = {"quantity": int(document.quantity), "state": "held", "reserved_date": clock.now()}
        reservation_id = rows.add(_RESERVATIONS, {**keys, **held})
        body = body_of(document)
        work.record(
            "reservation",
            body,
            order_id=item.order_id,
            stock_location_id=location_id,
            product_id=item.product_id,
        )
        work.audit("reservation.added", "reservation", reservation_id, after=body)
        work.touch(product_ids=[item.product_id])
        return reservation_id


def release_reservation(reservation_id: int, reason: str | None = None) -> bool:
    """Release it for an operator who says why; False when it was released before. Raises NotFound."""
    with unit_of_work() as work:
        found = _locked(work, _OF_ID, reservation_id)
        if not found:
            raise NotFound("reservation", reservation_id)
        if not _release(work, found, ReleaseReason.OPERATOR, reason):
            return False
        _record(work, found[0], _place_among(found[0]), ReleaseReason.OPERATOR)
        return True


def release_place(work: UnitOfWork, document: ReservationReleaseDocument) -> None:
    """Release what a fact names: all that is held of an item at a location, or the `nth` ever made there.

    Nothing happens where all of it was released before. Raises Invalid where nothing was ever held.
    """
    item = natural_keys.item(work, document.omnitron_id)
    location_id = natural_keys.location_id(work, document.erp_code)
    keys = {"order_item_id": item.id, "stock_location_id": location_id}
    ever = db.session.execute(_EVER_THERE, keys).all()
    if not ever:
        raise Invalid(
            {"omnitron_id": [f"is {item.omnitron_id}, which was never held at {document.erp_code}"]}
        )
    if document.nth is not None and document.nth > len(ever):
        raise Invalid({"nth": [f"is {document.nth}, but only {len(ever)} were made"]})
    chosen = {row.id for row in ever} if document.nth is None else {ever[document.nth - 1].id}
    held = [one for one in _locked(work, _HELD_OF_ITEM, item.id) if one.id in chosen]
    if held and _release(work, held, document.reason):
        _record(work, held[0], document.nth, document.reason)


def release_of_item(work: UnitOfWork, order_item_id: int, reason: ReleaseReason) -> int:
    """Release all that is held of an order item, as a consequence of an act that locked it; how many."""
    return _release(work, list(db.session.execute(_HELD_OF_ITEM, {"key": order_item_id})), reason)


def release_of_package_items(work: UnitOfWork, package_item_ids: Collection[int]) -> int:
    """Release what is held for package items, as a consequence of a command that locked them; how many."""
    found = db.session.execute(_HELD_OF_PACKAGE_ITEMS, {"key": list(package_item_ids)})
    return _release(work, list(found), ReleaseReason.PACKAGE_COMMAND)


def _locked(work: UnitOfWork, statement: Select[Any], key: int) -> list[Found]:
    """The rows, read again once their order and stock are locked."""
    found = list(db.session.execute(statement, {"key": key}))
    if found and not work.exclusive:
        order_locks.lock_order_stock(work, found[0].order_id, {one.sku for one in found})
        found = list(db.session.execute(statement, {"key": key}))
    return found


def _release(work: UnitOfWork, found: list[Found], reason: ReleaseReason, words: str | None = None) -> int:
    """Release those that are still held; how many were."""
    if not found:
        return 0
    values = {"ids": [one.id for one in found], "now": clock.now(), "why": reason.value}
    released = set(db.session.execute(_RELEASE, values).scalars())
    for one in found:
        if one.id in released:
            before = {"state": "held", **_shown(one)}
            after = {"state": "released", "release_reason": reason.value}
            work.audit("reservation.released", "reservation", one.id, before, after, words)
    work.touch(product_ids={one.product_id for one in found if one.id in released})
    return len(released)


def _record(work: UnitOfWork, one: Found, nth: int | None, reason: ReleaseReason) -> None:
    document = ReservationReleaseDocument(
        omnitron_id=one.omnitron_id, erp_code=one.erp_code, nth=nth, reason=reason
    )
    work.record(
        "reservation_release",
        body_of(document),
        order_id=one.order_id,
        stock_location_id=one.stock_location_id,
        product_id=one.product_id,
    )


def _place_among(one: Found) -> int | None:
    """Which one it is of all ever made of its item there; None for the only one."""
    keys = {"order_item_id": one.order_item_id, "stock_location_id": one.stock_location_id}
    ids = [row.id for row in db.session.execute(_EVER_THERE, keys)]
    return ids.index(one.id) + 1 if len(ids) > 1 else None


def _shown(one: Found) -> Json:
    return {
        "omnitron_id": one.omnitron_id,
        "sku": one.sku,
        "erp_code": one.erp_code,
        "quantity": Hundredths(one.quantity).write(),
    }
