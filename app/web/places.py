"""One product at one location: who holds its units, what was reported, and how its stock moved."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template, request
from flask_babel import gettext
from wtforms import Form, StringField
from wtforms.validators import InputRequired, Length

from app import clock, documents, wording
from app.domain.stock_log import free_quantity
from app.queries import places
from app.queries.double_counts import double_counts
from app.queries.holder_chains import chains_of
from app.web import place_charts
from app.web.access import own_locations
from app.web.lists import PLAIN_TEXT

blueprint = Blueprint("places", __name__)


class PlaceForm(Form):
    """Which place is asked for."""

    erp_code = StringField(validators=[InputRequired(), Length(max=100), PLAIN_TEXT])
    sku = StringField(validators=[InputRequired(), Length(max=255), PLAIN_TEXT])


@blueprint.get("/stock")
def show() -> str:
    """The page of the place named by `erp_code` and `sku`."""
    form = PlaceForm(request.args)
    if not form.validate():
        abort(404)
    found = places.show_place(form.erp_code.data or "", form.sku.data or "", clock.now(), own_locations())
    place = found.place
    names = wording.Names(clock.now(), {place.sku: place.product_name}, {place.erp_code: place.location_name})
    return render_template(
        "places/page.html",
        found=found,
        names=names,
        chains=chains_of([one.held.id for one in found.holders]),
        twice=double_counts([one.held.id for one in found.holders if one.stale]),
        numbers=_numbers(found, names),
        chart=place_charts.chart(place),
    )


@blueprint.get("/stock.json")
def show_json() -> Response:
    """The same as JSON: who holds the units, for which order item, registered by which mapping."""
    form = PlaceForm(request.args)
    if not form.validate():
        abort(404)
    found = places.show_place(form.erp_code.data or "", form.sku.data or "", clock.now(), own_locations())
    return jsonify(documents.place_document(found, chains_of([one.held.id for one in found.holders])))


def _numbers(found: places.PlaceView, names: wording.Names) -> dict[str, Any]:
    """Stock, reserved and free in hundredths, and when the location answered."""
    key = (found.place.erp_code, found.place.sku)
    answer = found.world.stock.get(key)
    reserved = found.world.reserved(key)
    return {
        "stock": answer.stock_count if answer else None,
        "reserved": reserved,
        "free": free_quantity(answer.stock_count, reserved) if answer else None,
        "answered": gettext("answered %(ago)s", ago=names.ago(answer.answered_at))
        if answer
        else gettext("never answered"),
    }
