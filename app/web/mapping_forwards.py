"""What Omnitron was told of mappings and released units, and trying again what it did not take."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _
from werkzeug.wrappers import Response as Redirect

from app import wording
from app.config import settings
from app.domain.errors import Refused
from app.domain.mapping_forwards import ForwardState
from app.queries import mapping_forwards
from app.queries.mapping_forwards import ForwardFilter
from app.services import mapping_forwards as acts
from app.web.htmx import render
from app.web.lists import ChoiceFilter, ListForm, TextFilter, named
from app.wording import mapping_forwards as words

blueprint = Blueprint("mapping_forwards", __name__)


class ForwardListForm(ListForm):
    """What the list can be narrowed down to."""

    order_number = TextFilter(_("Order"))
    state = ChoiceFilter(_("State"), named(ForwardState, words.forward_state_label))

    def wanted(self) -> ForwardFilter:
        """The filter that the query understands."""
        return ForwardFilter(state=self.state.data or None, order_number=self.order_number.data or None)


@blueprint.get("/mappings/", strict_slashes=False)
def index() -> str | Response:
    """Calls owed to Omnitron and made, newest first."""
    form = ForwardListForm(request.args)
    form.read()
    wanted = form.wanted()
    page = mapping_forwards.list_forwards(wanted, form.page_number, form.rows)
    return render(
        "mapping_forwards/page.html",
        "mapping_forwards/_table.html",
        form.address(),
        form=form,
        page=page,
        by_state=mapping_forwards.count_by_state(wanted),
        is_connected=settings().omnitron_url is not None,
        state_label=words.forward_state_label,
        trouble_label=words.trouble_label,
    )


@blueprint.post("/mappings/<int:forward_id>/try-again")
def try_again(forward_id: int) -> Redirect:
    """Send one again, as soon as the worker comes to it."""
    try:
        acts.try_again(forward_id)
        flash(gettext("It is sent again now."), "success")
    except Refused as refused:
        flash(wording.refusal(refused.code, refused.params), "warning")
    return redirect(url_for("mapping_forwards.index"), 303)


@blueprint.post("/mappings/try-again")
def try_all_again() -> Redirect:
    """Send everything again that failed."""
    count = acts.try_all_again()
    if count:
        flash(
            ngettext("%(num)s mapping is sent again.", "%(num)s mappings are sent again.", count), "success"
        )
    else:
        flash(gettext("Nothing had failed."), "info")
    return redirect(url_for("mapping_forwards.index"), 303)
