"""What answers of the API hold of orders, as plain rows: one statement a table, however many orders."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Row, cast, func, select

from app.extensions import run
from app.models.columns import table
from app.models.customers import Address, Customer
from app.models.list_parameters import one_of
from app.models.orders import Order, OrderItem
from app.models.products import Product
from app.queries.column_texts import instant_text, json_text

Rows = list[Row[*tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class OrderRows:
    """Rows of whole orders in the columns of ORDERS, ITEMS, ADDRESSES and CUSTOMERS; items by their id."""

    orders: Rows
    items: Rows
    addresses: Rows
    customers: Rows


def whole_orders(ids: Collection[int]) -> OrderRows:
    """These orders, in the order of `ids`, with their items and whom they are for; four statements."""
    orders = _ordered(ids, _read(ORDERS, ids))
    items = _read(ITEMS, ids)
    address_ids = {row.shipping_address_id for row in orders} | {row.billing_address_id for row in orders}
    addresses = _read(ADDRESSES, _present(address_ids))
    customer_ids = {row.customer_id for row in orders} | {row.customer_id for row in addresses}
    return OrderRows(orders, items, addresses, _read(CUSTOMERS, _present(customer_ids)))


def summaries(ids: Collection[int]) -> Rows:
    """These orders, in the order of `ids`, in the columns of SUMMARIES; references are ids."""
    return _ordered(ids, _read(SUMMARIES, ids))


def item_sums(ids: Collection[int]) -> dict[int, tuple[int, int | None]]:
    """How many items these orders have, and what they cost together after discounts, in hundredths."""
    return {order_id: (count, net) for order_id, count, net in _read(ITEM_SUMS, ids)}


def item_references(order_id: int) -> Rows:
    """The items of one order: id, omnitron_id, SKU, state."""
    return _read(ITEM_REFERENCES, [order_id])


def _read(statement: Any, ids: Collection[int]) -> Rows:
    return list(run(statement, {"ids": ids}).all())


def _ordered(ids: Iterable[int], rows: Rows) -> Rows:
    """One that was deleted meanwhile is missing."""
    by_id = {row[0]: row for row in rows}
    return [by_id[one] for one in ids if one in by_id]


def _present(ids: Iterable[int | None]) -> list[int]:
    """In one order, so that the database walks its index once."""
    return sorted(one for one in ids if one is not None)


_orders, _items, _addresses = table(Order).c, table(OrderItem).c, table(Address).c
_customers, _products = table(Customer).c, table(Product).c

ORDERS = select(
    _orders.id,
    _orders.state,
    _orders.customer_id,
    _orders.shipping_address_id,
    _orders.billing_address_id,
    _orders.channel_id,
    _orders.payment_type,
    _orders.retail_store,
    _orders.delivery_range,
    _orders.client_type,
    _orders.delivery_type,
    instant_text(_orders.created_date),
    instant_text(_orders.modified_date),
    _orders.omnitron_id,
    _orders.number,
    instant_text(_orders.date_placed),
    _orders.tracking_number,
    _orders.has_gift_box,
    _orders.gift_box_note,
    _orders.notes,
    _orders.segment,
    _orders.cargo_company_id,
).where(one_of(_orders.id, "ids"))

ITEMS = (
    select(
        _items.id,
        _items.state,
        _items.product_id,
        instant_text(_items.created_date),
        instant_text(_items.modified_date),
        _items.omnitron_id,
        _items.net_amount,
        _items.price,
        _items.price_currency,
        _items.retail_price,
        _items.tax_rate,
        _items.tax_amount,
        _items.discount_amount,
        _items.without_net_amount,
        _items.installment_interest_amount,
        json_text(_items.attributes),
        json_text(_items.attributes_kwargs),
        _items.image,
        _items.price_list_id,
        _items.stock_list_id,
        json_text(_items.extra_field),
        _items.parent_omnitron_id,
        _items.order_id,
    )
    .where(one_of(_items.order_id, "ids"))
    .order_by(_items.order_id, _items.id)
)

ADDRESSES = select(
    _addresses.id,
    _addresses.city_id,
    _addresses.country_id,
    _addresses.township_id,
    _addresses.district_id,
    _addresses.customer_id,
    _addresses.address_type,
    instant_text(_addresses.created_date),
    instant_text(_addresses.modified_date),
    _addresses.omnitron_id,
    _addresses.mapping,
    _addresses.title,
    _addresses.is_active,
    _addresses.line,
    _addresses.postcode,
    _addresses.notes,
    _addresses.email,
    _addresses.phone_number,
    _addresses.first_name,
    _addresses.last_name,
    _addresses.company_name,
    _addresses.tax_office,
    _addresses.tax_no,
    _addresses.e_bill_taxpayer,
).where(one_of(_addresses.id, "ids"))

CUSTOMERS = select(
    _customers.email,
    _customers.first_name,
    _customers.last_name,
    _customers.phone_number,
    _customers.erp_code,
    _customers.id,
    _customers.channel_id,
).where(one_of(_customers.id, "ids"))

SUMMARIES = select(
    _orders.id,
    _orders.omnitron_id,
    _orders.number,
    _orders.state,
    _orders.channel_id,
    _orders.customer_id,
    _orders.shipping_address_id,
    _orders.billing_address_id,
    _orders.payment_type,
    _orders.delivery_type,
    _orders.client_type,
    _orders.cargo_company_id,
    _orders.tracking_number,
    instant_text(_orders.date_placed),
    instant_text(_orders.created_date),
    instant_text(_orders.modified_date),
).where(one_of(_orders.id, "ids"))

ITEM_SUMS = (
    select(_items.order_id, func.count(), cast(func.sum(_items.net_amount), BigInteger))
    .where(one_of(_items.order_id, "ids"))
    .group_by(_items.order_id)
)

ITEM_REFERENCES = (
    select(_items.id, _items.omnitron_id, _products.sku, _items.state)
    .join_from(table(OrderItem), table(Product), _products.id == _items.product_id)
    .where(one_of(_items.order_id, "ids"))
    .order_by(_items.id)
)
