"""The connection to the upstream: how far it is read, what went wrong, and the orders that were kept away."""

from __future__ import annotations

import json

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response as Redirect

from app import clock, config, wording
from app.domain.errors import Refused
from app.domain.upstream import FeedName, RecordState
from app.queries import upstream as reads
from app.services import upstream_records, upstream_sync, wake
from app.web.htmx import render
from app.web.json_view import content_of
from app.web.lists import ChoiceFilter, ListForm, TextFilter, named

blueprint = Blueprint("upstream", __name__)

RUNS_SHOWN = 12


class RecordListForm(ListForm):
    """Which of the kept-away orders are shown."""

    q = TextFilter(_("Order number"))
    state = ChoiceFilter(_("State"), named(reads.SHOWN_STATES, wording.upstream_state_label))


@blueprint.get("/upstream/", strict_slashes=False)
def index() -> str | Response:
    """How it goes, the last readings, and the list of kept-away orders that htmx swaps."""
    form = RecordListForm(request.args)
    form.read()
    state = form.state.data or RecordState.QUARANTINED.value
    now, feeds = clock.now(), reads.feeds()
    return render(
        "upstream/page.html",
        "upstream/_records.html",
        form.address(),
        form=form,
        state=state,
        page=reads.list_records(state, form.q.data or "", form.page_number, form.rows),
        counts=reads.counts_by_state(),
        changes=feeds[FeedName.CHANGES],
        sweep=feeds[FeedName.SWEEP],
        runs=reads.recent_runs(RUNS_SHOWN),
        now=now,
        settings=config.settings(),
    )


@blueprint.post("/upstream/sync")
def sync() -> Redirect:
    """Have the worker look for changes now."""
    if config.settings().omnitron_url is None:
        flash(wording.refusal("no_upstream", {}), "warning")
    else:
        wake.upstream()
        flash(gettext("Omnitron is being asked for changes. Reload in a moment to see what came."), "success")
    return redirect(url_for("upstream.index"), 303)


@blueprint.get("/upstream/<int:record_id>")
def show(record_id: int) -> str:
    """One kept-away order: what is wrong with it, and the record as it came, without secrets."""
    record = reads.get_record(record_id)
    raw = None if record.raw is None else content_of(json.dumps(record.raw, ensure_ascii=False).encode())
    return render_template("upstream/record.html", record=record.row, raw=raw)


@blueprint.post("/upstream/<int:record_id>/try-again")
def try_again(record_id: int) -> Redirect:
    """Ask the upstream for it now."""
    try:
        kept_away_by = upstream_sync.try_again(record_id)
    except Refused as refused:
        flash(wording.refusal(refused.code, refused.params), "warning")
        return redirect(url_for("upstream.show", record_id=record_id), 303)
    if kept_away_by:
        flash(gettext("Still kept away: %(reason)s", reason="; ".join(kept_away_by)), "warning")
        return redirect(url_for("upstream.show", record_id=record_id), 303)
    flash(gettext("It is here now."), "success")
    order_id = reads.get_record(record_id).row.order_id
    return redirect(url_for("orders.show", order_id=order_id), 303)


@blueprint.post("/upstream/<int:record_id>/dismiss")
def dismiss(record_id: int) -> Redirect:
    """Do without this version of it."""
    try:
        upstream_records.dismiss(record_id)
        flash(gettext("Dismissed. Should it change in Omnitron, it is looked at again."), "success")
    except Refused as refused:
        flash(wording.refusal(refused.code, refused.params), "warning")
    return redirect(url_for("upstream.index"), 303)
