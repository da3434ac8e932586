"""From rows of orders to their shapes: what many orders share is one object, or encoded already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from typing import Any

from msgspec import Raw

from app.api import fragments
from app.api.answers import fixed
from app.api.fragments import Fragments
from app.api.order_shapes import (
    AddressShape,
    CustomerShape,
    ItemReference,
    OrderItemShape,
    OrderShape,
    ShortOrderDetail,
    ShortOrderShape,
    SimpleOrderShape,
)
from app.domain.states import RecordKind
from app.queries import order_documents
from app.queries.order_documents import Rows


@lru_cache(maxsize=1_024)
def _document(text: str | None) -> Any:
    """A JSON column as it is stored; most are alike."""
    return None if text is None else Raw(text)


# Made of whole rows, and of fragments in place of shapes: neither is known to their types.
_Make = Callable[..., Any]
_order: _Make = OrderShape
_item: _Make = OrderItemShape
_short_detail: _Make = ShortOrderDetail
_short: _Make = ShortOrderShape
_simple: _Make = SimpleOrderShape
_address: _Make = AddressShape


def whole(ids: Collection[int], known: Fragments) -> list[OrderShape]:
    """Whole orders, in the order of `ids`."""
    rows = order_documents.whole_orders(ids)
    items = _items(rows.items, known)
    customers = {row.id: CustomerShape(*row) for row in rows.customers}
    addresses = _addresses(rows.addresses, customers, known)
    states = known.of(fragments.STATES, [RecordKind.ORDER])[RecordKind.ORDER]
    channels = known.of(fragments.CHANNELS, (row.channel_id for row in rows.orders))
    return [
        _order(
            row[0],
            states[row.state],
            [],
            items[row[0]],
            customers.get(row.customer_id),
            addresses.get(row.shipping_address_id),
            addresses.get(row.billing_address_id),
            channels[row.channel_id],
            *row[6:],
        )
        for row in rows.orders
    ]


def short(ids: Collection[int]) -> list[ShortOrderShape]:
    """Short orders, in the order of `ids`."""
    sums = order_documents.item_sums(ids)
    return [_short(*row, *_sums_of(row[0], sums)) for row in order_documents.summaries(ids)]


def short_detail(order_id: int) -> ShortOrderDetail | None:
    """One short order with its items, if it is there."""
    sums = order_documents.item_sums([order_id])
    items = [ItemReference(*item) for item in order_documents.item_references(order_id)]
    found = order_documents.summaries([order_id])
    return _short_detail(*found[0], *_sums_of(order_id, sums), items) if found else None


def simple(ids: Collection[int]) -> list[SimpleOrderShape]:
    """Orders as rows for reports, in the order of `ids`."""
    sums = order_documents.item_sums(ids)
    return [
        _simple(*row[:6], row.payment_type, row.delivery_type, *row[-3:], _sums_of(row[0], sums)[1])
        for row in order_documents.summaries(ids)
    ]


def _sums_of(order_id: int, sums: Mapping[int, tuple[int, int | None]]) -> tuple[int, str | None]:
    """How many items, and what they cost together."""
    count, net_amount = sums.get(order_id, (0, None))
    return count, fixed(net_amount)


def _items(rows: Rows, known: Fragments) -> Mapping[int, list[OrderItemShape]]:
    """The items of each order."""
    states = known.of(fragments.STATES, [RecordKind.ORDER_ITEM])[RecordKind.ORDER_ITEM]
    products = known.of(fragments.PRODUCTS, (row[2] for row in rows))
    price_lists = known.of(fragments.PRICE_LISTS, (row[18] for row in rows))
    stock_lists = known.of(fragments.STOCK_LISTS, (row[19] for row in rows))
    found: dict[int, list[OrderItemShape]] = defaultdict(list)
    for row in rows:
        (
            item_id,
            state,
            product_id,
            created,
            modified,
            omnitron_id,
            net_amount,
            price,
            currency,
            retail_price,
            tax_rate,
            tax_amount,
            discount_amount,
            without_net_amount,
            interest_amount,
            attributes,
            attributes_kwargs,
            image,
            price_list_id,
            stock_list_id,
            extra_field,
            parent,
            order_id,
        ) = row
        found[order_id].append(
            _item(
                item_id,
                states[state],
                products[product_id],
                created,
                modified,
                omnitron_id,
                fixed(net_amount),
                fixed(price),
                currency,
                fixed(retail_price),
                fixed(tax_rate),
                fixed(tax_amount),
                fixed(discount_amount),
                fixed(without_net_amount),
                fixed(interest_amount),
                _document(attributes),
                _document(attributes_kwargs),
                image,
                price_lists.get(price_list_id),
                stock_lists.get(stock_list_id),
                _document(extra_field),
                parent,
                order_id,
            )
        )
    return found


def _addresses(rows: Rows, customers: Mapping[int, CustomerShape], known: Fragments) -> dict[Any, Any]:
    cities = known.of(fragments.CITIES, (row[1] for row in rows))
    countries = known.of(fragments.COUNTRIES, (row[2] for row in rows))
    townships = known.of(fragments.TOWNSHIPS, (row[3] for row in rows))
    districts = known.of(fragments.DISTRICTS, (row[4] for row in rows))
    return {
        row[0]: _address(
            row[0],
            cities.get(row[1]),
            countries.get(row[2]),
            townships.get(row[3]),
            districts.get(row[4]),
            customers[row[5]],
            *row[6:],
        )
        for row in rows
    }
