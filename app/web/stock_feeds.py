"""Stock feeds from files: read and shown first, with what changes and what cannot be used, then stored."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.wrappers import Response as Redirect
from wtforms import TextAreaField

from app import wording
from app.domain.errors import Refused
from app.domain.stock_feeds import STORED, RowOutcome
from app.queries import stock_feeds, stock_locations
from app.queries.stock_locations import LocationRow
from app.services import stock_feeds as feeds
from app.web.htmx import render
from app.web.lists import ChoiceFilter, ListForm, named
from app.wording import stock_feeds as words

blueprint = Blueprint("stock_feeds", __name__)


class UploadForm(FlaskForm):
    """A file, or pasted rows."""

    file = FileField(_("File"))
    text = TextAreaField(_("Or paste rows"))


class FeedRowsForm(ListForm):
    """Which rows of a feed are shown."""

    outcome = ChoiceFilter(_("Rows"), named(RowOutcome, words.outcome_label))


@blueprint.get("/stock/import", strict_slashes=False)
def ask() -> str:
    """The form, the newest feeds, and how old the last answer of each location is."""
    return _page(UploadForm())


@blueprint.post("/stock/import")
def upload() -> Redirect | tuple[str, int]:
    """Read it, and show what it would change."""
    form = UploadForm()
    if not form.validate():
        return _page(form), 422
    given = form.file.data
    try:
        if given:
            feed_id = feeds.read_feed(given.stream, given.filename or "")
        else:
            text = (form.text.data or "").encode("utf-8", "replace")
            feed_id = feeds.read_feed(BytesIO(text), gettext("pasted rows"))
    except Refused as refused:
        chosen = form.file if given else form.text
        chosen.errors = [wording.refusal(refused.code, refused.params)]
        return _page(form), 422
    return redirect(url_for("stock_feeds.show", feed_id=feed_id), 303)


@blueprint.get("/stock/import/<int:feed_id>")
def show(feed_id: int) -> str | Response:
    """What the rows of a feed would change; the wrong ones first, where there are any."""
    head = stock_feeds.find_feed(feed_id)
    form = FeedRowsForm(request.args)
    form.read()
    counts = stock_feeds.count_by_outcome(feed_id)
    outcome = form.outcome.data or next(iter(counts), None)
    page = stock_feeds.list_rows(feed_id, outcome, counts.get(outcome or "", 0), form.page_number, form.rows)
    shown: dict[str, Any] = {
        "feed": head,
        "counts": counts,
        "outcome": outcome,
        "page": page,
        "storable": sum(counts.get(str(one), 0) for one in STORED),
        "outcome_label": words.outcome_label,
        "problem_text": words.problem_text,
    }
    address = url_for("stock_feeds.show", feed_id=feed_id, **_kept(form))
    return render("stock_feeds/feed.html", "stock_feeds/_rows.html", address, form=form, **shown)


@blueprint.post("/stock/import/<int:feed_id>/store")
def store(feed_id: int) -> Redirect:
    """Have the rows stored that can be; the page of the batch shows how far it is."""
    try:
        batch_id = feeds.store_feed(feed_id)
    except Refused as refused:
        flash(wording.refusal(refused.code, refused.params), "warning")
        return redirect(url_for("stock_feeds.show", feed_id=feed_id), 303)
    return redirect(url_for("batches.show", batch_id=batch_id), 303)


def _page(form: UploadForm) -> str:
    return render_template(
        "stock_feeds/page.html",
        form=form,
        feeds=stock_feeds.latest_feeds(),
        locations=sorted(stock_locations.list_locations(), key=_last_answer),
    )


def _last_answer(location: LocationRow) -> float:
    """Who never answered comes first, then whose answer is oldest."""
    return location.last_answer_date.timestamp() if location.last_answer_date else 0.0


def _kept(form: FeedRowsForm) -> dict[str, Any]:
    given: dict[str, Any] = {"outcome": form.outcome.data, "page": form.page.data, "limit": form.limit.data}
    return {name: value for name, value in given.items() if value}
