"""Bulk actions on lists: what was chosen, or all that matches, becomes a batch, shown before it begins."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import HiddenField, StringField
from wtforms.validators import AnyOf, Length, Optional

from app import wording
from app.domain.batches import MOST_ROWS
from app.domain.errors import Refused
from app.domain.packages import PackageCommand
from app.domain.saved_views import LONGEST_QUERY, ListCode
from app.queries import bulk_choices, orders
from app.services import bulk_actions
from app.web.lists import PLAIN_TEXT
from app.web.order_list import OrderListForm, order_form
from app.web.packages import PackageListForm, package_form
from app.web.view_bar import list_address

blueprint = Blueprint("bulk_actions", __name__)

REPLAN, GIVE_UP = "replan", "give_up"
CHOSEN, ALL = "chosen", "all"


class BulkForm(FlaskForm):
    """What shall be done with which rows; `query` are the parameters of the list they were chosen from."""

    act = StringField()
    scope = StringField(default=CHOSEN)
    reason = StringField(validators=[Optional(), Length(max=500), PLAIN_TEXT])
    query = HiddenField(validators=[Optional(), Length(max=LONGEST_QUERY)])

    @property
    def why(self) -> str:
        """The reason, without blanks around it."""
        return (self.reason.data or "").strip()


@blueprint.post("/orders/bulk")
def plan_orders() -> Response:
    """Plan to plan orders again, or to give up on what they wait for."""
    form = _form([REPLAN, GIVE_UP])
    wanted = order_form(_parameters(form))
    back = list_address(ListCode.ORDERS, wanted.query())
    return _planned(form, back, lambda: _plan_orders(form, wanted, back))


@blueprint.post("/packages/bulk")
def plan_packages() -> Response:
    """Plan to give packages a command."""
    form = _form([str(one) for one in PackageCommand])
    wanted = package_form(_parameters(form))
    back = list_address(ListCode.PACKAGES, wanted.query())
    return _planned(form, back, lambda: _plan_packages(form, wanted, back))


def _plan_orders(form: BulkForm, wanted: OrderListForm, back: str) -> int:
    if form.scope.data == ALL:
        found = bulk_choices.waiting_orders_of(wanted.wanted(), MOST_ROWS + 1)
        chosen = orders.count_orders(orders.conditions(wanted.wanted()))
    else:
        ids = _ids()
        found, chosen = bulk_choices.waiting_orders(ids), len(ids)
    plan = bulk_actions.plan_replans if form.act.data == REPLAN else bulk_actions.plan_give_ups
    return plan(found, chosen - len(found), form.why, back)


def _plan_packages(form: BulkForm, wanted: PackageListForm, back: str) -> int:
    if form.scope.data == ALL:
        found = bulk_choices.chosen_packages_of(wanted.wanted(), MOST_ROWS + 1)
    else:
        found = bulk_choices.chosen_packages(_ids())
    command = PackageCommand(form.act.data or "")
    if command is PackageCommand.RESCHEDULE:
        waiting = bulk_choices.waiting_orders_of_packages([one.id for one in found])
        return bulk_actions.plan_replans(waiting, len(found) - len(waiting), form.why, back)
    return bulk_actions.plan_commands(command, found, form.why, back)


def _form(acts: list[str]) -> BulkForm:
    form = BulkForm()
    form.act.validators = [AnyOf(acts)]
    return form


def _parameters(form: BulkForm) -> MultiDict[str, str]:
    return MultiDict(parse_qsl((form.query.data or "")[:LONGEST_QUERY]))


def _planned(form: BulkForm, back: str, plan: Callable[[], int]) -> Response:
    """To the plan, which begins by hand; back to the list with a word why there is none."""
    if not form.validate():
        flash(gettext("Choose what to do, and for which rows."), "warning")
        return redirect(back, 303)
    try:
        batch_id = plan()
    except Refused as refused:
        flash(wording.refusal(refused.code, refused.params), "warning")
        return redirect(back, 303)
    return redirect(url_for("batches.show", batch_id=batch_id), 303)


def _ids() -> list[int]:
    """The rows that were ticked; a page shows no more than MOST_ROWS."""
    given = {int(one) for one in request.form.getlist("id") if one.isdecimal() and len(one) <= 18}
    return sorted(given)[:MOST_ROWS]
