"""The overview: how many packages wait and why, how that moved, and what is oldest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import get_timezone, gettext
from werkzeug.wrappers import Response

from app import clock, wording
from app.domain.diagnosis.causes import Cause
from app.queries import overview
from app.queries.overview import CauseCount
from app.queries.remedy_outcomes import outcome_summary
from app.web import triage
from app.web.access import is_desk
from app.web.formats import day
from app.web.lists import start_of

blueprint = Blueprint("overview", __name__)

SHOWN_DAYS = 14
LONGEST_WAITING = 8
OUTCOME_DAYS = 7


@dataclass(frozen=True, slots=True)
class DayCount:
    """How many packages waited at the end of a day; for today, now."""

    name: str
    end: datetime
    count: int


@blueprint.get("/")
def show() -> str | Response:
    """The page people begin their day with; each number links to its filtered list. Managers go to theirs."""
    if not is_desk():
        return redirect(url_for("my_location.index"), 303)
    causes = overview.count_by_cause()
    days = _days(clock.now())
    checks = [one.oldest_check_at for one in causes if one.oldest_check_at]
    return render_template(
        "overview/page.html",
        cause_bars=[_bar(one) for one in causes],
        total=sum(one.packages for one in causes),
        served_now=sum(one.packages for one in causes if one.cause == Cause.SERVED_NOW),
        stale=overview.count_stale(),
        oldest_check=min(checks, default=None),
        days=days,
        course=_course(days),
        longest_waiting=overview.list_longest_waiting(LONGEST_WAITING),
        unplanned=overview.unplanned_orders(),
        undelivered=overview.undelivered_events(),
        **triage.top_fixes(),
        outcomes=outcome_summary(clock.now() - timedelta(days=OUTCOME_DAYS)),
        outcome_days=OUTCOME_DAYS,
    )


def _bar(one: CauseCount) -> dict[str, Any]:
    if one.cause is None:
        return {"label": gettext("Not explained yet"), "value": one.packages}
    return {
        "label": wording.cause_label(one.cause),
        "value": one.packages,
        "url": url_for("packages.index", cause=one.cause),
    }


def _days(now: datetime) -> list[DayCount]:
    today = now.astimezone(get_timezone()).date()
    shown = [today - timedelta(days=back) for back in reversed(range(SHOWN_DAYS))]
    ends = [min(start_of(one + timedelta(days=1)), now) for one in shown]
    names = [*(day(one) for one in shown[:-1]), gettext("Today")]
    return [DayCount(*one) for one in zip(names, ends, overview.waiting_at(ends), strict=True)]


def _course(days: Sequence[DayCount]) -> dict[str, Any]:
    """As the chart script wants it."""
    values = [one.count for one in days]
    return {
        "x": [one.end.timestamp() for one in days],
        "series": [{"key": "stock", "label": gettext("Out of stock"), "values": values}],
        "markers": [],
    }
