"""Reports of missing stock, as lists and one by one. What was removed is in the archive and not here (D4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from app.domain.errors import NotFound
from app.extensions import db
from app.models.columns import table
from app.models.inventory_discrepancies import InventoryDiscrepancy
from app.queries import visibility
from app.queries.filters import equal_to
from app.queries.visibility import Own

_REPORTS = table(InventoryDiscrepancy)
_reports = _REPORTS.c


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscrepancyFilter:
    """Which reports; None means any. Both dates are included."""

    is_active: bool | None = None
    reason: str | None = None
    stock_location_id: int | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class DiscrepancyRow:
    """One report."""

    id: int
    reason: str
    created_date: datetime
    modified_date: datetime
    is_active: bool
    stock_location_id: int
    package_item_id: int | None
    transfer_item_id: int | None


def count_discrepancies(wanted: DiscrepancyFilter, own: Own = None) -> int:
    """How many reports are wanted, of those that may be seen."""
    counting = select(func.count()).select_from(_REPORTS).where(*_conditions(wanted, own))
    return db.session.execute(counting).scalar_one()


def list_discrepancies(
    wanted: DiscrepancyFilter, own: Own, offset: int, limit: int, *, newest_first: bool = True
) -> list[DiscrepancyRow]:
    """The reports that are wanted by their date, of those that may be seen."""
    dates = (_reports.created_date, _reports.id)
    order = [column.desc() for column in dates] if newest_first else dates
    statement = _columns().where(*_conditions(wanted, own)).order_by(*order).offset(offset).limit(limit)
    return [DiscrepancyRow(*row) for row in db.session.execute(statement)]


def find_discrepancy(discrepancy_id: int, own: Own = None) -> DiscrepancyRow:
    """The report of that id. Raises NotFound, also for one that was removed or may not be seen."""
    conditions = [_reports.id == discrepancy_id, *_conditions(DiscrepancyFilter(), own)]
    row = db.session.execute(_columns().where(*conditions)).one_or_none()
    if row is None:
        raise NotFound("discrepancy", discrepancy_id)
    return DiscrepancyRow(*row)


def _columns() -> Select[*tuple[Any, ...]]:
    return select(
        _reports.id,
        _reports.reason,
        _reports.created_date,
        _reports.modified_date,
        _reports.is_active,
        _reports.stock_location_id,
        _reports.package_item_id,
        _reports.transfer_item_id,
    )


def _conditions(wanted: DiscrepancyFilter, own: Own) -> Sequence[ColumnElement[bool]]:
    found = [_reports.removed_date.is_(None), *visibility.discrepancies(own)]
    equal = {
        _reports.is_active: wanted.is_active,
        _reports.reason: wanted.reason,
        _reports.stock_location_id: wanted.stock_location_id,
    }
    found += equal_to(equal)
    if wanted.created_from is not None:
        found.append(_reports.created_date >= wanted.created_from)
    if wanted.created_to is not None:
        found.append(_reports.created_date <= wanted.created_to)
    return found
