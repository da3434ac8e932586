"""The remedies of a package as the pages list them: step by step, what each serves, and who goes without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext

from app import wording
from app.domain.diagnosis.remedies import Remedy
from app.domain.planning import Plan
from app.queries import freed_units
from app.queries.explanations import PackageExplanation
from app.queries.remedy_outcomes import OutcomeView, outcomes_of
from app.services.auto_replanning import BY_FREED_UNITS
from app.wording import Names


@dataclass(frozen=True, slots=True)
class ServedLine:
    """A line of the package, and the names of the locations that serve it then; none where nobody does."""

    sku: str
    product: str
    places: Sequence[str]


@dataclass(frozen=True, slots=True)
class RemedyRow:
    """A remedy as it is listed. `key` opens its plan; `label` is what the button says.

    `displaces` are the packages of older orders that go without, as the document names them.
    """

    key: str | None
    label: str
    steps: Sequence[str]
    proof: str
    lines: Sequence[ServedLine]
    displaces: Sequence[Mapping[str, Any]]

    @property
    def served(self) -> int:
        """How many of the lines it serves."""
        return sum(1 for line in self.lines if line.places)


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """A remedy that was applied, with what was done in words, without a subject.

    Without `outcome` the worker planned again because units were freed, and `text` is a whole sentence.
    """

    at: datetime
    outcome: OutcomeView | None
    text: str


def remedy_rows(
    document: Mapping[str, Any], found: PackageExplanation, names: Names
) -> tuple[list[RemedyRow], list[RemedyRow]]:
    """What serves the whole package, and what serves only some of its lines."""
    explanation = found.explanation
    return (
        _rows(document["remedies"], explanation.remedies, found, names),
        _rows(document["partly"], explanation.partly, found, names),
    )


def outcome_rows(found: PackageExplanation, names: Names) -> list[OutcomeRow]:
    """The remedies that were applied to the package, and plannings by freed units, the newest first."""
    package = found.package
    applied = [
        OutcomeRow(
            one.applied_date,
            one,
            wording.listed([wording.done_text(change, names) for change in one.changes]),
        )
        for one in outcomes_of(package.id)
    ]
    return sorted([*applied, *_by_freed_units(found, names)], key=lambda row: row.at, reverse=True)


def _by_freed_units(found: PackageExplanation, names: Names) -> list[OutcomeRow]:
    package = found.package
    if not any(one.trigger in BY_FREED_UNITS for one in found.attempts):
        return []
    ended = None if package.is_waiting else package.modified_date
    return [
        OutcomeRow(one.at, None, wording.fact_text("replan", one.body, names))
        for one in freed_units.plannings_of_freed(package.order_id, package.created_date, ended)
    ]


def _rows(
    shown: Sequence[Mapping[str, Any]], remedies: Sequence[Remedy], found: PackageExplanation, names: Names
) -> list[RemedyRow]:
    return [_row(one, remedy, found, names) for one, remedy in zip(shown, remedies, strict=True)]


def _row(shown: Mapping[str, Any], remedy: Remedy, found: PackageExplanation, names: Names) -> RemedyRow:
    lines = _lines(remedy.proof, found, names)
    return RemedyRow(
        key=shown["key"],
        label=_label(remedy),
        steps=_steps(shown, remedy, names),
        proof=_proof(remedy, lines, names),
        lines=lines,
        displaces=shown["displaces"],
    )


def _steps(shown: Mapping[str, Any], remedy: Remedy, names: Names) -> list[str]:
    """Each change in words; what a store manager may not open is said as the document says it to them."""
    if shown["key"] is None:
        return [shown["text"]]
    return [wording.change_text(change, names) for change in remedy.changes]


def _label(remedy: Remedy) -> str:
    if len(remedy.changes) > 1:
        return gettext("Do both")
    return wording.change_kind_label(remedy.changes[0].kind.value)


def _proof(remedy: Remedy, lines: Sequence[ServedLine], names: Names) -> str:
    places = names.places(remedy.served_by)
    served = sum(1 for line in lines if line.places)
    if served < len(lines):
        return gettext(
            "Proved for %(served)s of %(lines)s lines: %(places)s",
            served=served,
            lines=len(lines),
            places=places,
        )
    if len(lines) > 1:
        return gettext(
            "Proved: all %(lines)s lines are served, by %(places)s", lines=len(lines), places=places
        )
    return gettext("Proved: %(places)s then serves it", places=places)


def _lines(proof: Plan, found: PackageExplanation, names: Names) -> list[ServedLine]:
    return [
        ServedLine(
            one.line.sku,
            names.product(one.line.sku),
            [
                names.place(grant.erp_code)
                for grant in proof.grants
                if grant.order_item_id == one.line.order_item_id
            ],
        )
        for one in found.explanation.lines
    ]
