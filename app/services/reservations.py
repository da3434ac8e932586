"""Reservations besides the planner's own: added, and released once and for good, whoever races."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Update, bindparam, select, update

from app import clock
from app.domain.errors import Invalid, NotFound
from app.domain.reservations import ReleaseReason, ReservationState
from app.domain.states import RecordKind
from app.domain.webhooks import EventType
from app.extensions import run
from app.models.columns import table
from app.models.list_parameters import one_of
from app.models.reservations import IS_HELD, Reservation
from app.models.stock_locations import StockLocation
from app.services import mapping_forwards, natural_keys, order_keys, order_locks, rows
from app.services.documents.events import ReservationDocument, ReservationReleaseDocument
from app.services.documents.values import Hundredths, body_of
from app.services.order_keys import ItemKey
from app.services.unit_of_work import UnitOfWork, unit_of_work

_RESERVATIONS, _LOCATIONS = table(Reservation), table(StockLocation)
_columns = _RESERVATIONS.c
_EVER_THERE = (
    select(_columns.id)
    .where(
        _columns.order_item_id == bindparam("order_item_id"),
        _columns.stock_location_id == bindparam("stock_location_id"),
    )
    .order_by(_columns.id)
)
_STATE = select(_columns.state).where(_columns.id == bindparam("reservation"))
# Whoever comes second finds nothing held: the database itself looks at each row again.
_RELEASE = (
    update(_RESERVATIONS)
    .where(IS_HELD)
    .values(
        state=ReservationState.RELEASED.value,
        released_date=bindparam("now"),
        release_reason=bindparam("why"),
    )
    .returning(_columns.id, _columns.product_id, _columns.quantity, _columns.order_item_id)
)
_RELEASE_CHOSEN = _RELEASE.where(one_of(_columns.id, "chosen"))
_RELEASE_OF_ITEM = _RELEASE.where(_columns.order_item_id == bindparam("chosen"))
_RELEASE_OF_PACKAGE_ITEMS = _RELEASE.where(one_of(_columns.package_item_id, "chosen"))


def add_reservation(document: ReservationDocument) -> int:
    """Hold units of an order item at a location, without a package item; the reservation's id.

    Raises Invalid for an unknown item or location.
    """
    with unit_of_work() as work:
        item = order_keys.item(work, document.omnitron_id)
        location_id = natural_keys.location_id(work, document.erp_code)
        order_locks.lock_order_stock(work, item.order_id, [item.sku])
        reservation_id = rows.add(
            _RESERVATIONS,
            {
                "order_item_id": item.id,
                "product_id": item.product_id,
                "stock_location_id": location_id,
                "quantity": int(document.quantity),
                "state": ReservationState.HELD.value,
                "reserved_date": clock.now(),
            },
        )
        body = body_of(document)
        work.record("reservation", body, **_references(item, location_id))
        work.audit("reservation.added", "reservation", reservation_id, after=body)
        work.touch(product_ids=[item.product_id])
        return reservation_id


def release_reservation(reservation_id: int, reason: str | None = None) -> bool:
    """Release it for an operator who says why; False when it was released before. Raises NotFound.

    Whoever comes late only reads: a release is for good, so no lock is needed to know of it.
    """
    if run(_STATE, {"reservation": reservation_id}).scalar() == ReservationState.RELEASED:
        return False
    with unit_of_work() as work:
        row = rows.find(_RESERVATIONS, "id", reservation_id)
        if row is None:
            raise NotFound("reservation", reservation_id)
        item = order_keys.item_of_id(row["order_item_id"])
        order_locks.lock_order_stock(work, item.order_id, [item.sku])
        if not _release(work, _RELEASE_CHOSEN, [reservation_id], ReleaseReason.OPERATOR, reason):
            return False
        ids = _ever_there(item, row["stock_location_id"])
        nth = ids.index(reservation_id) + 1 if len(ids) > 1 else None
        _record(work, item, row["stock_location_id"], nth, ReleaseReason.OPERATOR)
        return True


def apply_release(work: UnitOfWork, document: ReservationReleaseDocument) -> None:
    """What a fact says was released: all that is held of an item at a location, or the `nth` made there.

    Nothing happens where it was released before. Raises Invalid where nothing was ever held.
    """
    item = order_keys.item(work, document.omnitron_id)
    location_id = natural_keys.location_id(work, document.erp_code)
    order_locks.lock_order_stock(work, item.order_id, [item.sku])
    ids = _ever_there(item, location_id)
    if not ids:
        reason = f"is {item.omnitron_id}, of which nothing was ever held at {document.erp_code}"
        raise Invalid({"omnitron_id": [reason]})
    if document.nth is not None and document.nth > len(ids):
        raise Invalid({"nth": [f"is {document.nth}, but only {len(ids)} were made"]})
    chosen = ids if document.nth is None else [ids[document.nth - 1]]
    if _release(work, _RELEASE_CHOSEN, chosen, document.reason):
        _record(work, item, location_id, document.nth, document.reason)


def release_of_item(work: UnitOfWork, order_item_id: int, reason: ReleaseReason) -> int:
    """Release all that is held of an order item, as a consequence of an act that locked it; how many."""
    return _release(work, _RELEASE_OF_ITEM, order_item_id, reason)


def release_of_package_items(work: UnitOfWork, package_item_ids: Collection[int]) -> int:
    """Release what is held for package items, as a consequence of a command that locked them; how many."""
    reason = ReleaseReason.PACKAGE_COMMAND
    return _release(work, _RELEASE_OF_PACKAGE_ITEMS, list(package_item_ids), reason)


def _release(
    work: UnitOfWork,
    statement: Update,
    chosen: int | list[int],
    reason: ReleaseReason,
    words: str | None = None,
) -> int:
    """Release those of the chosen that are still held; how many were."""
    values = {"chosen": chosen, "now": clock.now(), "why": reason.value}
    released = sorted(tuple(row) for row in run(statement, values))
    after = {"state": ReservationState.RELEASED.value, "release_reason": reason.value}
    for reservation_id, _, quantity, _ in released:
        before = {"state": ReservationState.HELD.value, "quantity": Hundredths(quantity).write()}
        work.audit("reservation.released", "reservation", reservation_id, before, after, words)
        work.announce(EventType.RESERVATION_RELEASED, RecordKind.RESERVATION, reservation_id)
    work.free({product_id for _, product_id, _, _ in released})
    if reason is not ReleaseReason.ERP_REGISTERED:  # a mapping tells of itself
        mapping_forwards.owe_released(work, {order_item_id for *_, order_item_id in released})
    return len(released)


def _ever_there(item: ItemKey, location_id: int) -> list[int]:
    """Every reservation ever made of an item at a location, by id."""
    keys = {"order_item_id": item.id, "stock_location_id": location_id}
    return list(run(_EVER_THERE, keys).scalars())


def _record(
    work: UnitOfWork, item: ItemKey, location_id: int, nth: int | None, reason: ReleaseReason
) -> None:
    location = rows.find(_LOCATIONS, "id", location_id)
    assert location is not None
    document = ReservationReleaseDocument(
        omnitron_id=item.omnitron_id, erp_code=location["erp_code"], nth=nth, reason=reason
    )
    work.record("reservation_release", body_of(document), **_references(item, location_id))


def _references(item: ItemKey, location_id: int) -> dict[str, Any]:
    return {
        "order_id": item.order_id,
        "stock_location_id": location_id,
        "product_id": item.product_id,
    }
