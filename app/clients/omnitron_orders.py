"""Omnitron's orders as our own values: what a list says of them, and whole ones as world-script bodies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.clients.omnitron_fields import BrokenField, Fields
from app.domain.order_pull import UpstreamOrder

Body = dict[str, Any]


class BrokenRecord(Exception):
    """An order that cannot be read: which field, why, and what is known of it (`raw` is Omnitron's JSON)."""

    def __init__(self, field: str, reason: str, raw: Any, summary: Summary | None = None) -> None:
        super().__init__(f"{field} {reason}")
        self.field = field
        self.reason = reason
        self.raw = raw
        self.summary = summary


@dataclass(frozen=True, slots=True)
class Summary:
    """An order as lists tell of it. `status` is the upstream's state code."""

    omnitron_id: int
    number: str
    status: str
    modified_date: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list. `has_next` is only whether: the address of the next page is not looked at."""

    entries: tuple[Summary | BrokenRecord, ...]
    has_next: bool


@dataclass(frozen=True, slots=True)
class WholeOrder:
    """An order with all that it refers to: bodies are lines of a world script, without `at` and `kind`.

    `item_states` are codes by the item's upstream number. `raw` is Omnitron's JSON.
    """

    summary: Summary
    facts: UpstreamOrder
    body: Body
    channel: Body
    cargo_company: Body | None
    products: tuple[Body, ...]
    item_states: Mapping[int, str]
    raw: Any


def read_page(answer: Any) -> Page:
    """A list's answer. Raises BrokenField where it is no list at all; broken entries are entries."""
    found = Fields(answer)
    results = answer.get("results")
    if not isinstance(results, list):
        raise found.broken("results", "should be a list")
    return Page(tuple(_entry(one) for one in results), answer.get("next") is not None)


def read_order(answer: Any) -> WholeOrder:
    """A whole order. Raises BrokenRecord naming the first field that cannot be used."""
    try:
        return _whole(Fields(answer), answer)
    except BrokenField as error:
        raise BrokenRecord(error.field, error.reason, answer, _summary_or_none(answer)) from error


def _entry(raw: Any) -> Summary | BrokenRecord:
    try:
        return _summary(Fields(raw))
    except BrokenField as error:
        return BrokenRecord(error.field, error.reason, raw)


def _summary(order: Fields) -> Summary:
    return Summary(
        order.whole("pk"), order.text("number"), order.text("status"), order.instant("modified_date")
    )


def _summary_or_none(raw: Any) -> Summary | None:
    try:
        return _summary(Fields(raw))
    except BrokenField:
        return None


def _whole(order: Fields, raw: Any) -> WholeOrder:
    summary = _summary(order)
    channel, carrier = order.inner("channel"), order.inner_or_none("cargo_company")
    channel_name, carrier_id = channel.text("name"), carrier.whole("pk") if carrier else None
    items = list(order.entries("orderitem_set"))
    if not items:
        raise order.broken("orderitem_set", "is missing or empty")
    bodies = [_item(item) for item in items]
    _refuse_doubled(order, bodies)
    return WholeOrder(
        summary=summary,
        facts=UpstreamOrder(
            summary.omnitron_id, summary.number, channel.whole("pk"), channel_name, carrier_id
        ),
        body=_order(order, summary, channel_name, carrier_id, bodies),
        channel=_without_none(
            name=channel_name,
            channel_type=channel.text_or_none("channel_type"),
            omnitron_id=channel.whole("pk"),
        ),
        cargo_company=_named(carrier),
        products=tuple(_product(item.inner("product")) for item in items),
        item_states={body["omnitron_id"]: body.get("state", summary.status) for body in bodies},
        raw=raw,
    )


def _order(order: Fields, summary: Summary, channel: str, carrier: int | None, items: list[Body]) -> Body:
    amounts = ("amount", "shipping_amount", "discount_amount")
    texts = ("gift_box_note", "notes", "currency", "tracking_number")
    return _without_none(
        number=summary.number,
        omnitron_id=summary.omnitron_id,
        channel=channel,
        state=summary.status,
        date_placed=_written(order.instant("date_placed")),
        payment_type=order.text_or_none("payment_type") or "credit_card",
        delivery_type=order.text_or_none("delivery_type") or "standard",
        client_type=order.text_or_none("client_type") or None,
        has_gift_box=order.flag("has_gift_box"),
        cargo_company=carrier,
        customer=_customer(order.inner_or_none("customer")),
        shipping_address=_address(order.inner_or_none("shipping_address")),
        billing_address=_address(order.inner_or_none("billing_address")),
        items=items,
        **{name: order.text_or_none(name) for name in texts},
        **{name: order.decimal_or_none(name) for name in amounts},
    )


def _item(item: Fields) -> Body:
    product = item.inner("product")
    amounts = ("price", "retail_price", "tax_rate", "discount_amount", "net_amount")
    return _without_none(
        omnitron_id=item.whole("pk"),
        sku=product.text("sku"),
        quantity=item.decimal_or_none("quantity") or "1.00",
        state=item.text_or_none("status"),
        price_currency=item.text_or_none("price_currency"),
        **{name: item.decimal_or_none(name) for name in amounts},
    )


def _refuse_doubled(order: Fields, items: list[Body]) -> None:
    if len({item["omnitron_id"] for item in items}) < len(items):
        raise order.broken("orderitem_set", "names an item twice")


def _product(product: Fields) -> Body:
    sku = product.text("sku")
    return _without_none(
        sku=sku,
        name=product.text_or_none("name") or sku,
        omnitron_id=product.whole_or_none("pk"),
        base_code=product.text_or_none("base_code"),
        barcode=product.text_or_none("barcode"),
        attributes=product.document_or_empty("attributes"),
        productimage_set=list(_images(product)),
    )


def _images(product: Fields) -> Iterator[Body]:
    for place, image in enumerate(product.entries("productimage_set")):
        order = image.whole("order", least=0) if image.has("order") else place
        yield _without_none(url=image.text("url"), order=order, omnitron_id=image.whole_or_none("pk"))


def _named(found: Fields | None) -> Body | None:
    if found is None:
        return None
    number = found.whole("pk")
    return {"omnitron_id": number, "name": found.text_or_none("name") or str(number)}


def _customer(customer: Fields | None) -> Body | None:
    if customer is None:
        return None
    texts = ("email", "first_name", "last_name", "phone_number")
    return _without_none(
        omnitron_id=customer.whole_or_none("pk"), **{name: customer.text_or_none(name) for name in texts}
    )


def _address(address: Fields | None) -> Body | None:
    if address is None:
        return None
    texts = ("title", "line", "postcode", "email", "phone_number", "first_name", "last_name")
    places = {
        name: _place(address.inner_or_none(name)) for name in ("country", "city", "township", "district")
    }
    return _without_none(
        omnitron_id=address.whole_or_none("pk"),
        **{name: address.text_or_none(name) for name in texts},
        **places,
    )


def _place(place: Fields | None) -> Body | None:
    if place is None:
        return None
    return _without_none(
        name=place.text("name"),
        omnitron_id=place.whole_or_none("pk"),
        code=place.text_or_none("code"),
        latitude=place.degrees_or_none("latitude"),
        longitude=place.degrees_or_none("longitude"),
    )


def _without_none(**fields: Any) -> Body:
    return {name: value for name, value in fields.items() if value is not None}


def _written(instant: datetime) -> str:
    return instant.isoformat(timespec="microseconds").replace("+00:00", "Z")
