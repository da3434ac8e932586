"""The ERP's own ids for order items. One mapping an item (D13); it normally releases what is held (D14)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import RowMapping

from app import clock
from app.domain.errors import NotFound, Refused
from app.domain.reservations import ReleaseReason
from app.models.columns import table
from app.models.mappings import EXTERNAL_COMPANY, Mapping
from app.services import mapping_forwards, order_keys, order_locks, reservations, rows
from app.services.documents.events import MappingDocument
from app.services.documents.values import body_of
from app.services.order_keys import ItemKey
from app.services.unit_of_work import UnitOfWork, unit_of_work

_MAPPINGS = table(Mapping)
_MAPPED = "items mapped here"


@dataclass(frozen=True, slots=True)
class Mapped:
    """The stored mapping: made just now, or before."""

    id: int
    order_item_id: int
    code: str
    is_new: bool
    released: int
    """How many reservations this call released."""


def create_mapping(document: MappingDocument) -> Mapped:
    """Keep the ERP's id for an order item; with `update_stock` release what is still held of it.

    The same code again answers the stored mapping. Raises Refused `mapped_otherwise` for another code and
    NotFound for an unknown item (D13).
    """
    with unit_of_work() as work:
        item = order_keys.items_of_numbers(work, [document.omnitron_id]).get(document.omnitron_id)
        if item is None:
            raise NotFound("order_item", document.omnitron_id)
        order_locks.lock_order_stock(work, item.order_id, [item.sku])
        stored = _stored(work, item)
        if stored is not None and stored["code"] != document.code:
            raise Refused("mapped_otherwise", stored_code=stored["code"])
        mapping_id = stored["id"] if stored else _insert(work, item, document)
        released = _release(work, item) if document.update_stock else 0
        if released and stored is not None:
            rows.change(_MAPPINGS, mapping_id, {"update_stock": True})
        if stored is None or released:
            work.record("mapping", body_of(document), order_id=item.order_id, product_id=item.product_id)
            work.touch(product_ids=[item.product_id])
            mapping_forwards.owe(work, mapping_id, document.update_stock)
        return Mapped(mapping_id, item.id, document.code, stored is None, released)


def apply_mapping(work: UnitOfWork, document: MappingDocument) -> None:
    """The mapping of a fact. Raises Invalid for an unknown item."""
    order_keys.item(work, document.omnitron_id)
    create_mapping(document)


def _stored(work: UnitOfWork, item: ItemKey) -> RowMapping | None:
    """The item's mapping; not looked for where none can be."""
    if order_keys.is_new_here(work, item) and item.id not in work.cache.setdefault(_MAPPED, set()):
        return None
    return rows.find(_MAPPINGS, "order_item_id", item.id)


def _insert(work: UnitOfWork, item: ItemKey, document: MappingDocument) -> int:
    mapping_id = rows.add(
        _MAPPINGS,
        {
            "order_item_id": item.id,
            "integration_type": EXTERNAL_COMPANY,
            "code": document.code,
            "update_stock": document.update_stock,
            "created_date": clock.now(),
        },
    )
    work.cache.setdefault(_MAPPED, set()).add(item.id)
    work.audit("mapping.created", "mapping", mapping_id, after=body_of(document))
    return mapping_id


def _release(work: UnitOfWork, item: ItemKey) -> int:
    return reservations.release_of_item(work, item.id, ReleaseReason.ERP_REGISTERED)
