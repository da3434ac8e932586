"""What the last look at all waiting packages came to, as the worker keeps it. Cheap enough for every page."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

import msgspec
from sqlalchemy import Row, select

from app.domain.diagnosis.kept_changes import changes_again, finding_again
from app.domain.diagnosis.lint import Finding
from app.domain.diagnosis.proofs import ChangeSet
from app.domain.errors import NotFound
from app.extensions import db
from app.models.columns import table
from app.models.list_parameters import one_of
from app.models.orders import Order
from app.models.packages import IS_OUT_OF_STOCK, Package
from app.models.triage import TriageResult
from app.queries.packages import PackageRow, list_rows
from app.queries.triage import last_fact_id

_kept, _packages, _orders = table(TriageResult).c, table(Package).c, table(Order).c
_NEWEST = (
    select(
        _kept.id,
        _kept.computed_date,
        _kept.took_ms,
        _kept.last_fact_id,
        _kept.packages,
        _kept.fixes,
        _kept.lint,
        _kept.names,
    )
    .order_by(_kept.id.desc())
    .limit(1)
)
_STILL_WAITING = select(_packages.id).where(one_of(_packages.id, "ids"), IS_OUT_OF_STOCK)
_NUMBERS = (
    select(_packages.id, _packages.number, _orders.number.label("order_number"))
    .join_from(table(Package), table(Order), _orders.id == _packages.order_id)
    .where(one_of(_packages.id, "ids"))
)


@dataclass(frozen=True, slots=True)
class KeptFix:
    """A joint fix: its changes, how many packages they serve, and the first of their orders."""

    key: str
    changes: ChangeSet
    packages: int
    order_numbers: Sequence[str]


@dataclass(frozen=True, slots=True)
class KeptTriage:
    """All that is kept of one look. `packages` is how many were looked at.

    `is_outdated`: a fact was recorded since, so the counts may be others now.
    """

    id: int
    computed_at: datetime
    took_ms: int
    packages: int
    is_outdated: bool
    fixes: Sequence[KeptFix]
    lint: Sequence[Finding]
    location_names: Mapping[str, str]
    product_names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PackageNumber:
    """A package and its order, by what people call them."""

    id: int
    number: str
    order_number: str


@dataclass(frozen=True, slots=True)
class FoundFix:
    """One fix with the packages it was found to serve that still wait, those of the oldest orders first."""

    triage: KeptTriage
    fix: KeptFix
    package_ids: Sequence[int]

    @property
    def version(self) -> str:
        """A short name of exactly this: other changes or packages give another one."""
        text = repr((self.fix.changes, list(self.package_ids)))
        return blake2b(text.encode(), digest_size=8).hexdigest()


def kept_triage() -> KeptTriage | None:
    """The newest look; None when nobody has looked yet."""
    row = db.session.execute(_NEWEST).one_or_none()
    return _triage(row) if row is not None else None


def kept_fix(key: str) -> FoundFix:
    """The fix of that key in the newest look. Raises NotFound."""
    triage = kept_triage()
    fix = next((one for one in triage.fixes if one.key == key), None) if triage else None
    if triage is None or fix is None:
        raise NotFound("joint fix", key)
    waiting = still_waiting(served := packages_by_fix(triage.id)[key])
    return FoundFix(triage, fix, [one for one in served if one in waiting])


def packages_by_fix(triage_id: int) -> dict[str, list[int]]:
    """The ids of the packages that each fix was found to serve, by its key, the oldest orders first."""
    found = db.session.execute(select(_kept.served).where(_kept.id == triage_id)).scalar_one()
    return msgspec.json.decode(zlib.decompress(found), type=dict[str, list[int]])


def still_waiting(package_ids: Collection[int]) -> frozenset[int]:
    """Those of the packages that are out of stock now."""
    return frozenset(db.session.execute(_STILL_WAITING, {"ids": list(package_ids)}).scalars())


def numbers_of(package_ids: Sequence[int]) -> list[PackageNumber]:
    """The packages with these ids by their numbers, in that order."""
    rows = {row.id: row for row in db.session.execute(_NUMBERS, {"ids": list(package_ids)})}
    return [PackageNumber(*rows[one]) for one in package_ids if one in rows]


def rows_of(package_ids: Sequence[int]) -> list[PackageRow]:
    """The packages with these ids, in that order."""
    rows = {one.id: one for one in list_rows(package_ids)}
    return [rows[one] for one in package_ids if one in rows]


def _triage(row: Row[*tuple[Any, ...]]) -> KeptTriage:
    return KeptTriage(
        id=row.id,
        computed_at=row.computed_date,
        took_ms=row.took_ms,
        packages=row.packages,
        is_outdated=last_fact_id() != row.last_fact_id,
        fixes=[
            KeptFix(one["key"], changes_again(one["changes"]), one["packages"], one["order_numbers"])
            for one in row.fixes
        ],
        lint=[finding_again(one) for one in row.lint],
        location_names=row.names["locations"],
        product_names=row.names["products"],
    )
