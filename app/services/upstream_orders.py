"""An order of the upstream, as it is there, becomes ours: imported, brought up to date, or kept away.

Whoever calls has fetched it; nothing here asks anybody. Never an older version over a newer one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import RowMapping, bindparam, select

from app.clients.omnitron import BrokenRecord, WholeOrder
from app.config import settings
from app.domain import order_pull
from app.domain.errors import Invalid
from app.domain.order_pull import Admission, UpstreamOrder
from app.domain.upstream import RecordState
from app.extensions import run
from app.models.cargo_companies import CargoCompany
from app.models.channels import Channel
from app.models.columns import table
from app.models.orders import Order
from app.models.products import Product
from app.services import channels, orders, products, rows, upstream_changes, upstream_records
from app.services.documents import reasons, values
from app.services.documents.master_data import ChannelDocument, ProductDocument
from app.services.documents.orders import OrderDocument
from app.services.documents.values import AnyDocument
from app.services.unit_of_work import UnitOfWork, unit_of_work

_ORDERS, _CHANNELS = table(Order), table(Channel)
_CARRIERS, _PRODUCTS = table(CargoCompany), table(Product)
_OF_UPSTREAM = select(_ORDERS.c.id).where(
    _ORDERS.c.channel_id == bindparam("channel"), _ORDERS.c.omnitron_id == bindparam("omnitron_id")
)
_OF_NUMBER = select(_ORDERS.c.id, _ORDERS.c.omnitron_id).where(
    _ORDERS.c.channel_id == bindparam("channel"), _ORDERS.c.number == bindparam("number")
)
# Names of our documents → names of Omnitron's JSON, for telling which field is broken.
_THEIRS = (
    (re.compile(r"^items(?=$|\[)"), "orderitem_set"),
    (re.compile(r"(^|\.)omnitron_id$"), r"\1pk"),
    (re.compile(r"(^|\.)state$"), r"\1status"),
    (re.compile(r"\.sku$"), ".product.sku"),
    (re.compile(r"^channel$"), "channel.name"),
    (re.compile(r"^cargo_company$"), "cargo_company.pk"),
)


class Outcome(StrEnum):
    """What came of an order."""

    IMPORTED = "imported"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Applied:
    """What came of it: the order's id where it is here, the vendor's texts where it may not come in."""

    outcome: Outcome
    order_id: int | None = None
    refusals: tuple[str, ...] = ()


Beside = Callable[[UnitOfWork], None]
"""What is to be stored in the same transaction, such as how far was read."""


def apply_order(whole: WholeOrder, beside: Beside = lambda _work: None) -> Applied:
    """Import the order, or lay its newer version over ours; in one transaction with its record.

    Raises BrokenRecord for one that cannot be used: nothing is stored then, not even `beside`.
    """
    summary = whole.summary
    try:
        with unit_of_work() as work:
            record = upstream_records.lock(f"pk:{summary.omnitron_id}", summary.omnitron_id, summary.number)
            applied = _apply(work, whole, record)
            beside(work)
            return applied
    except Invalid as error:
        field, said = next(iter(error.errors.items()))
        raise _broken(whole, field, said[0]) from error


def admission() -> Admission:
    """What may come in now."""
    known = settings()
    carriers = run(select(_CARRIERS.c.omnitron_id)).scalars()
    return Admission(known.min_order_omnitron_id, known.allowed_channels, frozenset(carriers))


def _apply(work: UnitOfWork, whole: WholeOrder, record: RowMapping) -> Applied:
    version, applied = record["remote_modified_date"], record["state"] == RecordState.APPLIED
    if version is not None and whole.summary.modified_date < version:
        return Applied(Outcome.UNCHANGED, record["order_id"])
    if applied and version == whole.summary.modified_date:
        return Applied(Outcome.UNCHANGED, record["order_id"])
    channel = _channel_here(whole)
    order_id = record["order_id"] or _order_here(whole, channel)
    if order_id is not None:
        has_changed = upstream_changes.lay_over(work, order_id, whole, _document(whole, channel))
        upstream_records.keep_applied(record, whole.summary, order_id)
        return Applied(Outcome.CHANGED if has_changed else Outcome.UNCHANGED, order_id)
    refused = order_pull.refusals(_facts(whole, channel), admission())
    if refused:
        upstream_records.keep_refused(record, whole.summary, refused)
        return Applied(Outcome.REFUSED, None, tuple(refused))
    order_id = _import(work, whole, channel)
    upstream_records.keep_applied(record, whole.summary, order_id)
    return Applied(Outcome.IMPORTED, order_id)


def _import(work: UnitOfWork, whole: WholeOrder, channel: str | None) -> int:
    if channel is None:
        channels.save_channel(_read(whole, ChannelDocument, whole.channel, "channel."))
    for place, body in enumerate(whole.products):
        if rows.find(_PRODUCTS, "sku", body["sku"]) is None:
            document = _read(whole, ProductDocument, body, f"orderitem_set[{place}].product.")
            products.save_product(document)
    return orders.import_order(_document(whole, channel))


def _channel_here(whole: WholeOrder) -> str | None:
    """What the order's channel is called here: known by the upstream's number, else by its name."""
    number, name = whole.facts.channel_id, whole.facts.channel
    row = rows.find(_CHANNELS, "omnitron_id", number) or rows.find(_CHANNELS, "name", name)
    return row["name"] if row else None


def _order_here(whole: WholeOrder, channel: str | None) -> int | None:
    """The order that is meant, when it came here another way. Raises BrokenRecord when it is another's."""
    if channel is None:
        return None
    row = rows.find(_CHANNELS, "name", channel)
    assert row is not None
    keys = {"channel": row["id"], "omnitron_id": whole.summary.omnitron_id}
    found: int | None = run(_OF_UPSTREAM, keys).scalar()
    if found is not None:
        return found
    same = run(_OF_NUMBER, {"channel": row["id"], "number": whole.summary.number}).one_or_none()
    if same is None:
        return None
    if same.omnitron_id is not None:
        raise _broken(
            whole, "number", f"is {whole.summary.number!r}, which {channel} has an order of already"
        )
    return int(same.id)


def _facts(whole: WholeOrder, channel: str | None) -> UpstreamOrder:
    return replace(whole.facts, channel=channel) if channel else whole.facts


def _document(whole: WholeOrder, channel: str | None) -> OrderDocument:
    body = {**whole.body, "channel": channel or whole.facts.channel}
    return _read(whole, OrderDocument, body, "")


def _read(whole: WholeOrder, kind: type[AnyDocument], body: Mapping[str, Any], path: str) -> AnyDocument:
    try:
        return values.read(kind, dict(body))
    except msgspec.ValidationError as error:
        field, reason = reasons.explained(str(error))
        raise _broken(whole, f"{path}{field or ''}", reason) from error


def _broken(whole: WholeOrder, field: str, reason: str) -> BrokenRecord:
    for ours, theirs in _THEIRS:
        field = ours.sub(theirs, field)
    return BrokenRecord(field or "record", reason, whole.raw, whole.summary)
