"""The words of a timeline's moments: one function a source; what is linked, and who did it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext, ngettext

from app import wording
from app.domain.mapping_forwards import ForwardState
from app.domain.webhooks import EventState
from app.queries.audit import AuditRow
from app.queries.journal import RecordedFact
from app.queries.mapping_forwards import ForwardRow
from app.queries.order_contents import ItemView, PackageView, ReservationView
from app.queries.order_history import RemedyMoment
from app.queries.order_plans import AttemptView
from app.queries.webhook_deliveries import DeliveryRow
from app.services import audit
from app.web import audit_view
from app.web.execution_plans import attempt_url
from app.wording import Names
from app.wording import mapping_forwards as forward_words
from app.wording import webhooks as webhook_words

# Kind of fact → icon and tone; what is not listed is a plain dot.
LOOKS = {
    "order": ("shopping-cart", "blue"),
    "order_state": ("tag", "blue"),
    "stock": ("barcode", "cyan"),
    "reservation": ("lock", "blue"),
    "reservation_release": ("lock-open", "amber"),
    "mapping": ("database", "green"),
    "discrepancy": ("alert-triangle", "orange"),
    "discrepancy_clear": ("circle-check", "green"),
    "package_command": ("package", "purple"),
    "replan": ("refresh", "grey"),
}
PLAIN = ("circle-dashed", "grey")
DELIVERY_LOOKS = {
    EventState.DELIVERED: ("send", "green"),
    EventState.UNDELIVERED: ("alert-circle", "red"),
}


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One recorded moment. `by` says who, or why; `url` leads to the record; `details` may follow it."""

    at: datetime
    title: str
    icon: str
    tone: str
    by: str = ""
    url: str | None = None
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ground:
    """What a page knows of its order, by id, for words and links."""

    names: Names
    items: Mapping[int, ItemView]
    packages: Mapping[int, PackageView]
    is_desk: bool

    def anchor_of(self, omnitron_id: object) -> str | None:
        """Where the page shows an item."""
        found = next((one.id for one in self.items.values() if one.omnitron_id == omnitron_id), None)
        return None if found is None else f"#order_item-{found}"


def of_fact(fact: RecordedFact, ground: Ground) -> TimelineEntry:
    """A line of the journal."""
    icon, tone = LOOKS.get(fact.kind, PLAIN)
    title = wording.fact_text(fact.kind, fact.body, ground.names)
    return TimelineEntry(fact.at, title, icon, tone, _actor(fact), _fact_url(fact, ground))


def of_answers(facts: Sequence[RecordedFact], ground: Ground) -> TimelineEntry:
    """Several stock answers of one instant, told as one."""
    icon, tone = LOOKS["stock"]
    title = ngettext("%(num)s stock answer", "%(num)s stock answers", len(facts))
    details = tuple(wording.fact_text(one.kind, one.body, ground.names) for one in facts)
    return TimelineEntry(facts[0].at, title, icon, tone, _actor(facts[0]), details=details)


def _actor(fact: RecordedFact | None) -> str:
    return "" if fact is None or fact.actor in (None, audit.SYSTEM.name) else str(fact.actor)


def _fact_url(fact: RecordedFact, ground: Ground) -> str | None:
    body = fact.body
    if "erp_code" in body and "sku" in body:
        return url_for("places.show", erp_code=body["erp_code"], sku=body["sku"])
    if fact.package_id in ground.packages:
        return url_for("explanations.show", package_id=fact.package_id)
    return ground.anchor_of(body.get("omnitron_id"))


def of_attempt(attempt: AttemptView, asked: RecordedFact | None, ground: Ground) -> TimelineEntry:
    """A planning and who asked for it; one that stock or a release made possible tells which."""
    title = gettext("Attempt %(number)s to plan", number=attempt.number)
    url = attempt_url(attempt.plan_id, attempt.number) if ground.is_desk else None
    if asked is not None and asked.body.get("freed"):
        why = wording.fact_text("replan", asked.body, ground.names)
        return TimelineEntry(attempt.date, title, "route", "cyan", why, url)
    why, actor = wording.trigger_label(attempt.trigger), _actor(asked)
    return TimelineEntry(attempt.date, title, "route", "cyan", f"{why}, {actor}" if actor else why, url)


