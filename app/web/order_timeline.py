"""The timeline of an order as its page shows it: grouped by day, narrowed to a topic, a page at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from app import clock
from app.queries.journal import RecordedFact
from app.queries.order_contents import ReservationView
from app.queries.order_history import OrderHistory
from app.queries.order_moments import RANKS, Moment, Source, Topic
from app.queries.order_plans import AttemptView
from app.queries.webhook_deliveries import DeliveryRow
from app.web import timeline_words as words
from app.web.formats import day
from app.web.timeline_words import Ground, TimelineEntry

SHOWN_AT_ONCE = 60
TOPICS: Mapping[Topic, object] = {
    Topic.ORDER: _("Order"),
    Topic.PLAN: _("Planning"),
    Topic.STOCK: _("Stock"),
    Topic.RESERVATION: _("Reservations"),
    Topic.PACKAGE: _("Packages"),
    Topic.ERP: _("ERP"),
    Topic.WEBHOOK: _("Webhooks"),
    Topic.OPERATOR: _("Acts of people"),
}
FOR_THE_DESK = frozenset({Topic.WEBHOOK, Topic.OPERATOR})


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of the timeline the address asks for; what makes no sense counts as not given."""

    topic: Topic | None = None
    before: Moment | None = None

    @property
    def parameters(self) -> dict[str, str]:
        """As the address has it."""
        given = {"topic": self.topic.value if self.topic else None, "before": written(self.before)}
        return {name: value for name, value in given.items() if value}


@dataclass(frozen=True, slots=True)
class TimelineDay:
    """What happened on one day in the reader's time zone, newest first."""

    name: str
    entries: Sequence[TimelineEntry]


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of the timeline. `older` is the parameter that goes on, `topics` what it can be narrowed to."""

    days: Sequence[TimelineDay]
    asked: Asked
    older: str | None
    topics: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Known:
    """The records that the page has read anyway, by id."""

    ground: Ground
    attempts: Mapping[int, AttemptView]
    reservations: Mapping[int, ReservationView]
    deliveries: Mapping[int, DeliveryRow] = field(default_factory=dict)


def asked_for() -> Asked:
    """What the address asks for."""
    topic = request.args.get("topic", "")
    known = topic in {one.value for one in Topic}
    return Asked(Topic(topic) if known else None, _read(request.args.get("before", "")))


def written(moment: Moment | None) -> str | None:
    """A moment as a parameter of an address."""
    return None if moment is None else f"{moment.at.isoformat()}_{moment.rank}_{moment.id}"


def _read(text: str) -> Moment | None:
    at, _separator, place = text.partition("_")
    rank, _separator, row_id = place.partition("_")
    if not (rank.isdecimal() and row_id.isdecimal() and len(row_id) < 19 and int(rank) < len(RANKS)):
        return None
    try:
        instant = datetime.fromisoformat(at)
    except ValueError:
        return None
    return Moment(instant, int(rank), int(row_id)) if instant.tzinfo else None


def timeline(history: OrderHistory, known: Known, asked: Asked) -> Timeline:
    """The page of the timeline with its words, newest day first."""
    entries = _entries(history, known)
    days = [TimelineDay(name, tuple(group)) for name, group in groupby(entries, lambda one: _day(one.at))]
    is_desk = known.ground.is_desk
    topics = [(one.value, str(name)) for one, name in TOPICS.items() if is_desk or one not in FOR_THE_DESK]
    return Timeline(days, asked, written(history.older), topics)


def _day(at: datetime) -> str:
    name = day(at)
    return gettext("Today, %(day)s", day=name) if name == day(clock.now()) else name


def _entries(history: OrderHistory, known: Known) -> Iterator[TimelineEntry]:
    """Stock answers of one instant are told together: a feed brings many at once."""
    for answers, group in groupby(history.moments, lambda one: _answers_at(one, history)):
        moments = list(group)
        if answers is not None and len(moments) > 1:
            yield words.of_answers([history.facts[one.id] for one in moments], known.ground)
        else:
            yield from _each(moments, history, known)


def _answers_at(moment: Moment, history: OrderHistory) -> datetime | None:
    is_answer = moment.source is Source.FACT and history.facts[moment.id].kind == "stock"
    return moment.at if is_answer else None


def _each(moments: Iterable[Moment], history: OrderHistory, known: Known) -> Iterator[TimelineEntry]:
    asked = {one.at: one for one in history.asked}
    for moment in moments:
        found = _entry(moment, history, known, asked)
        if found is not None:
            yield found


def _entry(
    moment: Moment, history: OrderHistory, known: Known, asked: Mapping[datetime, RecordedFact]
) -> TimelineEntry | None:
    """The words for one moment; None for a record that came or went while the page was read."""
    ground, source, key = known.ground, moment.source, moment.id
    if source is Source.FACT and key in history.facts:
        return words.of_fact(history.facts[key], ground)
    if source is Source.ATTEMPT and key in known.attempts:
        return words.of_attempt(known.attempts[key], asked.get(moment.at), ground)
    if source is Source.PACKAGE and key in ground.packages:
        return words.of_package(ground.packages[key])
    if source in (Source.RESERVED, Source.RELEASED) and key in known.reservations:
        one = known.reservations[key]
        return words.of_reservation(one, ground, is_release=source is Source.RELEASED)
    return _told_to_the_desk(moment, history, known)


def _told_to_the_desk(moment: Moment, history: OrderHistory, known: Known) -> TimelineEntry | None:
    source, key = moment.source, moment.id
    if source is Source.REMEDY and key in history.remedies:
        return words.of_remedy(history.remedies[key], moment.at, known.ground)
    if source is Source.AUDIT and key in history.audit:
        return words.of_act(history.audit[key])
    if source is Source.FORWARD and key in history.forwards:
        return words.of_forward(history.forwards[key], moment.at)
    event = known.deliveries.get(key) or history.deliveries.get(key)
    return words.of_delivery(event, moment.at) if source is Source.DELIVERY and event else None
