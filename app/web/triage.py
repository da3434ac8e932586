"""What would serve many waiting packages at once: the list of joint fixes, one with its plan, applying it.

Shows what a worker found last and says how old that is; nothing is looked for within a request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField
from wtforms.validators import Length

from app import clock, wording
from app.domain.diagnosis.changes import Change, ChangeKind
from app.domain.errors import NotFound, Refused
from app.queries import kept_triage, overview
from app.queries.kept_triage import KeptFix, KeptTriage
from app.queries.packages import PackageRow
from app.queries.paging import take_page
from app.services import batches, joint_fixes, wake
from app.web.htmx import wants_part
from app.web.lists import ListForm
from app.wording import Names

blueprint = Blueprint("triage", __name__)

SHOWN_OF_EACH = 3
SHOWN_ON_OVERVIEW = 7
PATIENCE = timedelta(minutes=2)
"""So long after somebody asked for a new look a page waits for it; then it shows what there is."""


class ApplyForm(FlaskForm):
    """The confirmation: exactly which plan was seen, and in the operator's words why."""

    version = HiddenField()
    reason = StringField(_("Reason"), validators=[Length(max=500)])


@dataclass(frozen=True, slots=True)
class FixCard:
    """A joint fix in words; `rows` are the first of its packages that still wait."""

    key: str
    text: str
    packages: int
    rows: list[PackageRow]


@dataclass(frozen=True, slots=True)
class Freshness:
    """How old the look is. `asks_again` is the address to ask until there is one as fresh as can be."""

    computed_at: datetime | None
    is_outdated: bool
    is_awaited: bool
    asks_again: str | None


@blueprint.get("/packages/triage")
def index() -> str | Response:
    """The queue grouped by what would serve it, with odd rules beside it."""
    found = kept_triage.kept_triage()
    shown = {
        "freshness": freshness(found, "triage.index"),
        "cards": _cards(found) if found else [],
        "findings": _findings(found) if found else [],
        "total": sum(one.packages for one in overview.count_by_cause()),
    }
    return render_template("triage/_groups.html" if wants_part() else "triage/page.html", **shown)


@blueprint.get("/packages/triage/top")
def top() -> str | Response:
    """The part of the overview that names the best fixes: what htmx asks for again while it is outdated."""
    if not wants_part():
        return redirect(url_for("overview.show"), 303)
    return render_template("triage/_top.html", **top_fixes())


@blueprint.post("/packages/triage/look-again")
def look_again() -> Response:
    """Have a worker look now. Where one was asked from, the page waits for it."""
    wake.look_again()
    asked = f"{clock.now().timestamp():.3f}"
    endpoint = "overview.show" if request.form.get("from") == "overview" else "triage.index"
    return redirect(url_for(endpoint, asked=asked), 303)


@blueprint.get("/packages/triage/<key>")
def show(key: str) -> str | Response:
    """One fix: what would be changed and which packages that serves, before anything is done."""
    try:
        found = kept_triage.kept_fix(key)
    except NotFound:
        return _gone()
    form = ListForm(request.args)
    form.read()
    ids = found.package_ids
    page = take_page(
        form.page_number,
        form.rows,
        len(ids),
        lambda first, size: kept_triage.rows_of(ids[first : first + size]),
    )
    names = _names(found.triage)
    return render_template(
        "triage/fix.html",
        fix=found.fix,
        text=wording.fix_text(found.fix.changes, names),
        steps=[wording.change_text(one, names) for one in found.fix.changes if not _is_replan(one)],
        page=page,
        served_since=found.fix.packages - len(ids),
        freshness=freshness(found.triage, "triage.index"),
        form=ApplyForm(version=found.version),
    )


@blueprint.post("/packages/triage/<key>")
def apply(key: str) -> Response:
    """Plan exactly what was shown as a batch and have it begun."""
    form = ApplyForm()
    if not form.validate():
        return redirect(url_for("triage.show", key=key), 303)
    try:
        back = url_for("triage.index")
        batch_id = joint_fixes.plan_fix(key, form.version.data or "", form.reason.data or "", back)
    except NotFound:
        return _gone()
    except Refused as refused:
        flash(wording.refusal(refused.code, refused.params), "warning")
        return redirect(url_for("triage.show", key=key), 303)
    batches.start_batch(batch_id)
    return redirect(url_for("batches.show", batch_id=batch_id), 303)


def top_fixes() -> dict[str, Any]:
    """What the overview shows: the best fixes as bars, and how old the look is."""
    found = kept_triage.kept_triage()
    fixes = found.fixes[:SHOWN_ON_OVERVIEW] if found else []
    return {
        "fix_bars": [_bar(one, _names(found)) for one in fixes] if found else [],
        "more_fixes": len(found.fixes) - len(fixes) if found else 0,
        "freshness": freshness(found, "triage.top"),
    }


def freshness(found: KeptTriage | None, endpoint: str) -> Freshness:
    """How old the look is, and which part a page asks for again until there is a newer one."""
    asked_at, now = _asked_at(), clock.now()
    computed = found.computed_at if found else None
    is_awaited = computed is None or (
        asked_at is not None and computed < asked_at and timedelta(0) <= now - asked_at < PATIENCE
    )
    is_outdated = found is None or found.is_outdated
    again = url_for(endpoint, asked=request.args.get("asked")) if is_awaited or is_outdated else None
    return Freshness(computed, is_outdated, is_awaited, again)


def _asked_at() -> datetime | None:
    try:
        return datetime.fromtimestamp(float(request.args["asked"]), UTC)
    except (KeyError, ValueError, OverflowError, OSError):
        return None


def _gone() -> Response:
    flash(gettext("That fix is not among those found last: it was applied, or serves nobody now."), "info")
    return redirect(url_for("triage.index"), 303)


def _names(found: KeptTriage) -> Names:
    return Names(clock.now(), found.product_names, found.location_names)


def _bar(fix: KeptFix, names: Names) -> Mapping[str, Any]:
    return {
        "label": wording.fix_text(fix.changes, names),
        "value": fix.packages,
        "shown": ngettext("%(num)s package", "%(num)s packages", fix.packages),
        "url": url_for("triage.show", key=fix.key),
    }


def _cards(found: KeptTriage) -> list[FixCard]:
    """Every fix with its first packages, read for all of them at once."""
    served = kept_triage.packages_by_fix(found.id)
    first = {fix.key: served[fix.key][:SHOWN_OF_EACH] for fix in found.fixes}
    wanted = list({one for ids in first.values() for one in ids})
    rows = {row.id: row for row in kept_triage.rows_of(wanted)}
    names = _names(found)
    return [
        FixCard(
            fix.key,
            wording.fix_text(fix.changes, names),
            fix.packages,
            [rows[one] for one in first[fix.key] if one in rows],
        )
        for fix in found.fixes
    ]


def _findings(found: KeptTriage) -> list[str]:
    names = _names(found)
    return list(dict.fromkeys(wording.lint_text(one, names) for one in found.lint))


def _is_replan(change: Change) -> bool:
    """Planning again is the last step of every fix."""
    return change.kind is ChangeKind.REPLAN
