"""The overview: how many packages wait and why, how that moved, and what is oldest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import get_timezone, gettext
from werkzeug.wrappers import Response

from app import clock, wording
from app.domain.diagnosis.causes import Cause
from app.queries import overview
from app.queries.overview import ENDED, CauseCount
from app.queries.remedy_outcomes import outcome_summary
from app.web import triage
from app.web.access import is_desk
from app.web.formats import day
from app.web.lists import start_of

blueprint = Blueprint("overview", __name__)

SHOWN_DAYS = 14
LONGEST_WAITING = 8
CAUSES_DRAWN = 5
OUTCOME_DAYS = 7


@dataclass(frozen=True, slots=True)
class DayCount:
    """How many packages waited at the end of a day; for today, now."""

    name: str
    end: datetime
    count: int
    by_cause: Sequence[int]
    """In the order of the courses."""


@dataclass(frozen=True, slots=True)
class Course:
    """How many packages of one cause of today waited on each day. `key` is its colour in the chart."""

    label: str
    counts: Sequence[int]
    url: str | None
    key: str | None


@blueprint.get("/")
def show() -> str | Response:
    """The page people begin their day with; each number links to its filtered list. Managers go to theirs."""
    if not is_desk():
        return redirect(url_for("my_location.index"), 303)
    causes = overview.count_by_cause()
    ends = _ends(clock.now())
    courses = _courses(overview.courses_at([end for _, end in ends]))
    days = _days(ends, courses)
    checks = [one.oldest_check_at for one in causes if one.oldest_check_at]
    return render_template(
        "overview/page.html",
        cause_bars=[_bar(one) for one in causes],
        total=sum(one.packages for one in causes),
        served_now=sum(one.packages for one in causes if one.cause == Cause.SERVED_NOW),
        stale=overview.count_stale(),
        oldest_check=min(checks, default=None),
        days=days,
        course=_chart(days),
        cause_course=_cause_chart(days, courses),
        courses=courses,
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


def _ends(now: datetime) -> list[tuple[str, datetime]]:
    """The days that are shown, oldest first: what each is called, and when it ends; today ends now."""
    today = now.astimezone(get_timezone()).date()
    shown = [today - timedelta(days=back) for back in reversed(range(SHOWN_DAYS))]
    names = [*(day(one) for one in shown[:-1]), gettext("Today")]
    return [
        (name, min(start_of(one + timedelta(days=1)), now)) for name, one in zip(names, shown, strict=True)
    ]


def _courses(found: Mapping[str | None, Sequence[int]]) -> list[Course]:
    """Most packages today first; those that ended since come last. The first few have lines in the chart."""
    ranked = sorted(found, key=lambda cause: (cause in (None, ENDED), -found[cause][-1], cause or ""))
    keys = [f"cause-{place}" for place in range(1, CAUSES_DRAWN + 1)]
    drawn: dict[str | None, str] = dict(
        zip((one for one in ranked if one not in (None, ENDED)), keys, strict=False)
    )
    return [Course(_name(one), found[one], _list_of(one), drawn.get(one)) for one in ranked]


def _name(cause: str | None) -> str:
    if cause == ENDED:
        return gettext("Ended since")
    return gettext("Not explained yet") if cause is None else wording.cause_label(cause)


def _list_of(cause: str | None) -> str | None:
    return None if cause in (None, ENDED) else url_for("packages.index", cause=cause)


def _days(ends: Sequence[tuple[str, datetime]], courses: Sequence[Course]) -> list[DayCount]:
    by_day = [[one.counts[place] for one in courses] for place in range(len(ends))]
    return [
        DayCount(name, end, sum(counts), counts) for (name, end), counts in zip(ends, by_day, strict=True)
    ]


def _chart(days: Sequence[DayCount]) -> dict[str, Any]:
    """As the chart script wants it: all that waited."""
    every = {"key": "stock", "label": gettext("Out of stock"), "values": [one.count for one in days]}
    return {"x": [one.end.timestamp() for one in days], "series": [every], "markers": []}


def _cause_chart(days: Sequence[DayCount], courses: Sequence[Course]) -> dict[str, Any] | None:
    """The same of the most frequent causes; None where there are none."""
    lines = [{"key": one.key, "label": one.label, "values": list(one.counts)} for one in courses if one.key]
    return {**_chart(days), "series": lines} if lines else None
