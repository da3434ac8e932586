"""The queue of out-of-stock packages, and of those in any other state."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, redirect, request
from flask_babel import lazy_gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as Redirect

from app import clock, wording
from app.domain.diagnosis.causes import Cause
from app.domain.packages import PackageState, commands_for
from app.domain.saved_views import ListCode
from app.domain.states import RecordKind
from app.queries import packages
from app.queries.packages import PackageFilter
from app.web.access import is_desk, own_locations
from app.web.htmx import render
from app.web.lists import ChoiceFilter, Choices, ListForm, TextFilter, forget, named
from app.web.view_bar import first_address, view_bar

blueprint = Blueprint("packages", __name__)

AGES = (1, 3, 7, 14)  # days


def _ages() -> Choices:
    return [(str(days), ngettext("over %(num)s day", "over %(num)s days", days)) for days in AGES]


class PackageListForm(ListForm):
    """What the queue can be narrowed down to. Without a state it shows what is out of stock."""

    SORTS = packages.SORTS
    DEFAULT_SORT = packages.DEFAULT_SORT
    LIST = ListCode.PACKAGES

    cause = ChoiceFilter(_("Cause"), named(Cause, wording.cause_label))
    sku = TextFilter(_("SKU"), 255)
    channel = ChoiceFilter(_("Channel"))
    age = ChoiceFilter(_("Age"), _ages)
    state = ChoiceFilter(
        _("State"), named(PackageState, lambda code: wording.state_label(RecordKind.PACKAGE, code))
    )
    location = ChoiceFilter(_("Location"))

    def read(self) -> None:
        """Also forget a cause where it means nothing: only what is out of stock has one."""
        super().read()
        if self.state.data not in (None, "", PackageState.OUT_OF_STOCK):
            forget(self.cause)

    def wanted(self) -> PackageFilter:
        """The filter that the query understands."""
        age = timedelta(days=int(self.age.data)) if self.age.data else None
        return PackageFilter(
            state=self.state.data or PackageState.OUT_OF_STOCK,
            cause=self.cause.data,
            sku=self.sku.data,
            channel=self.channel.number,
            location=self.location.number,
            created_before=clock.now() - age if age else None,
        )


@blueprint.get("/packages/")
def index() -> str | Response | Redirect:
    """The queue, oldest first; htmx swaps the strip of causes and the table."""
    form, own = package_form(request.args), own_locations()
    bar = view_bar(form)
    first = first_address(bar)
    if first is not None:
        return redirect(first, 303)
    wanted = form.wanted()
    found = packages.list_packages(wanted, form.sorted_by, form.page_number, form.rows, own)
    return render(
        "packages/page.html",
        "packages/_table.html",
        form.address(),
        form=form,
        page=found.page,
        by_cause=found.by_cause,
        is_queue=wanted.is_queue,
        views=bar,
        acts=_acts(wanted.state),
    )


def _acts(state: str) -> list[tuple[str, str]]:
    """The commands for packages in that state, for who may give them to many."""
    return [(str(one), wording.label(one)) for one in commands_for(state)] if is_desk() else []


def package_form(given: Any) -> PackageListForm:
    """The list that these parameters ask for. Asks one statement: channels and locations to choose from."""
    form, offered = PackageListForm(given), packages.filter_options(own_locations())
    form.channel.offer(offered.channels)
    form.location.offer(offered.locations)
    form.read()
    return form
