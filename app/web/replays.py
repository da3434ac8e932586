"""What an edit would have changed: its trial with progress, and saving it. Also undoing a saved change."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import Length

from app import clock, wording
from app.domain.diagnosis.replay import Settings
from app.domain.errors import NotFound, Refused
from app.domain.replays import ReplayKind
from app.queries import replays as trials
from app.queries import scenario_lint
from app.queries.audit import AuditRow, entry
from app.queries.replays import ReplayView
from app.services import drafts, replays
from app.web import audit_view, edits, navigation
from app.web.htmx import render_again
from app.web.scenario_forms import stripped
from app.wording import Names

blueprint = Blueprint("replays", __name__)


class ReasonForm(FlaskForm):
    """Why, in the administrator's words."""

    reason = StringField(_("Reason"), [Length(max=500)], [stripped])


@blueprint.get("/what-would-change/<int:replay_id>")
def show(replay_id: int) -> str:
    """The trial; while it runs, htmx asks again for all but the frame."""
    return _page(trials.find_replay(replay_id), ReasonForm())


@blueprint.post("/what-would-change/<int:replay_id>/cancel")
def cancel(replay_id: int) -> Response:
    """Replay nothing further."""
    try:
        replays.cancel_replay(replay_id)
    except Refused as refused:
        flash(wording.refusal(refused.code, refused.params), "warning")
    return redirect(url_for("replays.show", replay_id=replay_id), 303)


@blueprint.post("/what-would-change/<int:replay_id>/save")
def save(replay_id: int) -> Response | tuple[str, int]:
    """Save what was tried, unless what is stored changed since."""
    found, form = trials.find_replay(replay_id), ReasonForm()
    if not form.validate():
        return _page(found, form), 422
    try:
        return edits.save_draft(found.kind, dict(found.draft), dict(found.base), form.reason.data or "")
    except Refused as refused:
        flash(wording.refusal(refused.code, refused.params), "warning")
        return redirect(url_for("replays.show", replay_id=replay_id), 303)


@blueprint.get("/changes/<int:entry_id>/undo")
def ask(entry_id: int) -> str:
    """What undoing a change would put back."""
    row = _entry(entry_id)
    shown = edits.past_edit(row, _names(scenario_lint.present_settings()))
    (about,) = audit_view.shown_by_name([row])
    context = {"about": about, "back": _page_of(row), "home": _home(ReplayKind(row.object_type))}
    return render_template("replays/undo.html", edit=shown, form=ReasonForm(), **context)


@blueprint.post("/changes/<int:entry_id>/undo")
def undo(entry_id: int) -> Response:
    """Put it back, as a change of its own."""
    row, form = _entry(entry_id), ReasonForm()
    form.validate()
    try:
        kind, row_id = drafts.undo_change(
            entry_id, form.reason.data or gettext("Change %(id)s undone", id=entry_id)
        )
    except Refused as refused:
        flash(wording.refusal(refused.code, refused.params), "warning")
        return redirect(_page_of(row), 303)
    flash(gettext("Undone. It is set as it was before that change."), "success")
    return redirect(edits.page_of(kind, row_id), 303)


def _entry(entry_id: int) -> AuditRow:
    """The change. Raises NotFound for what is none of a scenario or location."""
    row = entry(entry_id)
    if row.object_type not in list(ReplayKind) or row.object_id is None:
        raise NotFound("change", entry_id)
    return row


def _page_of(row: AuditRow) -> str:
    return edits.page_of(ReplayKind(row.object_type), int(row.object_id or 0))


def _home(kind: ReplayKind) -> tuple[str, str]:
    """The list of what was edited."""
    return navigation.belongs_to(edits.PAGES[kind][0].partition(".")[0])


def _page(found: ReplayView, form: ReasonForm) -> str:
    return render_again("replays/replay.html", "replays/_replay.html", **_context(found), form=form)


def _context(found: ReplayView) -> dict[str, Any]:
    settings = scenario_lint.present_settings()
    names = _names(settings)
    return {
        "replay": found,
        "names": names,
        "edited": edits.edited_values(found.base, found.draft, names),
        "lint": _lint(found, names),
        "back": _edit_page(found),
        "home": _home(found.kind),
    }


def _lint(found: ReplayView, names: Names) -> list[str]:
    """What would be odd after the edit, and is not now."""
    now = clock.now()
    present = scenario_lint.lint_settings(scenario_lint.present_settings(), now)
    after = scenario_lint.lint_settings(drafts.settings_with(found.kind, dict(found.draft)), now)
    # Rules of different scenarios may have one name: what is said of them is said once.
    return list(dict.fromkeys(wording.lint_text(one, names) for one in after if one not in present))


def _edit_page(found: ReplayView) -> str:
    """The form with what was tried."""
    settings = scenario_lint.present_settings()
    if found.kind is ReplayKind.STOCK_LOCATION:
        location = settings.locations[found.target]
        return url_for("stock_locations.edit", location_id=location.id, trial=found.id)
    stored = next((one for one in settings.scenarios if one.name == found.target), None)
    if stored is None:
        return url_for("scenarios.new", trial=found.id)
    return url_for("scenarios.edit", scenario_id=stored.id, trial=found.id)


def _names(settings: Settings) -> Names:
    return Names(clock.now(), {}, {code: one.name for code, one in settings.locations.items()})
