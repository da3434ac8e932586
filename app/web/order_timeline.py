"""The timeline of an order: what the journal recorded about it, its attempts, and the packages they made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext

from app import wording
from app.domain.webhooks import EventState
from app.queries.journal import RecordedFact
from app.queries.order_contents import PackageView
from app.queries.order_plans import AttemptView
from app.queries.webhook_deliveries import AttemptRow, DeliveryRow
from app.services import audit
from app.wording import Names
from app.wording import webhooks as webhook_words

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
    attempts: Sequence[AttemptView],
    packages: Iterable[PackageView],
    names: Names,
    deliveries: Iterable[DeliveryRow] = (),
) -> list[TimelineEntry]:
    """All of it, newest first. That somebody asked for a new planning is said with the attempt it led to.

    Of a delivery its last finished attempt is told: the others are in the list of events.
    """
    asked: dict[datetime, RecordedFact] = {}
    planned = {one.date for one in attempts}
    entries: list[TimelineEntry] = []
    for fact in facts:
        if fact.kind == "replan" and fact.at in planned:
            asked[fact.at] = fact
        else:
            entries.append(_fact(fact, names))
    entries += [_attempt(one, asked.get(one.date), names) for one in attempts]
    entries += [_package(one) for one in packages]
    entries += [_delivery(one, one.last) for one in deliveries if one.last is not None]
    return sorted(entries, key=lambda entry: (entry.at, entry.rank), reverse=True)


def _actor(fact: RecordedFact) -> str:
    return "" if fact.actor in (None, audit.SYSTEM.name) else str(fact.actor)


def _fact(fact: RecordedFact, names: Names) -> TimelineEntry:
    icon, tone = LOOKS.get(fact.kind, PLAIN)
    return TimelineEntry(fact.at, 0, wording.fact_text(fact.kind, fact.body, names), icon, tone, _actor(fact))


def _attempt(attempt: AttemptView, asked: RecordedFact | None, names: Names) -> TimelineEntry:
    """An attempt and who asked for it; one that stock or a release made possible tells which."""
    title = gettext("Attempt %(number)s to plan", number=attempt.number)
    freed = asked.body.get("freed") if asked else None
    if asked and freed:
        url = url_for("places.show", erp_code=freed["erp_code"], sku=freed["sku"])
        why = wording.fact_text("replan", asked.body, names)
        return TimelineEntry(attempt.date, 1, title, "route", "cyan", why, url)
    why, actor = wording.trigger_label(attempt.trigger), _actor(asked) if asked else ""
    return TimelineEntry(attempt.date, 1, title, "route", "cyan", f"{why}, {actor}" if actor else why)


def _package(package: PackageView) -> TimelineEntry:
    url = url_for("explanations.show", package_id=package.id)
    if package.location_name is None:
        title = gettext("Package %(number)s made: out of stock", number=package.number)
        return TimelineEntry(package.created_date, 2, title, "package-off", "red", url=url)
    title = gettext(
        "Package %(number)s made for %(place)s", number=package.number, place=package.location_name
    )
    return TimelineEntry(package.created_date, 2, title, "package", "green", url=url)


# State of an event after its last attempt → icon and tone.
DELIVERY_LOOKS = {
    EventState.DELIVERED: ("send", "green"),
    EventState.UNDELIVERED: ("alert-circle", "red"),
}


def _delivery(event: DeliveryRow, last: AttemptRow) -> TimelineEntry:
    icon, tone = DELIVERY_LOOKS.get(EventState(event.state), ("refresh", "amber"))
    outcome = webhook_words.outcome_label(last.outcome)
    title = gettext("Webhook %(event)s", event=event.event_type)
    url = url_for("webhook_events.show", event_id=event.id)
    tries = webhook_words.attempts_text(len(event.attempts))
    by = f"{outcome}, {tries}"
    return TimelineEntry(last.finished_date or last.started_date, 3, title, icon, tone, by, url)
