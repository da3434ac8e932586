"""What an event tells of the record it is about: the record as it is now, in the field names of the API.

Nothing secret is read here: no channel configuration, no token, and of people their ids only (D6).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Row

from app.domain.packages import PackageState
from app.domain.states import RecordKind, state_name
from app.extensions import db
from app.queries import event_statements, execution_plan_lists, order_documents

Json = dict[str, Any]
AnyRow = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Subject:
    """A record that events are about: the order it belongs to, and what is told of it."""

    order_id: int | None
    shown: Json


NAMES: Mapping[RecordKind, str] = {
    RecordKind.ORDER: "order",
    RecordKind.PACKAGE: "package",
    RecordKind.EXECUTION_PLAN: "plan",
    RecordKind.RESERVATION: "reservation",
    RecordKind.INVENTORY_DISCREPANCY: "discrepancy",
}
"""Under which name a payload holds its record."""


def subjects(kind: RecordKind, ids: Collection[int]) -> dict[int, Subject]:
    """The records of a kind in NAMES by id, in at most three statements; one that is gone is missing."""
    return _READERS[kind](sorted(ids))


def _orders(ids: Collection[int]) -> dict[int, Subject]:
    sums, items = order_documents.item_sums(ids), _grouped(event_statements.ORDER_ITEMS, ids)
    found = {}
    for row in order_documents.summaries(ids):
        count, net_amount = sums.get(row[0], (0, None))
        head = dict(zip(_ORDER_FIELDS, row, strict=True))
        lines = [
            {"id": one[1], "omnitron_id": one[2], "sku": one[3], "state": one[4]} for one in items[row[0]]
        ]
        more = {"order_item_count": count, "net_amount": _fixed(net_amount), "order_items": lines}
        found[row[0]] = Subject(row[0], head | more)
    return found


def _packages(ids: Collection[int]) -> dict[int, Subject]:
    items = _grouped(event_statements.PACKAGE_ITEMS, ids)
    return {
        row.id: Subject(row.order_id, _package(row, items[row.id]))
        for row in _read(event_statements.PACKAGES, ids)
    }


def _package(row: AnyRow, items: list[AnyRow]) -> Json:
    place = {"id": row.stock_location_id, "erp_code": row.erp_code, "name": row.location_name}
    return {
        "id": row.id,
        "number": row.number,
        "order": {"id": row.order_id, "number": row.order_number, "channel": row.channel_id},
        "state": {"enum_value": row.state, "name": state_name(RecordKind.PACKAGE, row.state).english},
        "stock_location": place if row.stock_location_id is not None else None,
        "cause": row.cause if row.state == PackageState.OUT_OF_STOCK else None,
        "packageitem_set": [
            {
                "id": one.id,
                "order_item": one.order_item_id,
                "sku": one.sku,
                "quantity": _fixed(one.quantity),
                "state": one.state,
                "superseded_by": one.superseded_by_id,
            }
            for one in items
        ],
        "created_date": row.created,
        "modified_date": row.modified,
    }


def _plans(ids: Collection[int]) -> dict[int, Subject]:
    items = _grouped(execution_plan_lists.ITEMS_OF, ids)
    found = {}
    for row in _read(event_statements.PLANS, ids):
        lines = [
            {
                "id": one.id,
                "order_item": one.order_item_id,
                "sku": one.sku,
                "quantity": _fixed(one.quantity),
                "state": one.state,
                "package": one.package_id,
                "package_item": one.package_item_id,
            }
            for one in items[row.id]
        ]
        order = {"id": row.order_id, "number": row.order_number, "channel": row.channel_id}
        dates = {"created_date": row.created, "modified_date": row.modified}
        head = {"id": row.id, "state": row.state, "order": order, **dates}
        found[row.id] = Subject(row.order_id, head | {"orderexecutionplanitem_set": lines})
    return found


def _reservations(ids: Collection[int]) -> dict[int, Subject]:
    return {
        row.id: Subject(
            row.order_id,
            {
                "id": row.id,
                "order_number": row.order_number,
                "order_item": row.order_item_id,
                "sku": row.sku,
                "stock_location": {"id": row.stock_location_id, "erp_code": row.erp_code},
                "quantity": _fixed(row.quantity),
                "state": row.state,
                "reserved_date": row.reserved,
                "released_date": row.released,
                "release_reason": row.release_reason,
            },
        )
        for row in _read(event_statements.RESERVATIONS, ids)
    }


def _discrepancies(ids: Collection[int]) -> dict[int, Subject]:
    return {
        row.id: Subject(
            row.order_id,
            {
                "id": row.id,
                "reason": row.reason,
                "is_active": row.is_active and row.removed is None,
                "stock_location": {"id": row.stock_location_id, "erp_code": row.erp_code},
                "sku": row.sku,
                "package_item": row.package_item_id,
                "transfer_item": row.transfer_item_id,
                "order_number": row.order_number,
                "note": row.note,
                "created_date": row.created,
                "modified_date": row.modified,
                "removed_date": row.removed,
            },
        )
        for row in _read(event_statements.DISCREPANCIES, ids)
    }


_READERS: Mapping[RecordKind, Callable[[Collection[int]], dict[int, Subject]]] = {
    RecordKind.ORDER: _orders,
    RecordKind.PACKAGE: _packages,
    RecordKind.EXECUTION_PLAN: _plans,
    RecordKind.RESERVATION: _reservations,
    RecordKind.INVENTORY_DISCREPANCY: _discrepancies,
}
_ORDER_FIELDS = (
    "id",
    "omnitron_id",
    "number",
    "state",
    "channel",
    "customer",
    "shipping_address",
    "billing_address",
    "payment_type",
    "delivery_type",
    "client_type",
    "cargo_company",
    "tracking_number",
    "date_placed",
    "created_date",
    "modified_date",
)


def _read(statement: Any, ids: Collection[int]) -> list[AnyRow]:
    return list(db.session.connection().execute(statement, {"ids": ids}).all())


def _grouped(statement: Any, ids: Collection[int]) -> Mapping[int, list[AnyRow]]:
    """The rows by their first column."""
    found: dict[int, list[AnyRow]] = defaultdict(list)
    for row in _read(statement, ids):
        found[row[0]].append(row)
    return found


def _fixed(hundredths: int | None) -> str | None:
    return None if hundredths is None else str(Decimal(hundredths).scaleb(-2).quantize(Decimal("0.01")))
