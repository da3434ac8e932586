"""The stores and warehouses: what rules see of them, and how busy each is; edited by administrators."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms.validators import DataRequired, Length

from app import clock, wording
from app.domain.diagnosis.lint import Finding
from app.domain.errors import NotFound, Refused
from app.domain.facts import LocationType
from app.domain.replays import ReplayKind
from app.queries import replays as trials
from app.queries import scenario_lint, stock_locations
from app.queries.stock_locations import LocationRow
from app.services import drafts
from app.web import edits
from app.web.lists import PLAIN_TEXT
from app.web.scenario_forms import stripped, trial_days, whole_number
from app.web.scenarios import is_administrator
from app.wording import Names

blueprint = Blueprint("stock_locations", __name__)
KIND = ReplayKind.STOCK_LOCATION


class LocationForm(FlaskForm):
    """What an administrator sets of a location. `version` is that of the stored one when it was opened."""

    version = HiddenField()
    name = StringField(
        _("Name"), [DataRequired(_("Give the location a name.")), Length(max=255), PLAIN_TEXT], [stripped]
    )
    stock_location_type = SelectField(
        _("Type"),
        choices=lambda: [(one.value, wording.capitalized(wording.label(one.value))) for one in LocationType],
    )
    is_active = BooleanField(_("Active"))
    priority = whole_number(_("Priority"))
    max_quota = whole_number(_("Quota"))
    days = trial_days()
    reason = StringField(_("Reason"), [Length(max=500)], [stripped])

    def body(self, erp_code: str) -> dict[str, Any]:
        """The document that was filled in."""
        return {
            "erp_code": erp_code,
            "name": self.name.data,
            "stock_location_type": self.stock_location_type.data,
            "is_active": bool(self.is_active.data),
            "priority": self.priority.data,
            "max_quota": self.max_quota.data,
        }


@blueprint.get("/locations/")
def index() -> str:
    """Every location."""
    return render_template("stock_locations/page.html", locations=stock_locations.list_locations())


@blueprint.get("/locations/<int:location_id>")
def show(location_id: int) -> str:
    """One location: its settings, what is odd about them, and who changed what."""
    location = _location(location_id)
    return render_template(
        "stock_locations/location.html",
        location=location,
        lint=_lint(location),
        may_edit=is_administrator(),
        history=edits.history(KIND, location_id, Names(clock.now())),
    )


@blueprint.get("/locations/<int:location_id>/edit")
def edit(location_id: int) -> str:
    """The form with what is stored, or with what was tried."""
    location = _location(location_id)
    base = drafts.stored_body(KIND, {"erp_code": location.erp_code})
    values = {**(base or {}), **_tried(location), "version": edits.version_of(base)}
    return _page(LocationForm(data=values), location)


@blueprint.post("/locations/<int:location_id>/edit")
def save(location_id: int) -> Response | tuple[str, int]:
    """Try the edit, or save it."""
    location, form = _location(location_id), LocationForm()
    if not form.validate():
        return _page(form, location), 422
    draft = form.body(location.erp_code)
    base = drafts.stored_body(KIND, draft)
    if form.version.data != edits.version_of(base):
        return _page(form, location, wording.refusal("edited_since", {})), 409
    if request.form.get("do") == "try":
        return edits.try_draft(KIND, draft, int(form.days.data))
    try:
        return edits.save_draft(KIND, draft, base, form.reason.data or "")
    except Refused as refused:
        return _page(form, location, wording.refusal(refused.code, refused.params)), 409


def _location(location_id: int) -> LocationRow:
    found = next((one for one in stock_locations.list_locations() if one.id == location_id), None)
    if found is None:
        raise NotFound("stock_location", location_id)
    return found


def _tried(location: LocationRow) -> dict[str, Any]:
    replay_id = request.args.get("trial", type=int)
    if replay_id is None:
        return {}
    found = trials.find_replay(replay_id)
    return dict(found.draft) if (found.kind, found.target) == (KIND, location.erp_code) else {}


def _page(form: LocationForm, location: LocationRow, problem: str = "") -> str:
    return render_template(
        "stock_locations/edit.html", form=form, location=location, problem=problem, lint=_lint(location)
    )


def _lint(location: LocationRow) -> list[str]:
    """What is odd about it, and about rules that name it."""
    settings = scenario_lint.present_settings()
    names = Names(clock.now(), {}, {code: one.name for code, one in settings.locations.items()})
    return [
        wording.lint_text(one, names)
        for one in scenario_lint.lint_settings(settings, clock.now())
        if _names_location(one, location.erp_code)
    ]


def _names_location(finding: Finding, erp_code: str) -> bool:
    named = finding.params.get("erp_codes", ())
    return finding.params.get("erp_code") == erp_code or (isinstance(named, tuple) and erp_code in named)
