"""The investigation of one package: why it is out of stock, proved, and what would serve it."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator
from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template, request
from wtforms import Form, StringField
from wtforms.validators import Regexp

from app import clock, documents
from app.queries import audit, explanations, places, stock_locations
from app.queries.explanations import NOW, PackageExplanation
from app.web import audit_view, place_charts
from app.web import explanation_view as view
from app.web.access import own_locations
from app.web.csv_cells import safe_row
from app.web.execution_plans import attempt_url
from app.web.explanation_matrix import matrix
from app.web.remedy_view import outcome_rows, remedy_rows

blueprint = Blueprint("explanations", __name__)


def blank_to_none(text: str | None) -> str | None:
    """An empty field is one that was not filled in."""
    return text or None


class ExplanationForm(Form):
    """Which instant is asked, and what is looked at. What makes no sense counts as not given.

    `location` asks "why not this one?" and narrows the matrix down to it; `erp_code` and `sku` choose the
    place whose units and timeline are shown below.
    """

    at = StringField(validators=[Regexp(r"^(now|plan|[1-9]\d{0,5})$")])
    location = StringField(filters=[blank_to_none])
    erp_code = StringField(filters=[blank_to_none])
    sku = StringField()

    def chosen_at(self) -> str:
        """The instant asked for, today without one."""
        self.validate()
        return self.at.data if self.at.data and not self.at.errors else NOW


@blueprint.get("/packages/<int:package_id>/explanation")
def show(package_id: int) -> str:
    """The page: sentence, numbers, reasons, remedies, matrix, attempts and the stock timeline."""
    form = ExplanationForm(request.args)
    found = explanations.explain_package(package_id, form.chosen_at(), clock.now(), own_locations())
    document = documents.explanation_document(found, own_locations())
    return render_template("packages/explanation.html", **_context(found, document, form))


def _context(found: PackageExplanation, document: dict[str, Any], form: ExplanationForm) -> dict[str, Any]:
    names = documents.names_of(found)
    codes = _own_codes()
    place = _place_of_interest(document, form, codes)
    remedies, partly = remedy_rows(document, found, names)
    return {
        "found": found,
        "document": document,
        "names": names,
        "matrix": matrix(document, names, form.location.data or "", codes),
        "place": place,
        "chart": place_charts.chart(place, found.attempts) if place else None,
        "holders": view.holders(document, place.erp_code, place.sku) if place else [],
        "remedies": remedies,
        "partly": partly,
        "outcomes": outcome_rows(found, names) if own_locations() is None else [],
        "changes": view.changes(document, found, names),
        "commands": view.commands(found, own_locations()),
        "attempt_tabs": view.attempt_tabs(found),
        "explained_text": view.explained_text(found),
        "kept_text": view.kept_text(found),
        "summary_text": view.summary_text,
        "printed_at": clock.now(),
        **_for_the_desk(found),
    }


def _for_the_desk(found: PackageExplanation) -> dict[str, Any]:
    """The plan that the package belongs to, and who did what to it: not for store managers."""
    if own_locations() is not None:
        return {"plan_url": None, "audit": None}
    acts = audit_view.shown(audit.entries_of("package", found.package.id))
    one = found.attempt
    return {"plan_url": attempt_url(one.plan_id, one.number) if one else None, "audit": acts}


@blueprint.get("/packages/<int:package_id>/explanation.json")
def show_json(package_id: int) -> Response:
    """The document that the page renders, with `location` only what it says of that one."""
    form = ExplanationForm(request.args)
    found = explanations.explain_package(package_id, form.chosen_at(), clock.now(), own_locations())
    return jsonify(documents.explanation_document(found, own_locations(), form.location.data))


@blueprint.get("/packages/<int:package_id>/explanation.csv")
def show_csv(package_id: int) -> Response:
    """The matrix as a table: one row a line and location."""
    form = ExplanationForm(request.args)
    found = explanations.explain_package(package_id, form.chosen_at(), clock.now(), own_locations())
    document = documents.explanation_document(found, own_locations(), form.location.data)
    text = io.StringIO()
    csv.writer(text).writerows(safe_row(row) for row in _matrix_rows(document))
    name = f"{found.package.number}-{found.at}.csv"
    return Response(
        text.getvalue(),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


COLUMNS = (
    "erp_code",
    "name",
    "in_rule",
    "rule",
    "check",
    "stock_count",
    "reservation_count",
    "quantity",
    "answered_at",
)


def _matrix_rows(document: dict[str, Any]) -> Iterator[list[Any]]:
    yield ["order_item", "sku", "needed", *COLUMNS]
    for line in document["lines"]:
        for location in line["locations"]:
            values = (location[column] for column in COLUMNS)
            yield [line["order_item"], line["sku"], line["needed"], *values]


def _own_codes() -> frozenset[str] | None:
    own = own_locations()
    return None if own is None else stock_locations.codes_of(own)


def _place_of_interest(
    document: dict[str, Any], form: ExplanationForm, own: Collection[str] | None
) -> places.Place | None:
    """The location and product whose timeline is shown: the one asked for, else what the cause is about.

    None where that is a location whose numbers may not be shown.
    """
    line = next((one for one in document["lines"] if one["sku"] == form.sku.data), document["lines"][0])
    code = form.erp_code.data or _known(form.location.data, line) or _code_of_interest(document, line, own)
    if code is None:
        return None
    if all(location["erp_code"] != code for location in line["locations"]):
        abort(404)
    return places.find_place(code, line["sku"]) if own is None or code in own else None


def _known(code: str | None, line: dict[str, Any]) -> str | None:
    return code if any(location["erp_code"] == code for location in line["locations"]) else None


def _code_of_interest(
    document: dict[str, Any], line: dict[str, Any], own: Collection[str] | None
) -> str | None:
    """Where the cheapest remedy changes something or serves; a store manager is shown own locations only."""
    named = [
        str(code)
        for remedy in document["remedies"]
        for code in (*(one.get("erp_code") for one in remedy["changes"]), *remedy["served_by"])
        if code
    ]
    named += [str(one["erp_code"]) for one in line["locations"]]
    return next((code for code in named if own is None or code in own), None)
