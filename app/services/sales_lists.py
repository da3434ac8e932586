"""The price lists and stock lists that order items name: found by code, else by name, made when new."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Table, select

from app.extensions import run
from app.models.columns import table
from app.models.products import PriceList, StockList
from app.services import rows
from app.services.documents.orders import ListDocument
from app.services.unit_of_work import UnitOfWork

PRICE_LISTS = table(PriceList)
STOCK_LISTS = table(StockList)


def save_list(work: UnitOfWork, lists: Table, document: ListDocument | None) -> int | None:
    """The id of the list in PRICE_LISTS or STOCK_LISTS; None where the item names none."""
    if document is None:
        return None
    known: dict[Any, int] = work.cache.setdefault("sales_lists", {})
    key = (lists.name, document)
    if key not in known:
        known[key] = _save(lists, document)
    return known[key]


def _save(lists: Table, document: ListDocument) -> int:
    values = {
        name: getattr(document, name)
        for name in ("name", "code", "currency", "is_auto_sync")
        if name in lists.c
    }
    row = _find(lists, document)
    if row is None:
        return rows.add(lists, values)
    changed = {name: value for name, value in values.items() if row[name] != value}
    if changed:
        rows.change(lists, row["id"], changed)
    return cast(int, row["id"])


def _find(lists: Table, document: ListDocument) -> Any:
    if document.code is not None:
        return rows.find(lists, "code", document.code)
    statement = select(lists).where(lists.c.name == document.name, lists.c.code.is_(None))
    return run(statement.order_by(lists.c.id).limit(1)).mappings().one_or_none()
