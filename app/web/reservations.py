"""Reservations: who holds what since when, which nobody needs any more, and letting go of them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as Redirect
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from app import wording
from app.domain.batches import MOST_ROWS
from app.domain.errors import Refused
from app.domain.staleness import StaleReason
from app.queries import mapping_forwards, reservation_lists, stock_locations
from app.queries.reservation_lists import COUNTED_TWICE, ReservationLine, ReservationsWanted
from app.services import batches, reservation_releases
from app.web.htmx import render
from app.web.lists import ChoiceFilter, Choices, ListForm, TextFilter

blueprint = Blueprint("reservations", __name__)

SHOWN_BEFORE_RELEASE = 200
"""So many chosen ones are shown before they are released; more are looked through on the batch's own page."""


def _states() -> Choices:
    return [("held", gettext("Held")), ("stale", gettext("Stale")), ("released", gettext("Released"))]


def _reasons() -> Choices:
    named = [(str(one), wording.stale_label(one)) for one in StaleReason]
    return [*named, (COUNTED_TWICE, gettext("likely counted twice"))]


class ReservationListForm(ListForm):
    """What the list can be narrowed down to. Without a state it shows what is held."""

    SORTS = reservation_lists.SORTS
    DEFAULT_SORT = reservation_lists.DEFAULT_SORT

    order_number = TextFilter(_("Order"))
    sku = TextFilter(_("SKU"), 255)
    erp_code = ChoiceFilter(_("Location"))
    state = ChoiceFilter(_("State"), _states)
    stale = ChoiceFilter(_("Why stale"), _reasons)

    def wanted(self) -> ReservationsWanted:
        """The filter that the query understands."""
        state = self.state.data or "held"
        return ReservationsWanted(
            erp_code=self.erp_code.data or None,
            sku=self.sku.data or None,
            order_number=self.order_number.data or None,
            state="stale" if self.stale.data else state,
            stale=self.stale.data or None,
        )

    def list_address(self) -> str:
        """The address of the list under the same filters."""
        given: dict[str, Any] = dict(self.given())
        return url_for("reservations.index", **given)

    def given(self) -> dict[str, str]:
        """The filters that are on, by the names of their parameters."""
        return {name: str(self[name].data) for name in self.filter_names if self[name].data}


class ReleaseForm(FlaskForm):
    """The confirmation, with the operator's reason."""

    reason = StringField(
        _("Reason"), [InputRequired(_("Say why: it is kept in the audit log.")), Length(max=500)]
    )


@blueprint.get("/reservations/", strict_slashes=False)
def index() -> str | Response:
    """Reservations under the filters in the address; without a state, those that are held."""
    form = _list_form(request.args)
    wanted = form.wanted()
    page = reservation_lists.list_reservations(wanted, form.sorted_by, form.page_number, form.rows)
    return render(
        "reservations/page.html",
        "reservations/_table.html",
        form.address(),
        form=form,
        page=page,
        counts=reservation_lists.count_by_state(wanted),
        is_released=wanted.state == "released",
        unsent=mapping_forwards.count_unsent(),
    )


@blueprint.get("/reservations/release")
def ask() -> str | Redirect:
    """What letting go of the chosen ones does, before it is done."""
    lines = _chosen()
    if not lines:
        flash(gettext("Choose reservations that are still held."), "warning")
        return redirect(url_for("reservations.index"), 303)
    return _page(lines, ReleaseForm())


@blueprint.post("/reservations/release")
def release() -> Redirect | tuple[str, int]:
    """Have the chosen ones released: what was shown begins at once, and its page shows how far it is."""
    lines, form = _chosen(), ReleaseForm()
    if lines and not form.validate():
        return _page(lines, form), 422
    ids = [one.held.id for one in lines]
    try:
        batch_id = reservation_releases.plan_releases(ids, form.reason.data or "", _back())
        batches.start_batch(batch_id)
    except Refused as refused:
        flash(wording.refusal(refused.code, refused.params), "warning")
        return redirect(_back(), 303)
    return redirect(url_for("batches.show", batch_id=batch_id), 303)


@blueprint.post("/reservations/release/all")
def plan_all() -> Redirect:
    """Plan letting go of all that match the filters; the page of the batch asks before it begins."""
    form = _list_form(request.form)
    ids = reservation_lists.held_ids(form.wanted(), MOST_ROWS + 1)
    reason = (request.form.get("reason") or "").strip()[:500]
    try:
        batch_id = reservation_releases.plan_releases(ids, reason, form.list_address())
    except Refused as refused:
        flash(wording.refusal(refused.code, refused.params), "warning")
        return redirect(form.list_address(), 303)
    return redirect(url_for("batches.show", batch_id=batch_id), 303)


def _list_form(given: Any) -> ReservationListForm:
    form = ReservationListForm(given)
    form.erp_code.choices = [(code, f"{code} {name}") for code, name in stock_locations.all_names().items()]
    form.read()
    return form


def _chosen() -> list[ReservationLine]:
    """The held ones among those that are named, as far as one page shows."""
    given = {int(one) for one in request.values.getlist("id") if one.isdecimal() and len(one) <= 18}
    lines = reservation_lists.lines_of(sorted(given)[:SHOWN_BEFORE_RELEASE])
    return [one for one in lines if one.is_held]


def _back() -> str:
    return url_for("reservations.index")


def _page(lines: list[ReservationLine], form: ReleaseForm) -> str:
    return render_template(
        "reservations/release.html",
        lines=lines,
        form=form,
        needed=[one for one in lines if one.stale is None],
        unregistered=[one for one in lines if one.live == "shipped_not_registered"],
    )
