"""What customers of the healthy month ask for: channel, delivery and products that are to be had."""

from random import Random

from app.demo.baskets import Baskets
from app.demo.catalogue import Product
from app.demo.customers import Customer
from app.demo.orders import Order
from app.demo.places import ISTANBUL_STORES, ITALIAN_STORES, TURKISH_STORES, codes
from app.demo.sales import CHANNELS, MOBILE, WEB_IT, WEB_TR, SalesChannel
from app.demo.shelves import Shelves
from app.domain.rule_order import great_circle_km

_SAME_DAY, _COLLECT, _PAYS_LATER = 0.16, 0.07, 0.5
_LINES = ((1, 62), (2, 25), (3, 10), (4, 3))
_UNITS = ((1, 90), (2, 8), (3, 2))
_OWN = (WEB_TR, MOBILE, WEB_IT)


class Withdrawals:
    """From when to when ordinary customers leave a product alone, because a story is told with it."""

    def __init__(self) -> None:
        self._spans: dict[str, list[tuple[int, int]]] = {}

    def add(self, sku: str, start: int, end: int) -> None:
        """Nobody asks for the product between these moments."""
        self._spans.setdefault(sku, []).append((start, end))

    def covers(self, sku: str, moment: int) -> bool:
        """Whether the product is left alone then."""
        return any(start <= moment < end for start, end in self._spans.get(sku, ()))

    def names(self, sku: str) -> bool:
        """Whether a story is told with the product at any time."""
        return sku in self._spans


class Shoppers:
    """Makes the healthy month's orders, one at a time, from what lies on the shelves."""

    def __init__(
        self,
        chance: Random,
        baskets: Baskets,
        shelves: Shelves,
        products: tuple[Product, ...],
        withdrawals: Withdrawals,
    ) -> None:
        self._chance = chance
        self._baskets = baskets
        self._shelves = shelves
        self._products = products
        self._shares = [product.share for product in products]
        self._withdrawals = withdrawals

    def order(self, moment: int) -> Order:
        """The next order, arriving at that moment."""
        channel = self._chance.choices(CHANNELS, weights=[channel.share for channel in CHANNELS])[0]
        customer = self._baskets.customer(channel)
        delivery_type, stores = self._delivery(channel, customer)
        if stores:
            wanted = self._on_the_shelf(moment, stores)
            if wanted:
                return self._baskets.order(moment, channel, customer, wanted, delivery_type=delivery_type)
        return self._ship_home(moment, channel, customer)

    def _ship_home(self, moment: int, channel: SalesChannel, customer: Customer) -> Order:
        payment = self._chance.choice(channel.payment_types)
        pays_later = payment == "funds_transfer" and self._chance.random() < _PAYS_LATER
        return self._baskets.order(
            moment,
            channel,
            customer,
            self._wanted(moment),
            payment_type=payment,
            state="300" if pays_later else "400",
        )

    def _delivery(self, channel: SalesChannel, customer: Customer) -> tuple[str, list[str]]:
        """How it is to be delivered, and from which stores in order of distance (none: from anywhere)."""
        draw = self._chance.random()
        if channel in (WEB_TR, MOBILE) and customer.city == "İstanbul" and draw < _SAME_DAY:
            return "same_day", self._by_distance(list(ISTANBUL_STORES), customer)
        if channel in _OWN and draw > 1 - _COLLECT:
            stores = codes(TURKISH_STORES if channel.country == "tr" else ITALIAN_STORES)
            return "click_and_collect", self._by_distance(stores, customer)[:1]
        return "standard", []

    def _by_distance(self, stores: list[str], customer: Customer) -> list[str]:
        def distance(code: str) -> float:
            at = self._shelves.locations[code]
            return great_circle_km(
                at.latitude or 0.0, at.longitude or 0.0, customer.latitude, customer.longitude
            )

        known = self._shelves.locations
        return sorted((code for code in stores if code in known and known[code].is_active), key=distance)

    def _wanted(self, moment: int) -> dict[str, int]:
        lines = self._draw(_LINES)
        drawn = self._chance.choices(self._products, weights=self._shares, k=lines + 14)
        skus = [one.sku for one in drawn if not self._withdrawals.covers(one.sku, moment)]
        return {sku: self._draw(_UNITS) for sku in list(dict.fromkeys(skus))[:lines]}

    def _on_the_shelf(self, moment: int, stores: list[str]) -> dict[str, int]:
        """Products of one nearby store that it can hand over now; empty when it has too few."""
        for code in stores[:2]:
            free = [
                product.sku
                for product in self._products
                if self._shelves.free((code, product.sku)) > 0
                and (code, product.sku) not in self._shelves.discrepancies
                and not self._withdrawals.covers(product.sku, moment)
            ]
            if len(free) > 10:
                return dict.fromkeys(self._chance.sample(free, k=self._chance.choice((1, 1, 2))), 1)
        return {}

    def _draw(self, weighted: tuple[tuple[int, int], ...]) -> int:
        values, weights = zip(*weighted, strict=True)
        return int(self._chance.choices(values, weights=weights)[0])
