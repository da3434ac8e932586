"""Remedies that were applied, and what became of their packages: for one package, and summed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, case, exists, func, select

from app.domain.diagnosis.kept_changes import changes_again
from app.domain.diagnosis.proofs import ChangeSet
from app.domain.packages import PackageState
from app.domain.remedy_outcomes import OutcomeState
from app.extensions import db, run
from app.models.columns import table
from app.models.packages import Package, PackageItem
from app.models.remedy_outcomes import RemedyOutcome
from app.models.stock_locations import StockLocation

_OUTCOMES, _PACKAGES, _ITEMS = table(RemedyOutcome), table(Package), table(PackageItem)
_LOCATIONS = table(StockLocation)


@dataclass(frozen=True, slots=True)
class Server:
    """A package that the planning after a remedy made."""

    package_id: int
    number: str
    location_name: str


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """A remedy as it was applied, how its package stands today, and who served it."""

    id: int
    applied_date: datetime
    actor: str
    reason: str | None
    is_joint: bool
    changes: ChangeSet
    state: OutcomeState
    served_by: Sequence[Server]


@dataclass(frozen=True, slots=True)
class OutcomeSummary:
    """How many remedies were applied, and how many of them ended how."""

    by_state: Mapping[OutcomeState, int]

    @property
    def applied(self) -> int:
        """All of them."""
        return sum(self.by_state.values())

    @property
    def served(self) -> int:
        """Those whose package is served, and stayed so."""
        return self.by_state.get(OutcomeState.SERVED, 0)

    @property
    def served_percent(self) -> int:
        """Of a hundred, rounded down: it says 100 only when all are."""
        return self.served * 100 // self.applied if self.applied else 0


def outcomes_of(package_id: int) -> list[OutcomeView]:
    """The remedies applied to the package, the newest first."""
    rows = run(_OF_PACKAGE, {"package": package_id}).all()
    servers = _servers({row.attempt_id for row in rows if row.attempt_id is not None})
    return [
        OutcomeView(
            id=row.id,
            applied_date=row.applied_date,
            actor=row.actor,
            reason=row.reason,
            is_joint=row.is_joint,
            changes=changes_again(row.changes),
            state=OutcomeState(row.state),
            served_by=servers.get(row.attempt_id, ()),
        )
        for row in rows
    ]


def outcome_summary(since: datetime) -> OutcomeSummary:
    """What became of the remedies applied since then. Each counts, also several of one package."""
    states = (
        select(_state().label("state"))
        .select_from(_OUTCOMES)
        .join(_PACKAGES, _PACKAGES.c.id == _OUTCOMES.c.package_id)
        .where(_OUTCOMES.c.applied_date >= since)
        .subquery()
    )
    rows = db.session.execute(select(states.c.state, func.count()).group_by(states.c.state))
    counts = {OutcomeState(state): int(count) for state, count in rows}
    return OutcomeSummary({state: counts[state] for state in OutcomeState if state in counts})


def _state() -> ColumnElement[str]:
    """How the package of an outcome stands today, as SQL over remedy_outcomes joined with packages."""
    waits = _PACKAGES.c.state == PackageState.OUT_OF_STOCK.value
    return case(
        (waits & _some_item_served(), OutcomeState.PARTLY.value),
        (waits, OutcomeState.WAITING.value),
        (_waits_anew(), OutcomeState.CAME_BACK.value),
        (_some_item_served(), OutcomeState.SERVED.value),
        else_=OutcomeState.ENDED.value,
    )


def _some_item_served() -> ColumnElement[bool]:
    return exists().where(
        _ITEMS.c.package_id == _OUTCOMES.c.package_id, _ITEMS.c.superseded_by_id.is_not(None)
    )


def _waits_anew() -> ColumnElement[bool]:
    """Whether a later package was made out of stock for one of the same order items.

    A package without a location was made out of stock: every other gets its location when it is made.
    """
    own, later_item, later = _ITEMS.alias(), _ITEMS.alias(), _PACKAGES.alias()
    return (
        exists()
        .where(own.c.package_id == _OUTCOMES.c.package_id)
        .where(later_item.c.order_item_id == own.c.order_item_id)
        .where(later.c.id == later_item.c.package_id, later.c.id > _OUTCOMES.c.package_id)
        .where(later.c.stock_location_id.is_(None))
    )


def _servers(attempt_ids: Collection[int]) -> dict[int, list[Server]]:
    rows = db.session.execute(
        select(_PACKAGES.c.attempt_id, _PACKAGES.c.id, _PACKAGES.c.number, _LOCATIONS.c.name)
        .join(_LOCATIONS, _LOCATIONS.c.id == _PACKAGES.c.stock_location_id)
        .where(_PACKAGES.c.attempt_id.in_(sorted(attempt_ids)))
        .order_by(_PACKAGES.c.id)
    )
    found: dict[int, list[Server]] = {}
    for attempt_id, *server in rows:
        found.setdefault(attempt_id, []).append(Server(*server))
    return found


_OF_PACKAGE = (
    select(
        _OUTCOMES.c.id,
        _OUTCOMES.c.applied_date,
        _OUTCOMES.c.actor,
        _OUTCOMES.c.reason,
        _OUTCOMES.c.is_joint,
        _OUTCOMES.c.changes,
        _OUTCOMES.c.attempt_id,
        _state().label("state"),
    )
    .join(_PACKAGES, _PACKAGES.c.id == _OUTCOMES.c.package_id)
    .where(_OUTCOMES.c.package_id == bindparam("package"))
    .order_by(_OUTCOMES.c.id.desc())
)
