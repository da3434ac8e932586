"""Execution plans: the list, and one plan with its attempts, their rules as tried, and what changed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import Form, IntegerField
from wtforms.validators import NumberRange, Optional

from app import clock, documents, wording
from app.domain.execution_plans import PlanState, commands_for_plan
from app.domain.facts import Check
from app.queries import order_contents, order_plans, plan_pages
from app.queries.plan_pages import PlanFilter, TriedAttempt
from app.web.explanation_view import changed_places
from app.web.htmx import render
from app.web.lists import ChoiceFilter, DayFilter, ListForm, TextFilter, named
from app.wording import Names

blueprint = Blueprint("execution_plans", __name__)

ATTEMPTS_SHOWN = 10


class PlanListForm(ListForm):
    """What the list can be narrowed down to. An order number is taken whole: it is pasted or linked."""

    order_number = TextFilter(_("Order"))
    state = ChoiceFilter(_("State"), named(PlanState, lambda code: wording.own_state_label(code, "plan")))
    scenario = ChoiceFilter(_("Scenario"))
    date_from = DayFilter(_("Planned from"))
    date_to = DayFilter(_("Planned to"))

    def wanted(self) -> PlanFilter:
        """The filter that the query understands."""
        return PlanFilter(
            state=self.state.data,
            scenario_id=self.scenario.number,
            order_number=self.order_number.data,
            date_from=self.date_from.start(),
            date_to=self.date_to.end(),
        )


class UpToForm(Form):
    """The attempt up to which attempts are shown; what makes no sense counts as not given."""

    to = IntegerField(validators=[Optional(), NumberRange(1, 10**9)])

    def chosen(self) -> int | None:
        """Its number, None for the latest."""
        return self.to.data if self.validate() else None


def attempt_url(plan_id: int, number: int) -> str:
    """Where that attempt is shown, however many came after it."""
    to = number + ATTEMPTS_SHOWN - 1
    return url_for("execution_plans.show", plan_id=plan_id, to=to, _anchor=f"attempt-{number}")


@blueprint.get("/execution-plans/", strict_slashes=False)
def index() -> str | Response:
    """Every plan, newest first."""
    form = PlanListForm(request.args)
    form.scenario.offer(plan_pages.scenario_names())
    form.read()
    page = plan_pages.list_plans(form.wanted(), form.page_number, form.rows)
    return render(
        "execution_plans/page.html", "execution_plans/_table.html", form.address(), form=form, page=page
    )


@blueprint.get("/execution-plans/<int:plan_id>/", strict_slashes=False)
def show(plan_id: int) -> str:
    """One plan with its attempts, newest first, ten at a time."""
    head = plan_pages.get_plan(plan_id)
    to = UpToForm(request.args).chosen()
    every = order_plans.attempts(head.order_id)
    wanted = [one for one in every if to is None or one.number <= to]
    # One more than is shown, for the oldest of them to be compared with.
    tried = plan_pages.tried_attempts(wanted[-ATTEMPTS_SHOWN - 1 :])
    return render_template(
        "execution_plans/plan.html",
        head=head,
        commands=commands_for_plan(head.state),
        count=len(every),
        tried=[_shown(one) for one in reversed(tried[-ATTEMPTS_SHOWN:])],
        older=wanted[-ATTEMPTS_SHOWN - 1].number if len(wanted) > ATTEMPTS_SHOWN else None,
        is_newest=len(wanted) == len(every),
        attempt_url=attempt_url,
        **_contents(head.order_id),
    )


def _contents(order_id: int) -> dict[str, Any]:
    """What the plan is about: the items of its order, and its packages by the attempt that made them."""
    items, packages = order_contents.items(order_id), order_contents.packages(order_id)
    waiting = [one for one in packages if one.erp_code is None]
    return {
        "items": {one.id: one for one in items},
        "packages": packages,
        "explained": waiting[-1] if waiting else None,
    }


def _shown(one: TriedAttempt) -> dict[str, Any]:
    """An attempt with the words for its checks and for what changed since the attempt before."""
    names = Names(clock.now(), {}, {code: place.name for code, place in one.outcome.locations.items()})
    scenario = one.outcome.scenario
    known = {scenario.name: scenario.id} if scenario else {}
    rows = [documents.difference(change) for change in one.changed or ()]
    return {
        "tried": one,
        "checks": {
            rule: {item: _checks_text(counts) for item, counts in lines.items()}
            for rule, lines in one.checks.items()
        },
        "changes": None if one.changed is None else changed_places(rows, known, names),
    }


def _checks_text(counts: Any) -> str:
    """How many locations ended at which check, as one row that adds up."""
    parts = [
        gettext("%(count)s %(check)s", count=count, check=wording.check_label(check))
        for check, count in counts.items()
        if check is not Check.OK
    ]
    can = gettext(
        "%(ok)s of %(locations)s locations can serve",
        ok=counts.get(Check.OK, 0),
        locations=sum(counts.values()),
    )
    return gettext("%(can)s: %(parts)s.", can=can, parts=", ".join(parts)) if parts else f"{can}."
