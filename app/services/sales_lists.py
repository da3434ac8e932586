"""The price lists and stock lists that order items name: found by code, else by name, made when new."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Table, select

from app.extensions import db
from app.models.products import PriceList, StockList
from app.services import rows
from app.services.documents.orders import ListDocument
from app.services.unit_of_work import UnitOfWork

PRICE_LISTS = cast(Table, PriceList.__table__)
STOCK_LISTS = cast(Table, StockList.__table__)


def save_list(work: UnitOfWork, table: Table, document: ListDocument | None) -> int | None:
    """The id of the list in PRICE_LISTS or STOCK_LISTS; None where the item names none."""
    if document is None:
        return None
    known: dict[Any, int] = work.cache.setdefault("sales_lists", {})
    key = (table.name, document)
    if key not in known:
        known[key] = _save(table, document)
    return known[key]


def _save(table: Table, document: ListDocument) -> int:
    values = {
        name: getattr(document, name)
        for name in ("name", "code", "currency", "is_auto_sync")
        if name in table.c
    }
    row = _find(table, document)
    if row is None:
        return rows.add(table, values)
    changed = {name: value for name, value in values.items() if row[name] != value}
    if changed:
        rows.change(table, row["id"], changed)
    return cast(int, row["id"])


def _find(table: Table, document: ListDocument) -> Any:
    if document.code is not None:
        return rows.find(table, "code", document.code)
    statement = select(table).where(table.c.name == document.name, table.c.code.is_(None))
    return db.session.execute(statement.order_by(table.c.id).limit(1)).mappings().one_or_none()
