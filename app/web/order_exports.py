"""The list of orders as a file: all that its filters find, with every column, in the list's order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, request

from app.domain.states import RecordKind, state_name
from app.queries import orders
from app.queries.orders import OrderRow
from app.web.access import own_locations
from app.web.formats import iso
from app.web.order_list import order_form
from app.web.streams import csv_stream, json_stream

blueprint = Blueprint("order_exports", __name__)

FIELDS = (
    "id",
    "number",
    "state",
    "state_name",
    "channel",
    "source",
    "customer",
    "city",
    "items",
    "packages",
    "net_amount",
    "currency",
    "date_placed",
    "out_of_stock_since",
    "cause",
    "payment_type",
    "delivery_type",
    "modified_date",
)


@blueprint.get("/orders/export.csv")
def show_csv() -> Response:
    """As CSV, for spreadsheets."""
    return csv_stream("orders.csv", FIELDS, (record.values() for record in _records()))


@blueprint.get("/orders/export.json")
def show_json() -> Response:
    """As one JSON array, for scripts."""
    return json_stream("orders.json", _records())


def _records() -> Iterator[Mapping[str, Any]]:
    form = order_form(request.args)
    rows = orders.stream_orders(form.wanted(), form.sorted_by, own_locations())
    return (record_of(row) for row in rows)


def record_of(row: OrderRow) -> dict[str, Any]:
    """The values of FIELDS: instants and amounts as the API writes them (D16, D17)."""
    amount = None if row.net_amount is None else str(Decimal(row.net_amount).scaleb(-2))
    values = (
        row.id,
        row.number,
        row.state,
        state_name(RecordKind.ORDER, row.state).english,
        row.channel,
        row.client_type,
        row.customer,
        row.city,
        row.item_count,
        row.package_count,
        amount,
        row.currency,
        iso(row.date_placed),
        iso(row.waiting_since) or None,
        row.cause,
        row.payment_type,
        row.delivery_type,
        iso(row.modified_date),
    )
    return dict(zip(FIELDS, values, strict=True))