def of_package(package: PackageView) -> TimelineEntry:
    """A package was made."""
    url = url_for("explanations.show", package_id=package.id)
    if package.location_name is None:
        title = gettext("Package %(number)s made: out of stock", number=package.number)
        return TimelineEntry(package.created_date, title, "package-off", "red", url=url)
    title = gettext(
        "Package %(number)s made for %(place)s", number=package.number, place=package.location_name
    )
    return TimelineEntry(package.created_date, title, "package", "green", url=url)


def of_reservation(one: ReservationView, ground: Ground, *, is_release: bool) -> TimelineEntry:
    """Units were reserved by planning, or let go because of something else."""
    named = {
        "quantity": wording.values.units(one.quantity),
        "product": ground.names.product(ground.items[one.order_item_id].sku),
        "place": one.location_name,
    }
    url = f"#reservation-{one.id}"
    if is_release:
        title = gettext("%(quantity)s × %(product)s at %(place)s released", **named)
        why = wording.label(one.release_reason)
        return TimelineEntry(one.released_date or one.reserved_date, title, "lock-open", "amber", why, url)
    title = gettext("%(quantity)s × %(product)s reserved at %(place)s", **named)
    return TimelineEntry(one.reserved_date, title, "lock", "blue", url=url)


def of_remedy(remedy: RemedyMoment, at: datetime, ground: Ground) -> TimelineEntry:
    """A remedy was applied to a package of the order, alone or for several at once."""
    package = ground.packages.get(remedy.package_id)
    number = package.number if package else str(remedy.package_id)
    title = gettext("Remedy applied to package %(number)s", number=number)
    if remedy.is_joint:
        title = gettext("Joint fix applied to package %(number)s", number=number)
    url = url_for("explanations.show", package_id=remedy.package_id, _anchor="outcomes")
    details = (remedy.reason,) if remedy.reason else ()
    return TimelineEntry(at, title, "bolt", "green", remedy.actor, url, details)


def of_act(row: AuditRow) -> TimelineEntry:
    """An act of the audit log that nothing else tells of."""
    (entry,) = audit_view.shown([row])
    changed = (f"{one.name}: {one.before or '–'} → {one.after or '–'}" for one in entry.changes)
    details = (*changed, *((entry.reason,) if entry.reason else ()))
    actor = "" if row.actor == audit.SYSTEM.name else row.actor
    title = gettext("%(kind)s: %(action)s", kind=entry.kind, action=entry.action)
    url = entry.url if row.object_type != "order" else None
    return TimelineEntry(row.date, title, "user", "purple", actor, url, details)


def of_forward(one: ForwardRow, at: datetime) -> TimelineEntry:
    """Omnitron was told of a mapping, or would not take it."""
    url = url_for("mapping_forwards.index", order_number=one.order_number)
    if one.state == ForwardState.SENT:
        title = gettext("Omnitron was told of %(code)s", code=one.code)
        return TimelineEntry(at, title, "send", "green", url=url)
    title = gettext("Omnitron could not be told of %(code)s", code=one.code)
    why = forward_words.trouble_label(one.trouble) if one.trouble else ""
    return TimelineEntry(at, title, "alert-circle", "red", why, url)


def of_delivery(event: DeliveryRow, at: datetime) -> TimelineEntry:
    """An event was sent to a webhook: its last finished attempt stands for all."""
    icon, tone = DELIVERY_LOOKS.get(EventState(event.state), ("refresh", "amber"))
    tries = webhook_words.attempts_text(len(event.attempts))
    outcome = webhook_words.outcome_label(event.last.outcome) if event.last else ""
    title = gettext("Webhook %(event)s", event=event.event_type)
    url = url_for("webhook_events.show", event_id=event.id)
    return TimelineEntry(at, title, icon, tone, f"{outcome}, {tries}" if outcome else tries, url)
