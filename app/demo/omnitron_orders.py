"""The orders of the stand-in: some that the demo never got, and some that arrive while somebody looks.

Made by the generators of the demo's month, with numbers of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Any
from zlib import crc32

from app.demo import catalogue, demo_file, sales, world
from app.demo.baskets import Baskets, Numbers
from app.demo.demo_file import DemoFile
from app.demo.omnitron_book import Json, OrderBook, written
from app.demo.orders import Order
from app.demo.rhythm import HOUR, MINUTE
from app.demo.sales import MOBILE, WEB_IT, WEB_TR

FIRST_NUMBERS = Numbers(order_id=163_400, number=102_482_000, item_id=870_100, customer_id=63_000)
ITEMS_PULLED_BEFORE = range(70_101, FIRST_NUMBERS.item_id)
"""Items of the orders that the demo's month brought: Omnitron knows them too."""
MISSED, ARRIVING = 14, 60
ARRIVES_EVERY = timedelta(minutes=17)
_CHANNELS = (WEB_TR, WEB_TR, MOBILE, WEB_IT)
_TOO_LOW = demo_file.MIN_ORDER_OMNITRON_ID - 1_788
_STRANGE_CHANNEL = {"pk": 9, "name": "Outlet Ankara", "channel_type": "kiosk"}
_STRANGE_CARRIER = {"pk": 77, "name": "Yeni Kargo"}
_MORE_THAN_THERE_IS = 120
_NEVER_SEEN = "100999999"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A number to try on the page that pulls, and what will come of it: a code of the wording."""

    what: str
    number: str


@dataclass(frozen=True, slots=True)
class _Told:
    """An order of the stand-in: when it last changed, and what to expect of it."""

    at: datetime
    order: Json
    what: str = "works"


def fill(book: OrderBook, demo: DemoFile) -> None:
    """Put all of them into the book, those to come for their time."""
    for told in _missed(demo.made_at, demo.seed):
        book.put(told.order)
    for told in _arriving(demo.made_at, demo.seed):
        book.put_later(told.at, told.order)


def of_present_demo() -> tuple[Suggestion, ...]:
    """What can be tried in the demo that is served; nothing in a world that is none."""
    demo = demo_file.find()
    return suggestions(demo.made_at, demo.seed) if demo else ()


@lru_cache(maxsize=1)
def suggestions(made_at: datetime, seed: int) -> tuple[Suggestion, ...]:
    """Numbers that can be pulled, then one for each way to fail."""
    found = [Suggestion(told.what, told.order["number"]) for told in _missed(made_at, seed)]
    return (*found, Suggestion("not_found", _NEVER_SEEN))


def _missed(made_at: datetime, seed: int) -> Iterator[_Told]:
    """Orders of the hours before the demo was made; the last ones have something about them."""
    maker = _Maker(made_at, seed, "missed")
    for place in range(MISSED):
        # Older than any look-back of the first reading, so that they wait to be pulled by hand.
        moment = -(5 * HOUR) + place * 17 * MINUTE
        if place == MISSED - 5:
            told = maker.order(moment, units=_MORE_THAN_THERE_IS)
            yield _Told(told.at, told.order, "waits")
        elif place < MISSED - 5:
            yield maker.order(moment)
        else:
            yield _spoilt(maker.order(moment), MISSED - place)


def _spoilt(told: _Told, kind: int) -> _Told:
    order = told.order
    if kind == 4:
        return _Told(told.at, {**order, "pk": _TOO_LOW, "number": "100391778"}, "too_low")
    if kind == 3:
        return _Told(told.at, {**order, "channel": _STRANGE_CHANNEL}, "channel")
    if kind == 2:
        return _Told(told.at, {**order, "cargo_company": _STRANGE_CARRIER}, "carrier")
    return _Told(told.at, _without_sku(order), "broken")


def _arriving(made_at: datetime, seed: int) -> Iterator[_Told]:
    """Orders of the day after: one now and then, two of them broken, some paid or cancelled later."""
    maker = _Maker(made_at, seed, "arriving")
    for place in range(ARRIVING):
        at = made_at + timedelta(minutes=3) + place * ARRIVES_EVERY
        told = maker.order(round((at - made_at).total_seconds()) * 1_000_000)
        order = told.order
        if place == 1:
            order = _without_sku(order)
        elif place == 4:
            order = {**order, "date_placed": "yesterday"}
        elif place % 5 == 2:
            yield _Told(at + 2 * ARRIVES_EVERY, _with_status(order, "100"))
        elif place % 5 == 3:
            yield _Told(at + ARRIVES_EVERY, order)
            order = _with_status(order, "300")
        yield _Told(at, order)


def _without_sku(order: Json) -> Json:
    first, *others = order["orderitem_set"]
    product = {name: value for name, value in first["product"].items() if name != "sku"}
    return {**order, "orderitem_set": [{**first, "product": product}, *others]}


def _with_status(order: Json, status: str) -> Json:
    items = [{**item, "status": status} for item in order["orderitem_set"]]
    return {**order, "status": status, "orderitem_set": items}


class _Maker:
    """Makes orders as the month's generators do, of products no story is told with."""

    def __init__(self, made_at: datetime, seed: int, part: str) -> None:
        self._chance = Random(f"{seed}-omnitron-{part}")
        self._made_at = made_at
        self._products = {product.sku: product for product in catalogue.products()}
        ordinary = world.Month(seed, made_at).ordinary_products()
        self._skus = sorted(ordinary, key=lambda sku: -self._products[sku].share)[:60]
        first = FIRST_NUMBERS if part == "missed" else FIRST_NUMBERS.later(1_000)
        self._baskets = Baskets(self._chance, self._products, made_at, first)

    def order(self, moment: int, units: int | None = None) -> _Told:
        """An order that arrives then (microseconds after the demo was made); of one product with `units`."""
        channel = self._chance.choice(_CHANNELS)
        customer = self._baskets.customer(channel)
        skus = self._chance.sample(self._skus, k=1 if units else self._chance.choice((1, 1, 2)))
        wanted = dict.fromkeys(skus, units or 1)
        order = self._baskets.order(moment, channel, customer, wanted)
        at = self._made_at + timedelta(microseconds=moment)
        return _Told(at, self._whole(order, at))

    def _whole(self, order: Order, at: datetime) -> Json:
        line = order.line
        told = ("payment_type", "delivery_type", "client_type", "currency", "notes", "has_gift_box")
        amounts = ("amount", "shipping_amount", "discount_amount", "gift_box_note")
        address = self._address(line["address"], line["customer"]["omnitron_id"])
        return {
            "pk": line["omnitron_id"],
            "number": line["number"],
            "status": line["state"],
            "date_placed": line["date_placed"],
            "created_date": line["date_placed"],
            "modified_date": written(at),
            "channel": _channel(order.channel),
            **{name: line.get(name) for name in (*told, *amounts)},
            "has_gift_box": bool(line.get("has_gift_box")),
            "cargo_company": _carrier(line["cargo_company"]),
            "customer": _with_pk(line["customer"]),
            "shipping_address": address,
            "billing_address": address,
            "orderitem_set": [self._item(item, line["state"]) for item in line["items"]],
        }

    def _item(self, item: Mapping[str, Any], status: str) -> Json:
        product = catalogue.product_line(self._products[item["sku"]])
        images = [
            {"pk": product["omnitron_id"] * 10 + place, **image}
            for place, image in enumerate(product["productimage_set"], start=1)
        ]
        names = ("sku", "base_code", "name", "barcode", "attributes")
        shown = {name: product[name] for name in names}
        body = _with_pk({name: value for name, value in item.items() if name != "sku"})
        product_body = {"pk": product["omnitron_id"], **shown, "productimage_set": images}
        return {**body, "status": status, "product": product_body}

    def _address(self, address: Mapping[str, Any], customer: int) -> Json:
        around = ""
        places: Json = {}
        for kind in ("country", "city", "township", "district"):
            place = address[kind]
            if place is not None:
                around = f"{around}/{place['name']}"
                place = {"pk": 1_000 + crc32(around.encode()) % 900_000, **place}
            places[kind] = place
        return {"pk": customer + 20_000, **address, **places}


def _channel(channel: sales.SalesChannel) -> Json:
    return {"pk": channel.omnitron_id, "name": channel.name, "channel_type": channel.channel_type}


def _carrier(number: int) -> Json:
    names = dict(carrier for carriers in sales.CARGO_COMPANIES.values() for carrier in carriers)
    return {"pk": number, "name": names[number]}


def _with_pk(body: Mapping[str, Any]) -> Json:
    return {("pk" if name == "omnitron_id" else name): value for name, value in body.items()}
