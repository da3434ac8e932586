"""Events owed to webhooks as the console lists them: filters, counts by state, and the attempts of each.

The contents of events are never read here: they are asked for one by one (webhook_events.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from app.domain.webhooks import EventState
from app.extensions import db
from app.models.columns import table
from app.models.list_parameters import one_of
from app.models.orders import Order
from app.models.webhooks import IS_REFUSED, Webhook, WebhookAttempt, WebhookEvent
from app.queries.filters import equal_to
from app.queries.paging import Page, take_page

_EVENTS, _WEBHOOKS, _ATTEMPTS, _ORDERS = (
    table(WebhookEvent),
    table(Webhook),
    table(WebhookAttempt),
    table(Order),
)
_events, _attempts = _EVENTS.c, _ATTEMPTS.c

DELIVERED = "2xx"
STATUS_CLASSES = (DELIVERED, "3xx", "4xx", "5xx")
NO_ANSWER = "none"
"""The class of events that were tried and not answered."""

SORTS: Mapping[str, ColumnElement[Any]] = {
    "created": _events.created_date,
    "next": _events.next_attempt_date,
}
DEFAULT_SORT = "-created"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFilter:
    """Which events; None means any. `created_to` is the first instant that is too late.

    `status` is one of STATUS_CLASSES, of the last finished attempt, or NO_ANSWER.
    """

    state: str | None = None
    event_type: str | None = None
    status: str | None = None
    webhook_id: int | None = None
    order_id: int | None = None
    order_number: str | None = None
    created_from: datetime | None = None
    created_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One try; open while it has neither outcome nor finished date. Duration in milliseconds."""

    id: int
    event_id: int
    started_date: datetime
    finished_date: datetime | None
    outcome: str | None
    response_http_status: int | None
    duration_ms: int | None


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One event with its attempts, newest first. `is_listening`: its webhook is on and was not deleted."""

    id: int
    uuid: str
    event_type: str
    state: str
    retry_count: int
    next_attempt_date: datetime | None
    created_date: datetime
    modified_date: datetime
    order_id: int | None
    order_number: str | None
    webhook_id: int
    target_url: str
    is_active: bool
    deleted_date: datetime | None
    attempts: Sequence[AttemptRow] = ()

    @property
    def is_listening(self) -> bool:
        """Whether anybody would send it."""
        return self.is_active and self.deleted_date is None

    @property
    def last(self) -> AttemptRow | None:
        """The attempt that ended last."""
        return next((one for one in self.attempts if one.outcome is not None), None)

    @property
    def running(self) -> AttemptRow | None:
        """The attempt that is being made."""
        return next((one for one in self.attempts if one.outcome is None), None)


@dataclass(frozen=True, slots=True)
class DeliveryList:
    """A page of events and, of all that match but for their state, how many are in which."""

    page: Page[DeliveryRow]
    by_state: Mapping[str, int]


# Newest first: of the attempts of an event, the later begun has the higher number.
_ATTEMPTS_OF = (
    select(
        _attempts.id,
        _attempts.event_id,
        _attempts.started_date,
        _attempts.finished_date,
        _attempts.outcome,
        _attempts.response_http_status,
        _attempts.duration_ms,
    )
    .where(one_of(_attempts.event_id, "event_ids"))
    .order_by(_attempts.event_id, _attempts.id.desc())
)


def list_deliveries(wanted: DeliveryFilter, sort: str, page: int, limit: int) -> DeliveryList:
    """One page of the events that are wanted, in three statements. `sort` is a key of SORTS, "-" descends."""
    conditions = _conditions(wanted)
    by_state = _count_by_state(conditions)
    count = sum(by_state.values())
    if wanted.state is not None:
        count = by_state.get(wanted.state, 0)
        conditions.append(_events.state == wanted.state)
    shown = take_page(page, limit, count, lambda offset, size: _rows(conditions, sort, offset, size))
    return DeliveryList(shown, by_state)


def deliveries_of_order(order_id: int, limit: int) -> list[DeliveryRow]:
    """The newest events about the order, newest first, in two statements."""
    return _rows(_conditions(DeliveryFilter(order_id=order_id)), DEFAULT_SORT, 0, limit)


def deliveries_by_id(ids: Collection[int]) -> dict[int, DeliveryRow]:
    """These events with their attempts, by id, in two statements."""
    found = _rows([_events.id.in_(ids)], DEFAULT_SORT, 0, len(ids)) if ids else []
    return {one.id: one for one in found}


def find_delivery(event_id: int) -> DeliveryRow | None:
    """The event of that id with its attempts."""
    found = _rows([_events.id == event_id], DEFAULT_SORT, 0, 1)
    return found[0] if found else None


def excerpt_of(event_id: int, attempt_id: int) -> tuple[AttemptRow, bytes | None] | None:
    """An attempt of the event and the beginning of what it brought back."""
    columns = [_attempts[name] for name in AttemptRow.__dataclass_fields__]
    wanted = select(*columns, _attempts.response_excerpt).where(
        _attempts.id == attempt_id, _attempts.event_id == event_id
    )
    row = db.session.execute(wanted).one_or_none()
    return (AttemptRow(*row[:-1]), row[-1]) if row else None


def list_in_states(wanted: DeliveryFilter, states: Collection[str], limit: int) -> list[DeliveryRow]:
    """The oldest of the events that are wanted and in one of these states, without attempts."""
    conditions = [*_conditions(wanted), _events.state.in_(sorted(states))]
    statement = _columns().where(*conditions).order_by(_events.created_date, _events.id).limit(limit)
    return [DeliveryRow(*row) for row in db.session.execute(statement)]


def targets_by_id() -> dict[int, str]:
    """What each webhook listens to and where, by id: for the choices of a filter. Deleted ones come last."""
    rows = db.session.execute(
        select(_WEBHOOKS.c.id, _WEBHOOKS.c.event_type, _WEBHOOKS.c.target_url).order_by(
            _WEBHOOKS.c.deleted_date.is_not(None), _WEBHOOKS.c.id
        )
    )
    return {row.id: f"{row.event_type} → {row.target_url}" for row in rows}


def _conditions(wanted: DeliveryFilter) -> list[ColumnElement[bool]]:
    """All but the state, which is counted before it narrows the list."""
    found = equal_to(
        {
            _events.event_type: wanted.event_type,
            _events.webhook_id: wanted.webhook_id,
            _events.order_id: wanted.order_id,
        }
    )
    if wanted.order_number is not None:
        orders = select(_ORDERS.c.id).where(_ORDERS.c.number == wanted.order_number)
        found.append(_events.order_id.in_(orders))
    if wanted.created_from is not None:
        found.append(_events.created_date >= wanted.created_from)
    if wanted.created_to is not None:
        found.append(_events.created_date < wanted.created_to)
    return found + _of_status(wanted.status)


def _of_status(status: str | None) -> list[ColumnElement[bool]]:
    if status is None:
        return []
    if status == NO_ANSWER:
        tried = select(_attempts.id).where(
            _attempts.event_id == _events.id, _attempts.finished_date.is_not(None)
        )
        return [_events.response_http_status.is_(None), tried.exists()]
    first = int(status[0]) * 100
    in_class = _events.response_http_status.between(first, first + 99)
    return [in_class] if status == DELIVERED else [in_class, IS_REFUSED]


def _count_by_state(conditions: Iterable[ColumnElement[bool]]) -> dict[str, int]:
    rows = db.session.execute(
        select(_events.state, func.count()).where(*conditions).group_by(_events.state)
    ).all()
    counts: dict[str, int] = dict(rows)
    return {state.value: counts.get(state.value, 0) for state in EventState}


def _rows(conditions: Sequence[ColumnElement[bool]], sort: str, offset: int, limit: int) -> list[DeliveryRow]:
    # Ids first: rows hold what was sent, and would all be read to be sorted.
    order = _order(sort)
    shown = select(_events.id).where(*conditions).order_by(*order).offset(offset).limit(limit).subquery()
    statement = _columns().join(shown, shown.c.id == _events.id).order_by(*order)
    found = db.session.execute(statement).all()
    attempts = attempts_of([row.id for row in found])
    return [replace(DeliveryRow(*row), attempts=tuple(attempts.get(row.id, ()))) for row in found]


def attempts_of(event_ids: Sequence[int]) -> dict[int, list[AttemptRow]]:
    """The attempts of these events, newest first, by event."""
    found: dict[int, list[AttemptRow]] = {}
    if event_ids:
        for row in db.session.execute(_ATTEMPTS_OF, {"event_ids": list(event_ids)}):
            found.setdefault(row.event_id, []).append(AttemptRow(*row))
    return found


def _order(sort: str) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    column = SORTS[sort.removeprefix("-")]
    if sort.startswith("-"):
        return column.desc().nulls_last(), _events.id.desc()
    return column.asc().nulls_last(), _events.id.asc()


def _columns() -> Select[*tuple[Any, ...]]:
    return (
        select(
            _events.id,
            _events.uuid,
            _events.event_type,
            _events.state,
            _events.retry_count,
            _events.next_attempt_date,
            _events.created_date,
            _events.modified_date,
            _events.order_id,
            _ORDERS.c.number,
            _events.webhook_id,
            _WEBHOOKS.c.target_url,
            _WEBHOOKS.c.is_active,
            _WEBHOOKS.c.deleted_date,
        )
        .join(_WEBHOOKS, _WEBHOOKS.c.id == _events.webhook_id)
        .outerjoin(_ORDERS, _ORDERS.c.id == _events.order_id)
    )
