"""What the investigation page shows beside the document: rows of the matrix, tabs, and words for values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import url_for
from flask_babel import format_datetime, gettext

from app import wording
from app.domain.facts import Check
from app.domain.packages import PackageCommand, commands_for
from app.queries.explanations import NOW, PLAN, PackageExplanation
from app.wording import Names

Document = dict[str, Any]
SHOWN_AT_LEAST = 6
OUTSIDE = frozenset({Check.NOT_IN_RULE.value, Check.NO_MATCHING_SCENARIO.value})


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A location with one cell a line of the package."""

    erp_code: str
    name: str
    cells: Sequence[dict[str, Any]]

    @property
    def serves(self) -> int:
        """How many lines it can serve."""
        return sum(cell["check"] == Check.OK for cell in self.cells)

    @property
    def has_stock(self) -> bool:
        """Whether it counted some of any line's product."""
        return any(Decimal(cell["stock_count"] or 0) > 0 for cell in self.cells)

    @property
    def is_outside(self) -> bool:
        """Whether no rule lets it serve any of the lines."""
        return all(cell["check"] in OUTSIDE for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Every location once: those worth a look, those a rule admits without stock, those no rule lets serve.

    `chosen` is the location of the question "why not this one?".
    """

    near: Sequence[MatrixRow]
    empty: Sequence[MatrixRow]
    outside: Sequence[MatrixRow]
    chosen: MatrixRow | None
    chosen_texts: Sequence[str]

    @property
    def all(self) -> list[MatrixRow]:
        """Every location."""
        return [*self.near, *self.empty, *self.outside]


def matrix(document: Document, names: Names, erp_code: str) -> Matrix:
    """The document's lines turned into rows of locations, nearest first as the first line has them.

    Worth a look is what a remedy is about, what was asked for, what has stock, and never less than a few.
    """
    lines = document["lines"]
    cells: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        for location in line["locations"]:
            cells.setdefault(location["erp_code"], []).append({**location, "sku": line["sku"]})
    rows = [MatrixRow(code, own[0]["name"], own) for code, own in cells.items()]
    chosen = next((row for row in rows if row.erp_code == erp_code), None)
    texts = [_why_not(cell, names) for cell in chosen.cells] if chosen else []
    named = {*_named_by_remedies(document), erp_code}
    inside = [row for row in rows if not row.is_outside]
    near = [row for row in rows if row.erp_code in named]
    near += [row for row in inside if row not in near and row.has_stock]
    near += [row for row in inside if row not in near][: max(0, SHOWN_AT_LEAST - len(near))]
    empty = [row for row in inside if row not in near]
    return Matrix(near, empty, [row for row in rows if row.is_outside and row not in near], chosen, texts)


def _named_by_remedies(document: Document) -> set[str]:
    return {
        code
        for remedy in (*document["remedies"], *document["partly"])
        for code in (*remedy["served_by"], *(one.get("erp_code") for one in remedy["changes"]))
        if code
    }


def _why_not(cell: dict[str, Any], names: Names) -> str:
    values = {
        "place": cell["name"],
        "product": names.product(cell["sku"]),
        "check": wording.check_label(cell["check"]),
        "rule": cell["rule"] or "–",
    }
    if cell["check"] == Check.OK:
        return gettext("%(place)s can serve %(product)s under rule “%(rule)s”.", **values)
    if cell["stock_count"] is None:
        return gettext("%(place)s, %(product)s: %(check)s; it never returned a count for it.", **values)
    return gettext(
        "%(place)s, %(product)s: %(check)s under rule “%(rule)s”; stock %(stock)s − reserved %(reserved)s = "
        "%(free)s free.",
        **values,
        stock=wording.quantity(cell["stock_count"]),
        reserved=wording.quantity(cell["reservation_count"]),
        free=wording.quantity(cell["quantity"]),
    )


def attempt_tabs(found: PackageExplanation) -> list[tuple[str, str, bool]]:
    """A tab for each attempt, and one for today while the package waits."""
    current = found.attempt.number if found.attempt and found.at != NOW else None
    tabs = [
        (
            gettext("Attempt %(number)s", number=one.number),
            _url(found, str(one.number)),
            one.number == current,
        )
        for one in found.attempts
    ]
    if found.package.is_waiting:
        tabs.append((gettext("Now"), _url(found, NOW), found.at == NOW))
    return tabs


def _url(found: PackageExplanation, at: str) -> str:
    return url_for("explanations.show", package_id=found.package.id, at=at)


def explained_text(found: PackageExplanation) -> str:
    """As of when the facts are."""
    if found.at == NOW:
        return gettext("as of now")
    number = found.attempt.number if found.attempt else 0
    instant = str(format_datetime(found.explained_at, "d MMM HH:mm"))
    if found.at == PLAN:
        return gettext(
            "as seen by the latest attempt, %(number)s, on %(instant)s", number=number, instant=instant
        )
    return gettext("as seen by attempt %(number)s on %(instant)s", number=number, instant=instant)


def kept_text(found: PackageExplanation, names: Names) -> str:
    """How fresh the cause is that the queue filters by."""
    package = found.package
    if package.cause_stale or package.cause_checked_at is None:
        return gettext("being looked at again")
    return gettext("checked %(ago)s", ago=names.ago(package.cause_checked_at))


def summary_text(line: dict[str, Any]) -> str:
    """The counts of a line in one row: they add up to the number of locations."""
    counts = line["summary"]["by_check"]
    parts = [f"{count} {wording.check_label(check)}" for check, count in counts.items() if check != Check.OK]
    return gettext(
        "%(ok)s of %(locations)s locations can serve: %(parts)s.",
        ok=counts.get(Check.OK.value, 0),
        locations=line["summary"]["locations"],
        parts=", ".join(parts) or gettext("all can"),
    )


def holders(document: Document, erp_code: str, sku: str) -> list[dict[str, Any]]:
    """The reservations held at a place, as the document has them."""
    for line in document["lines"]:
        for location in line["locations"]:
            if line["sku"] == sku and location["erp_code"] == erp_code:
                return [one for one in location["evidence"] if one["kind"] == "reservation"]
    return []


def changes(document: Document, names: Names) -> list[dict[str, str]]:
    """What changed since the plan, each with words for its kind, place and values."""
    return [
        {
            "what": wording.difference_label(one["kind"]),
            "where": _where(one, names),
            "then": wording.difference_value(one["kind"], one["then"]),
            "now": wording.difference_value(one["kind"], one["now"]),
        }
        for one in document["changed_since_plan"]
    ]


def _where(one: dict[str, Any], names: Names) -> str:
    parts: Iterable[str | None] = (
        names.product(one["sku"]) if "sku" in one else None,
        names.place(one["erp_code"]) if "erp_code" in one else None,
        one.get("scenario"),
        one.get("rule"),
    )
    return " · ".join(part for part in parts if part)


def commands(found: PackageExplanation) -> list[str]:
    """The commands offered in the menu; planning again has a button of its own."""
    return [one.value for one in commands_for(found.package.state) if one is not PackageCommand.RESCHEDULE]
