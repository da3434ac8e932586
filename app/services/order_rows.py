"""Writes the rows of an order that arrives: customer, addresses, the order, its items."""

from __future__ import annotations

from typing import Any

from app.domain.errors import Invalid
from app.models.columns import table
from app.models.orders import Order, OrderItem
from app.services import customers, natural_keys, order_keys, rows, sales_lists
from app.services.documents.orders import AddressDocument, OrderDocument, OrderItemDocument
from app.services.order_keys import ItemKey, OrderKey
from app.services.unit_of_work import UnitOfWork

_ORDERS, _ITEMS = table(Order), table(OrderItem)
# What a document and its table call by the same name; states are written by hand.
_PLAIN = [name for name in OrderDocument.__struct_fields__ if name in _ORDERS.c and name != "state"]
_PLAIN_OF_ITEM = [
    name for name in OrderItemDocument.__struct_fields__ if name in _ITEMS.c and name != "state"
]


def insert(work: UnitOfWork, document: OrderDocument) -> int:
    """The id of the new order. Raises Invalid for what is known already and for what is unknown."""
    channel_id = natural_keys.channel_id(work, document.channel)
    _refuse_known(work, document)
    product_ids = [
        natural_keys.product_id(work, item.sku, f"items[{place}].sku")
        for place, item in enumerate(document.items)
    ]
    values = {name: getattr(document, name) for name in _PLAIN}
    order_id = rows.add(
        _ORDERS,
        {
            **values,
            "state": document.state.value,
            "channel_id": channel_id,
            "cargo_company_id": _carrier(work, document),
            **_people(work, document, channel_id),
        },
    )
    item_ids = rows.add_all(
        _ITEMS,
        [
            _item_values(work, document, item, {"order_id": order_id, "product_id": product_id})
            for item, product_id in zip(document.items, product_ids, strict=True)
        ],
    )
    items = [
        ItemKey(item_id, item.omnitron_id, order_id, product_id, item.sku)
        for item_id, item, product_id in zip(item_ids, document.items, product_ids, strict=True)
    ]
    key = OrderKey(order_id, document.number, document.channel)
    order_keys.remember(work, key, document.omnitron_id, items)
    return order_id


def _refuse_known(work: UnitOfWork, document: OrderDocument) -> None:
    number, channel, upstream = document.number, document.channel, document.omnitron_id
    if any(one.channel == channel for one in order_keys.orders_of_number(work, number)):
        raise Invalid({"number": [f"is {number!r}, which {channel} has an order of already"]})
    if upstream is not None:
        known = order_keys.order_of_upstream(work, channel, upstream)
        if known is not None:
            raise Invalid({"omnitron_id": [f"is {upstream}, which order {known} has already"]})
    seen = set(order_keys.items_of_numbers(work, [item.omnitron_id for item in document.items]))
    for place, item in enumerate(document.items):
        if item.omnitron_id in seen:
            raise Invalid({f"items[{place}].omnitron_id": [f"is {item.omnitron_id}, which another item has"]})
        seen.add(item.omnitron_id)


def _carrier(work: UnitOfWork, document: OrderDocument) -> int | None:
    if document.cargo_company is None:
        return None
    return natural_keys.cargo_company_id(work, document.cargo_company)


def _people(work: UnitOfWork, document: OrderDocument, channel_id: int) -> dict[str, int | None]:
    shipping = document.shipping_address or document.address
    billing = document.billing_address or document.address
    described = shipping or billing
    customer = document.customer or (customers.person_of(described) if described else None)
    if customer is None:
        return {"customer_id": None, "shipping_address_id": None, "billing_address_id": None}
    customer_id = customers.save_customer(work, channel_id, customer)

    def saved(address: AddressDocument | None) -> int | None:
        return customers.save_address(work, customer_id, address) if address else None

    return {
        "customer_id": customer_id,
        "shipping_address_id": saved(shipping),
        "billing_address_id": saved(billing),
    }


def _item_values(
    work: UnitOfWork, document: OrderDocument, item: OrderItemDocument, keys: dict[str, int]
) -> dict[str, Any]:
    state = item.state.value if item.state else document.state.value
    return {
        **keys,
        **{name: getattr(item, name) for name in _PLAIN_OF_ITEM},
        "state": state,
        "price_list_id": sales_lists.save_list(work, sales_lists.PRICE_LISTS, item.price_list),
        "stock_list_id": sales_lists.save_list(work, sales_lists.STOCK_LISTS, item.stock_list),
    }
