"""The investigation of one package: why it is out of stock, proved, and what would serve it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template, request
from wtforms import Form, StringField
from wtforms.validators import Regexp

from app import clock, documents
from app.queries import explanations, places
from app.queries.explanations import NOW, PackageExplanation
from app.web import explanation_view as view
from app.web import place_charts
from app.web.csv_cells import safe_row

blueprint = Blueprint("explanations", __name__)


class ExplanationForm(Form):
    """Which instant is asked, and which location is looked at. What makes no sense counts as not given."""

    at = StringField(validators=[Regexp(r"^(now|plan|[1-9]\d{0,5})$")])
    erp_code = StringField()
    sku = StringField()

    def chosen_at(self) -> str:
        """The instant asked for, today without one."""
        self.validate()
        return self.at.data if self.at.data and not self.at.errors else NOW


@blueprint.get("/packages/<int:package_id>/explanation")
def show(package_id: int) -> str:
    """The page: sentence, numbers, reasons, remedies, matrix, attempts and the stock timeline."""
    form = ExplanationForm(request.args)
    found = explanations.explain_package(package_id, form.chosen_at(), clock.now())
    document = documents.explanation_document(found)
    return render_template("packages/explanation.html", **_context(found, document, form))


def _context(found: PackageExplanation, document: dict[str, Any], form: ExplanationForm) -> dict[str, Any]:
    names = documents.names_of(found)
    place = _place_of_interest(document, form)
    return {
        "found": found,
        "document": document,
        "names": names,
        "matrix": view.matrix(document, names, form.erp_code.data or ""),
        "why": form.erp_code.data or "",
        "place": place,
        "chart": place_charts.chart(place, found.attempts) if place else None,
        "holders": view.holders(document, place.erp_code, place.sku) if place else [],
        "changes": view.changes(document, names),
        "commands": view.commands(found),
        "attempt_tabs": view.attempt_tabs(found),
        "explained_text": view.explained_text(found),
        "kept_text": view.kept_text(found, names),
        "summary_text": view.summary_text,
    }


@blueprint.get("/packages/<int:package_id>/explanation.json")
def show_json(package_id: int) -> Response:
    """The document that the page renders."""
    form = ExplanationForm(request.args)
    found = explanations.explain_package(package_id, form.chosen_at(), clock.now())
    return jsonify(documents.explanation_document(found))


@blueprint.get("/packages/<int:package_id>/explanation.csv")
def show_csv(package_id: int) -> Response:
    """The matrix as a table: one row a line and location."""
    form = ExplanationForm(request.args)
    found = explanations.explain_package(package_id, form.chosen_at(), clock.now())
    text = io.StringIO()
    csv.writer(text).writerows(safe_row(row) for row in _matrix_rows(documents.explanation_document(found)))
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


def _place_of_interest(document: dict[str, Any], form: ExplanationForm) -> places.Place | None:
    """The location and product whose timeline is shown: the one asked for, else what the cause is about."""
    line = next((one for one in document["lines"] if one["sku"] == form.sku.data), document["lines"][0])
    code = form.erp_code.data or _code_of_interest(document, line)
    if code is None:
        return None
    if all(location["erp_code"] != code for location in line["locations"]):
        abort(404)
    return places.find_place(code, line["sku"])


def _code_of_interest(document: dict[str, Any], line: dict[str, Any]) -> str | None:
    for remedy in document["remedies"]:
        for change in remedy["changes"]:
            if change.get("erp_code"):
                return str(change["erp_code"])
        return str(remedy["served_by"][0])
    return str(line["locations"][0]["erp_code"]) if line["locations"] else None
