"""Batches: what will be done before it is begun, how far it is, and what came of each row."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response as Redirect

from app import wording
from app.domain.batches import BatchState, RowState
from app.domain.errors import Refused
from app.queries import batches as watched
from app.queries.batches import BatchFilter, BatchHead, BatchLine
from app.services import batches
from app.web.htmx import render, render_again
from app.web.lists import ChoiceFilter, ListForm, named

blueprint = Blueprint("batches", __name__)

# What a row is about, by the argument that names it: the page that shows it, and what that page calls it.
PAGE_OF = (
    ("package_id", "explanations.show", "package_id"),
    ("order_id", "orders.show", "order_id"),
)


class BatchListForm(ListForm):
    """What the list can be narrowed down to."""

    state = ChoiceFilter(_("State"), named(BatchState, wording.batch_state_label))

    def wanted(self) -> BatchFilter:
        """The filter that the query understands."""
        return BatchFilter(state=self.state.data)


class RowListForm(ListForm):
    """Which rows of one batch are shown."""

    state = ChoiceFilter(_("Result"), named(RowState, wording.batch_row_state_label))


@blueprint.get("/batches/", strict_slashes=False)
def index() -> str | Response:
    """Batches, newest first."""
    form = BatchListForm(request.args)
    form.read()
    page = watched.list_batches(form.wanted(), form.page_number, form.rows)
    shown = {"form": form, "page": page, "title_of": _title}
    return render("batches/page.html", "batches/_table.html", form.address(), **shown)


@blueprint.get("/batches/<int:batch_id>")
def show(batch_id: int) -> str:
    """One batch with its rows; while it runs, htmx asks again for all but the frame."""
    head = watched.find_batch(batch_id)
    form = RowListForm(request.args)
    form.read()
    page = watched.batch_rows(batch_id, form.state.data, form.page_number, form.rows)
    return render_again(
        "batches/batch.html",
        "batches/_batch.html",
        batch=head,
        title=_title(head),
        form=form,
        page=page,
        here=request.full_path.removesuffix("?"),
        rows=[_row(head, one) for one in page.rows],
    )


@blueprint.post("/batches/<int:batch_id>/start")
def start(batch_id: int) -> Redirect:
    """Have it done by the worker; the page it came from is left for that of its progress."""
    try:
        batches.start_batch(batch_id)
    except Refused as refused:
        flash(wording.refusal(refused.code, refused.params), "warning")
    return redirect(url_for("batches.show", batch_id=batch_id), 303)


@blueprint.post("/batches/<int:batch_id>/cancel")
def cancel(batch_id: int) -> Redirect:
    """Do no further row."""
    try:
        batches.cancel_batch(batch_id)
        flash(gettext("Called off. What was done before stays done."), "success")
    except Refused as refused:
        flash(wording.refusal(refused.code, refused.params), "warning")
    return redirect(url_for("batches.show", batch_id=batch_id), 303)


def _title(head: BatchHead) -> str:
    return wording.batch_title(head.kind, head.title)


def _row(head: BatchHead, line: BatchLine) -> dict[str, Any]:
    return {
        "position": line.position,
        "label": line.label,
        "url": _url(line),
        "expected": wording.batch_row_expectation(head.kind, line.arguments, line.expectation),
        "state": line.state,
        "outcome": wording.batch_row_outcome(head.kind, line.state, line.code, line.params, line.result),
    }


def _url(line: BatchLine) -> str | None:
    """The page of what the row is about, where it has one."""
    for argument, endpoint, parameter in PAGE_OF:
        if isinstance(line.arguments.get(argument), int):
            return url_for(endpoint, **{parameter: line.arguments[argument]})
    number = line.arguments.get("order_number")
    if line.state == RowState.DONE and isinstance(number, str):
        return url_for("orders.show_by_number", number=number)
    return None
