"""What speaks against a report of missing stock: what its location sold, packed and counted there since.

Units are hundredths. Rests on mappings (sold), recorded commands (packed) and stock answers (restocked).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import aliased

from app.domain.packages import PackageCommand
from app.extensions import db
from app.models.facts import Fact
from app.models.inventory_discrepancies import InventoryDiscrepancy
from app.models.mappings import Mapping
from app.models.packages import Package, PackageItem
from app.models.reservations import Reservation


@dataclass(frozen=True, slots=True)
class Evidence:
    """Since the report: units sold, packed, and how far answers rose; the last count and when it came."""

    sold: int = 0
    packed: int = 0
    restocked: int = 0
    last_count: int | None = None
    last_answer_date: datetime | None = None

    @property
    def speaks_against(self) -> bool:
        """Whether anything shows that the product was there after all."""
        return self.sold > 0 or self.packed > 0 or self.restocked > 0


def evidence_of(report_ids: Collection[int]) -> dict[int, Evidence]:
    """For each of these reports, in a fixed number of statements."""
    if not report_ids:
        return {}
    ids = sorted(report_ids)
    sold, packed = _units(_SOLD, ids), _packed(ids)
    before: dict[int, Any] = dict(db.session.execute(_COUNT_BEFORE.where(_reports.id.in_(ids))).all())
    answers = _answers(ids)
    return {
        one: _evidence(sold.get(one, 0), packed.get(one, 0), before.get(one), answers.get(one, []))
        for one in ids
    }


Answer = tuple[datetime, int]


def _evidence(sold: int, packed: int, before: Any, answers: list[Answer]) -> Evidence:
    counts = [*([] if before is None else [_count(before)]), *(count for _, count in answers)]
    last_at, last_count = answers[-1] if answers else (None, None)
    return Evidence(sold, packed, _rises(counts), last_count, last_at)


def _rises(counts: Iterable[int]) -> int:
    """By how many units the counts went up, however often they fell between."""
    return sum(max(0, now - then) for then, now in pairwise(counts))


def _answers(ids: Collection[int]) -> dict[int, list[Answer]]:
    found: dict[int, list[Answer]] = defaultdict(list)
    for report_id, at, body in db.session.execute(_ANSWERS.where(_reports.id.in_(ids))):
        found[report_id].append((at, _count(body)))
    return found


def _count(body: Any) -> int:
    whole, _, part = str(body["stock_count"]).partition(".")
    return int(whole) * 100 + int((part + "00")[:2])


def _units(statement: Select[*tuple[Any, ...]], ids: Collection[int]) -> dict[int, int]:
    return {one: int(units or 0) for one, units in db.session.execute(statement.where(_reports.id.in_(ids)))}


def _packed(ids: Collection[int]) -> dict[int, int]:
    """Which command a fact is stands in its JSON, which both databases read differently: looked at here.

    So is its kind. Asked for in the statement, it would lead SQLite through every command there ever was.
    """
    found: dict[int, dict[int, int]] = defaultdict(dict)
    rows = db.session.execute(_COMMANDS.where(_reports.id.in_(ids)))
    for report_id, item_id, quantity, kind, body in rows:
        if kind == "package_command" and body.get("command") == PackageCommand.PACK:
            found[report_id][item_id] = quantity
    return {one: sum(items.values()) for one, items in found.items()}


_reports = InventoryDiscrepancy
_earlier = aliased(Fact)
_is_there = and_(
    Fact.stock_location_id == _reports.stock_location_id,
    Fact.product_id == _reports.product_id,
    Fact.kind == "stock",
)
_ANSWERS = (
    select(_reports.id, Fact.at, Fact.body)
    .join(Fact, and_(_is_there, Fact.at >= _reports.created_date))
    .order_by(_reports.id, Fact.at, Fact.id)
)
_COUNT_BEFORE = select(
    _reports.id,
    select(_earlier.body)
    .where(
        _earlier.stock_location_id == _reports.stock_location_id,
        _earlier.product_id == _reports.product_id,
        _earlier.kind == "stock",
        _earlier.at < _reports.created_date,
    )
    .order_by(_earlier.at.desc(), _earlier.id.desc())
    .limit(1)
    .correlate(_reports)
    .scalar_subquery(),
)
_COMMANDS = (
    select(_reports.id, PackageItem.id, PackageItem.quantity, Fact.kind, Fact.body)
    .join(PackageItem, PackageItem.product_id == _reports.product_id)
    .join(
        Package,
        and_(Package.id == PackageItem.package_id, Package.stock_location_id == _reports.stock_location_id),
    )
    .join(Fact, and_(Fact.package_id == Package.id, Fact.at >= _reports.created_date))
)
_SOLD = (
    select(_reports.id, func.sum(Reservation.quantity))
    .join(
        Reservation,
        and_(
            Reservation.stock_location_id == _reports.stock_location_id,
            Reservation.product_id == _reports.product_id,
        ),
    )
    .join(
        Mapping,
        and_(
            Mapping.order_item_id == Reservation.order_item_id, Mapping.created_date >= _reports.created_date
        ),
    )
    .group_by(_reports.id)
)
