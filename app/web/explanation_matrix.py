"""The matrix location × item of the investigation page, and the question "why not this location?"."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext

from app import wording
from app.domain.facts import Check
from app.wording import Names

Document = dict[str, Any]
SHOWN_AT_LEAST = 6
OUTSIDE = frozenset({Check.NOT_IN_RULE.value, Check.NO_MATCHING_SCENARIO.value})


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A location with one cell a line of the package. `is_own`: its numbers may be looked into."""

    erp_code: str
    name: str
    cells: Sequence[dict[str, Any]]
    is_own: bool

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

    `chosen` is the location of the question "why not this one?"; the matrix then has this row only.
    """

    near: Sequence[MatrixRow]
    empty: Sequence[MatrixRow]
    outside: Sequence[MatrixRow]
    locations: Sequence[tuple[str, str]]
    """Code and name of every location, for the picker."""
    chosen: MatrixRow | None = None
    chosen_texts: Sequence[str] = ()


def matrix(document: Document, names: Names, erp_code: str, own: Collection[str] | None = None) -> Matrix:
    """The document's lines turned into rows of locations, nearest first as the first line has them.

    Only the row of `erp_code` where it is one of them. Else worth a look is what a remedy is about, what has
    stock, and never less than a few. Of locations outside `own` a store manager is shown no numbers.
    """
    rows = _rows(document["lines"], own)
    locations = sorted(((row.erp_code, row.name) for row in rows), key=lambda one: one[1])
    chosen = next((row for row in rows if row.erp_code == erp_code), None)
    if chosen is not None:
        return Matrix([chosen], [], [], locations, chosen, _why_not_texts(chosen, names, own))
    named = _named_by_remedies(document)
    inside = [row for row in rows if not row.is_outside]
    near = [row for row in rows if row.erp_code in named]
    near += [row for row in inside if row not in near and row.has_stock]
    near += [row for row in inside if row not in near][: max(0, SHOWN_AT_LEAST - len(near))]
    empty = [row for row in inside if row not in near]
    return Matrix(near, empty, [row for row in rows if row.is_outside and row not in near], locations)


def _why_not_texts(row: MatrixRow, names: Names, own: Collection[str] | None) -> list[str]:
    return [_why_not(cell, names, own) for cell in row.cells]


def _rows(lines: Sequence[dict[str, Any]], own: Collection[str] | None) -> list[MatrixRow]:
    cells: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        for location in line["locations"]:
            cells.setdefault(location["erp_code"], []).append({**location, "sku": line["sku"]})
    return [
        MatrixRow(code, found[0]["name"], found, own is None or code in own) for code, found in cells.items()
    ]


def _named_by_remedies(document: Document) -> set[str]:
    return {
        code
        for remedy in (*document["remedies"], *document["partly"])
        for code in (*remedy["served_by"], *(one.get("erp_code") for one in remedy["changes"]))
        if code
    }


def _why_not(cell: dict[str, Any], names: Names, own: Collection[str] | None) -> str:
    values = {
        "place": cell["name"],
        "product": names.product(cell["sku"]),
        "check": wording.check_label(cell["check"]),
        "rule": cell["rule"] or "–",
    }
    if cell["check"] == Check.OK:
        return gettext("%(place)s can serve %(product)s under rule “%(rule)s”.", **values)
    if own is not None and cell["erp_code"] not in own:
        return gettext("%(place)s, %(product)s: %(check)s. Its numbers are not shown to you.", **values)
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
