"""Why a package is out of stock, or where it is: the document that the page shows, too."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Literal, Self

from msgspec import UNSET, Struct, UnsetType

from app import clock
from app.api.endpoints import endpoint
from app.api.packages import PATH
from app.api.values import Fixed, InstantText
from app.documents import explanation_document
from app.domain.access import Viewer
from app.domain.diagnosis.causes import Cause
from app.domain.diagnosis.changes import ChangeKind
from app.domain.facts import Check
from app.domain.packages import PackageState
from app.domain.staleness import LiveNote, StaleReason
from app.queries import explanations

_AT = r"^(now|plan|[1-9][0-9]{0,5})$"


class At(str):
    """Which facts are meant."""

    schema: ClassVar = {
        "type": "string",
        "pattern": _AT,
        "description": "`now`, `plan` (the latest attempt), or the number of an attempt.",
        "examples": ["now", "plan", "2"],
    }

    @classmethod
    def read(cls, value: object) -> Self:
        """Raises ValueError for anything else."""
        if not re.fullmatch(_AT, str(value)):
            raise ValueError("should be now, plan or the number of an attempt")
        return cls(value)


class ProvingRecord(Struct, frozen=True):
    """A record that proves a reason; `url` is where the pages show it."""

    kind: str
    id: int
    url: str


class ReasonShape(Struct, frozen=True):
    """One link of the chain of reasons."""

    code: str
    text: str
    evidence: list[ProvingRecord]


class LocationEvidence(Struct, frozen=True, omit_defaults=True):
    """A reservation that holds units there, or a report that they are not there."""

    kind: Literal["reservation", "discrepancy"]
    id: int
    order_number: str | UnsetType = UNSET
    quantity: Fixed | UnsetType = UNSET
    stale: StaleReason | UnsetType | None = UNSET
    live: LiveNote | UnsetType | None = UNSET
    reason: str | UnsetType = UNSET


class LocationFinding(Struct, frozen=True):
    """How near a location came. Without an answer it has no numbers."""

    erp_code: str
    name: str
    in_rule: bool
    rule: str | None
    check: Check
    stock_count: Fixed | None
    reservation_count: Fixed | None
    quantity: Fixed | None
    answered_at: InstantText | None
    evidence: list[LocationEvidence]


class CheckSummary(Struct, frozen=True):
    """Every location counted once, by its furthest check."""

    locations: int
    by_check: dict[str, int]


class LineShape(Struct, frozen=True):
    """A line of the package, and every location, the nearest to serving it first."""

    order_item: int
    sku: str
    needed: Fixed
    cause: Cause | None
    summary: CheckSummary
    locations: list[LocationFinding]


class ChangeShape(Struct, frozen=True, omit_defaults=True):
    """What would be changed; it names only what that kind of change is about."""

    kind: ChangeKind
    erp_code: str | UnsetType = UNSET
    sku: str | UnsetType = UNSET
    reservations: list[int] | UnsetType = UNSET
    discrepancies: list[int] | UnsetType = UNSET
    scenario: str | UnsetType = UNSET
    scenario_id: int | UnsetType = UNSET
    rule: str | UnsetType = UNSET
    rule_id: int | UnsetType = UNSET
    to: int | str | UnsetType = UNSET


class DisplacedShape(Struct, frozen=True):
    """A package of an older order that the same changes would serve, and that goes without then."""

    package: int
    order_number: str


class RemedyShape(Struct, frozen=True):
    """Changes after which the planner serves the package, proved by running it."""

    key: str | None
    text: str
    changes: list[ChangeShape]
    cause: Cause
    proved: Literal[True]
    served_by: list[str]
    displaces: list[DisplacedShape]


class ServedShape(Struct, frozen=True):
    """A line that another package serves by now."""

    order_item: int
    sku: str
    package: int
    number: str
    erp_code: str | None


class DifferenceShape(Struct, frozen=True, omit_defaults=True):
    """A fact that is not as the attempt saw it."""

    kind: str
    erp_code: str | UnsetType = UNSET
    sku: str | UnsetType = UNSET
    scenario: str | UnsetType = UNSET
    rule: str | UnsetType = UNSET
    then: int | bool | str | UnsetType | None = UNSET
    now: int | bool | str | UnsetType | None = UNSET


class ExplanationShape(Struct, frozen=True):
    """The explanation of one package."""

    package: int
    number: str
    order_number: str
    state: PackageState
    at: str
    attempt: int | None
    planned_at: InstantText | None
    explained_at: InstantText
    cause: Cause | None
    determined: bool
    sentence: str
    because: list[ReasonShape]
    lines: list[LineShape]
    remedies: list[RemedyShape]
    partly: list[RemedyShape]
    served_by: list[ServedShape]
    changed_since_plan: list[DifferenceShape]


class ExplanationQuery(Struct, kw_only=True, frozen=True):
    """Which facts are looked at: today's unless `at` names those that an attempt saw.

    `location` is the ERP code of the one location that the lines then list.
    """

    at: At | None = None
    location: str | None = None


@endpoint(
    "GET",
    f"{PATH}<int:package_id>/explanation/",
    tag="packages",
    query=ExplanationQuery,
    answers=ExplanationShape,
)
def explain_package(viewer: Viewer, package_id: int, query: ExplanationQuery) -> dict[str, Any]:
    """Why a package is out of stock, and what would serve it; or why it was planned where it is.

    Store managers see the checks of all locations, but numbers and holders of their own only.
    """
    at = query.at or explanations.NOW
    found = explanations.explain_package(package_id, at, clock.now(), viewer.location_ids)
    return explanation_document(found, viewer.location_ids, query.location)
