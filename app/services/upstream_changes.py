"""A newer version of an order that is here: its states, and what it says beside what is to be served."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select

from app import clock
from app.clients.omnitron import BrokenRecord, WholeOrder
from app.domain.orders import ItemState
from app.domain.upstream import changed_lines
from app.extensions import run
from app.models.cargo_companies import CargoCompany
from app.models.columns import table
from app.models.orders import Order, OrderItem
from app.models.products import Product
from app.services import order_locks, orders, rows
from app.services.documents.orders import OrderDocument
from app.services.unit_of_work import UnitOfWork

_ORDERS, _ITEMS, _PRODUCTS = table(Order), table(OrderItem), table(Product)
_CARRIERS = table(CargoCompany)
_ORDER = select(_ORDERS).where(_ORDERS.c.id == bindparam("order_id"))
_LINES = (
    select(_ITEMS.c.id, _ITEMS.c.omnitron_id, _ITEMS.c.state, _ITEMS.c.quantity, _PRODUCTS.c.sku)
    .join_from(_ITEMS, _PRODUCTS, _PRODUCTS.c.id == _ITEMS.c.product_id)
    .where(_ITEMS.c.order_id == bindparam("order_id"))
)
# What nothing is planned by; the rest of an order stays as it came in.
_TOLD = (
    "tracking_number",
    "has_gift_box",
    "gift_box_note",
    "notes",
    "amount",
    "shipping_amount",
    "discount_amount",
)


def lay_over(work: UnitOfWork, order_id: int, whole: WholeOrder, document: OrderDocument) -> bool:
    """Give the order and its items the states of this version, and the order its texts and amounts.

    Whether anything changed. Raises BrokenRecord where its lines are not those that came in.
    """
    order_locks.lock_with_products(work, order_id)
    _refuse_other_lines(order_id, whole, document)
    has_told = _tell(work, order_id, whole, document)
    has_moved = _move(order_id, document)
    return has_told or has_moved


def _refuse_other_lines(order_id: int, whole: WholeOrder, document: OrderDocument) -> None:
    stored = {row.omnitron_id: (row.sku, row.quantity) for row in run(_LINES, {"order_id": order_id})}
    sent = [(item.omnitron_id, item.sku, int(item.quantity)) for item in document.items]
    found = changed_lines(stored, sent)
    if found is not None:
        raise BrokenRecord(*found, whole.raw, whole.summary)


def _move(order_id: int, document: OrderDocument) -> bool:
    """States: first of the items that leave the order's way, then of the order, then of what is left."""
    order = run(_ORDER, {"order_id": order_id}).mappings().one()
    wanted = {item.omnitron_id: item.state or ItemState(document.state.value) for item in document.items}
    apart = {number for number, state in wanted.items() if state.value != document.state.value}
    has_moved = _move_items(order_id, {number: wanted[number] for number in apart})
    if order["state"] != document.state.value:
        orders.set_order_state(order_id, document.state)
        has_moved = True
    return _move_items(order_id, wanted) or has_moved


def _move_items(order_id: int, wanted: dict[int, ItemState]) -> bool:
    has_moved = False
    for row in run(_LINES, {"order_id": order_id}).all():
        state = wanted.get(row.omnitron_id)
        if state is not None and state.value != row.state:
            orders.set_item_state(row.id, state)
            has_moved = True
    return has_moved


def _tell(work: UnitOfWork, order_id: int, whole: WholeOrder, document: OrderDocument) -> bool:
    """Texts, amounts and carrier that the version names and that are others here."""
    order = run(_ORDER, {"order_id": order_id}).mappings().one()
    said: dict[str, Any] = {name: getattr(document, name) for name in _TOLD if name in whole.body}
    carrier = rows.find(_CARRIERS, "omnitron_id", document.cargo_company) if document.cargo_company else None
    if carrier is not None:
        said["cargo_company_id"] = carrier["id"]
    changed = {name: value for name, value in said.items() if order[name] != value}
    if changed:
        rows.change(_ORDERS, order_id, {**changed, "modified_date": clock.now()})
        before = {name: order[name] for name in changed}
        work.audit("order.details_changed", "order", order_id, before, changed)
    return bool(changed)
