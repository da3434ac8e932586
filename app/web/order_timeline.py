"""The timeline of an order: what the journal recorded about it, its attempts, and the packages they made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext

from app import wording
from app.queries.journal import RecordedFact
from app.queries.order_contents import PackageView
from app.queries.order_plans import AttemptView
from app.wording import Names

# Kind of fact → icon and tone; what is not listed is a plain dot.
LOOKS = {
    "order": ("shopping-cart", "blue"),
    "order_state": ("tag", "blue"),
    "reservation": ("lock", "blue"),
    "reservation_release": ("lock-open", "amber"),
    "mapping": ("database", "green"),
    "discrepancy": ("alert-triangle", "orange"),
    "package_command": ("package", "purple"),
    "replan": ("refresh", "grey"),
}
PLAIN = ("circle-dashed", "grey")


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One recorded moment; `rank` orders what happened at the same instant, causes first."""

    at: datetime
    rank: int
    title: str
    icon: str
    tone: str
    by: str = ""
    url: str | None = None


def timeline(
    facts: Iterable[RecordedFact],
    attempts: Iterable[AttemptView],
    packages: Sequence[PackageView],
    names: Names,
) -> list[TimelineEntry]:
    """All of it, newest first."""
    entries = [*_facts(facts, names), *_attempts(attempts), *_packages(packages)]
    return sorted(entries, key=lambda entry: (entry.at, entry.rank), reverse=True)


def _facts(facts: Iterable[RecordedFact], names: Names) -> Iterator[TimelineEntry]:
    for fact in facts:
        icon, tone = LOOKS.get(fact.kind, PLAIN)
        text = wording.fact_text(fact.kind, fact.body, names)
        yield TimelineEntry(fact.at, 0, text, icon, tone, fact.actor or "")


def _attempts(attempts: Iterable[AttemptView]) -> Iterator[TimelineEntry]:
    for one in attempts:
        text = gettext("Attempt %(number)s to plan it", number=one.number)
        yield TimelineEntry(one.date, 1, text, "route", "cyan", wording.label(one.trigger))


def _packages(packages: Iterable[PackageView]) -> Iterator[TimelineEntry]:
    for one in packages:
        url = url_for("explanations.show", package_id=one.id)
        if one.location_name is None:
            text = gettext("Package %(number)s made: out of stock", number=one.number)
            yield TimelineEntry(one.created_date, 2, text, "package-off", "red", url=url)
        else:
            text = gettext(
                "Package %(number)s made for %(place)s", number=one.number, place=one.location_name
            )
            yield TimelineEntry(one.created_date, 2, text, "package", "green", url=url)
