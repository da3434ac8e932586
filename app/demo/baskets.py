"""What an order asks for: writes order lines with growing numbers, prices and the seed's field names."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from app.demo.catalogue import Product
from app.demo.customers import Customer, Customers
from app.demo.orders import Item, Order
from app.demo.rhythm import MINUTE, SECOND
from app.demo.sales import CARGO_COMPANIES, COURIER, SalesChannel
from app.demo.script import instant

_GIFT_BOX, _NOTES, _SALE = 0.04, 0.05, 0.22
_TAX_RATE = {"tr": "10.00", "it": "22.00"}
_FREE_SHIPPING_FROM = {"tr": 1500, "it": 70}
_SHIPPING = {"tr": 5990, "it": 590}
_GIFT_NOTES = {
    "tr": ("İyi ki doğdun!", "Sevgiyle.", "Mutlu yıllar!"),
    "it": ("Tanti auguri!", "Con affetto."),
}
_REQUESTS = {
    "tr": ("Zili çalmayın, bebek uyuyor.", "Kapıcıya bırakabilirsiniz.", "Teslimattan önce arayın."),
    "it": ("Lasciare in portineria.", "Citofonare due volte.", "Chiamare prima della consegna."),
}
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Numbers:
    """The upstream's numbers after which those of new orders, items and customers begin."""

    order_id: int = 63_400
    number: int = 100_482_000
    item_id: int = 70_100
    customer_id: int = 3_000

    def later(self, how_many: int) -> "Numbers":
        """Beyond so many orders more."""
        return Numbers(
            self.order_id + how_many,
            self.number + 10 * how_many,
            self.item_id + 10 * how_many,
            self.customer_id + 10 * how_many,
        )


class Baskets:
    """Makes the orders of the month. `anchor` only turns moments into instants."""

    def __init__(
        self,
        chance: Random,
        products: Mapping[str, Product],
        anchor: datetime,
        after: Numbers = Numbers(),
    ) -> None:
        self._chance = chance
        self._products = products
        self._anchor = anchor
        self._customers = Customers(chance, after.customer_id)
        self._order_id = after.order_id
        self._number = after.number
        self._item_id = after.item_id

    def customer(self, channel: SalesChannel, city: str | None = None) -> Customer:
        """Who orders; with `city`, somebody who lives there."""
        return self._customers.who_orders(channel, city)

    def order(
        self,
        moment: int,
        channel: SalesChannel,
        customer: Customer,
        wanted: Mapping[str, int],
        *,
        delivery_type: str = "standard",
        payment_type: str | None = None,
        state: str = "400",
    ) -> Order:
        """An order that arrives at the moment: units by SKU. It was placed a little earlier."""
        self._order_id += 1
        self._number += self._chance.randint(1, 9)
        payment = payment_type or self._chance.choice(channel.payment_types)
        items = [self._item(sku, units, state) for sku, units in wanted.items()]
        documents = [self._item_line(item, channel) for item in items]
        line = {
            "kind": "order",
            "number": str(self._number),
            "omnitron_id": self._order_id,
            "channel": channel.name,
            "state": state,
            "date_placed": self._placed_at(moment),
            "payment_type": payment,
            "delivery_type": delivery_type,
            "client_type": self._chance.choice(channel.client_types),
            "cargo_company": self._carrier(channel.country, delivery_type),
            "customer": customer.person,
            "address": customer.address,
            "currency": channel.currency,
            **self._amounts(documents, channel.country),
            **self._extras(channel),
            "items": documents,
        }
        return Order(str(self._number), channel, customer, delivery_type, payment, items, line, state)

    def _placed_at(self, moment: int) -> str:
        return instant(self._anchor, moment - self._chance.randint(20 * SECOND, 3 * MINUTE))

    def _item(self, sku: str, units: int, state: str) -> Item:
        self._item_id += 1
        return Item(self._item_id, sku, units, state)

    def _item_line(self, item: Item, channel: SalesChannel) -> Document:
        product = self._products[item.sku]
        retail = 100 * (product.price_try if channel.country == "tr" else product.price_eur)
        price = retail * (100 - self._chance.choice((15, 20, 30))) // 100 if self._on_sale() else retail
        discount = price * item.quantity // 10 if self._on_sale() else 0
        return {
            "omnitron_id": item.omnitron_id,
            "sku": item.sku,
            "quantity": str(item.quantity),
            "price": _decimal(price),
            "price_currency": channel.currency,
            "retail_price": _decimal(retail),
            "tax_rate": _TAX_RATE[channel.country],
            "discount_amount": _decimal(discount),
            "net_amount": _decimal(price * item.quantity - discount),
        }

    def _on_sale(self) -> bool:
        return self._chance.random() < _SALE

    def _amounts(self, items: list[Document], country: str) -> Document:
        net = sum(_hundredths(item["net_amount"]) for item in items)
        shipping = 0 if net >= _FREE_SHIPPING_FROM[country] * 100 else _SHIPPING[country]
        return {
            "amount": _decimal(net + shipping),
            "shipping_amount": _decimal(shipping),
            "discount_amount": _decimal(sum(_hundredths(item["discount_amount"]) for item in items)),
        }

    def _carrier(self, country: str, delivery_type: str) -> int:
        if delivery_type == "same_day":
            return COURIER
        return self._chance.choice(CARGO_COMPANIES[country])[0]

    def _extras(self, channel: SalesChannel) -> Document:
        extras: Document = {}
        if channel.channel_type != "marketplace" and self._chance.random() < _GIFT_BOX:
            note = self._chance.choice(_GIFT_NOTES[channel.country])
            extras |= {"has_gift_box": True, "gift_box_note": note}
        if self._chance.random() < _NOTES:
            extras["notes"] = self._chance.choice(_REQUESTS[channel.country])
        if channel.channel_type == "marketplace":
            # Marketplaces print the label before anybody has packed.
            extras["tracking_number"] = f"{channel.country.upper()}{self._chance.randrange(10**11):011d}"
        return extras


def _decimal(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def _hundredths(text: str) -> int:
    return int(text.replace(".", ""))
