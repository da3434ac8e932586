"""Scenarios as orders are matched with them, with their rules as they are tried. Administrators edit them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from app import clock, wording
from app.domain.access import Role
from app.domain.diagnosis.replay import Settings
from app.domain.errors import Refused
from app.domain.replays import ReplayKind
from app.queries import channels, scenario_lint, scenarios
from app.queries import replays as trials
from app.queries.scenarios import ScenarioList
from app.services import drafts
from app.web import edits
from app.web.scenario_forms import ScenarioForm, rearranged, rule_bodies
from app.wording import Names

blueprint = Blueprint("scenarios", __name__)
KIND = ReplayKind.SCENARIO
NEW: dict[str, Any] = {
    "name": "",
    "is_active": False,
    "priority": None,
    "channels": [],
    "payment_types": [],
    "delivery_types": [],
    "rules": [],
}


@blueprint.get("/scenarios/")
def index() -> str:
    """Every scenario, in the order in which one is looked for, and what is odd about them."""
    found = scenarios.list_scenarios()
    return render_template(
        "scenarios/page.html", found=found, lint=_lint(found, None), may_edit=is_administrator()
    )


@blueprint.get("/scenarios/<int:scenario_id>")
def show(scenario_id: int) -> str:
    """One scenario with its rules, which locations each admits, and who changed what."""
    found, everything = scenarios.get_scenario(scenario_id), scenarios.list_scenarios()
    return render_template(
        "scenarios/scenario.html",
        found=found,
        lint=_lint(everything, found.scenario.name),
        may_edit=is_administrator(),
        history=edits.history(KIND, scenario_id, _names(everything)),
    )


@blueprint.get("/scenarios/new")
def new() -> str:
    """The empty form."""
    return _page(_form(_tried() or NEW, None), None)


@blueprint.post("/scenarios/new")
def make() -> Response | str | tuple[str, int]:
    """Rearrange its rules, try it, or make it."""
    return _handled(None)


@blueprint.get("/scenarios/<int:scenario_id>/edit")
def edit(scenario_id: int) -> str:
    """The form with what is stored, or with what was tried."""
    body = _body(scenario_id)
    return _page(_form(_tried() or body, body), scenario_id)


@blueprint.post("/scenarios/<int:scenario_id>/edit")
def save(scenario_id: int) -> Response | str | tuple[str, int]:
    """Rearrange its rules, try the edit, or save it."""
    return _handled(scenario_id)


def is_administrator() -> bool:
    """Whether who is signed in may edit."""
    return bool(current_user.role == Role.ADMINISTRATOR)


def _handled(scenario_id: int | None) -> Response | str | tuple[str, int]:
    base = _body(scenario_id) if scenario_id is not None else None
    form = _offered(ScenarioForm(), base)
    if base is not None:
        form.name.data = base["name"]
    step = request.form.get("do", "")
    rules = rearranged(rule_bodies(form.rules.data), step)
    if rules is not None:
        return _page(_form({**form.body(), "rules": rules}, base, form), scenario_id)
    if not form.validate():
        return _page(form, scenario_id), 422
    if form.version.data != edits.version_of(base):
        return _page(form, scenario_id, wording.refusal("edited_since", {})), 409
    if base is None and drafts.stored_body(KIND, form.body()) is not None:
        return _page(form, scenario_id, wording.refusal("name_taken", {})), 422
    if step == "try":
        return edits.try_draft(KIND, form.body(), int(form.days.data))
    try:
        return edits.save_draft(KIND, form.body(), base, form.reason.data or "")
    except Refused as refused:
        return _page(form, scenario_id, wording.refusal(refused.code, refused.params)), 409


def _body(scenario_id: int) -> dict[str, Any]:
    """The stored document. Raises NotFound."""
    name = scenarios.get_scenario(scenario_id).scenario.name
    return drafts.stored_body(KIND, {"name": name}) or {}


def _tried() -> dict[str, Any] | None:
    """What a trial tried, where the address names one to go on with."""
    replay_id = request.args.get("trial", type=int)
    if replay_id is None:
        return None
    found = trials.find_replay(replay_id)
    return dict(found.draft) if found.kind is KIND else None


def _form(
    body: dict[str, Any], base: dict[str, Any] | None, sent: ScenarioForm | None = None
) -> ScenarioForm:
    """A form filled in with a document; of a form that was sent it keeps version, reason and days."""
    kept = {"version": sent.version.data, "reason": sent.reason.data, "days": sent.days.data} if sent else {}
    values = {"version": edits.version_of(base), **kept, **body}
    return _offered(ScenarioForm(formdata=None, data=values), base)


def _offered(form: ScenarioForm, base: dict[str, Any] | None) -> ScenarioForm:
    names = {code: one.name for code, one in scenarios.list_scenarios().locations.items()}
    by_name = dict(sorted(names.items(), key=lambda one: one[1]))
    form.offer([one.name for one in channels.list_channels()], by_name, base or {})
    return form


def _page(form: ScenarioForm, scenario_id: int | None, problem: str = "") -> str:
    found = scenarios.list_scenarios()
    return render_template(
        "scenarios/edit.html",
        form=form,
        scenario_id=scenario_id,
        problem=problem,
        locations=found.locations,
        lint=_lint(found, form.name.data) if scenario_id is not None else [],
    )


def _lint(found: ScenarioList, scenario: str | None) -> list[str]:
    """What is odd, in words: of one scenario, or of all."""
    findings = scenario_lint.lint_settings(Settings(found.locations, tuple(found.scenarios)), clock.now())
    names = _names(found)
    return [wording.lint_text(one, names) for one in findings if scenario is None or one.scenario == scenario]


def _names(found: ScenarioList) -> Names:
    return Names(clock.now(), {}, {code: one.name for code, one in found.locations.items()})
