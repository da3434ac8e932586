"""Subscriptions as the console shows them: how each is doing, and which of them fail. Never their secrets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Subquery, func, select

from app.domain import redaction
from app.domain.errors import NotFound
from app.domain.webhooks import DisabledReason, EventState
from app.extensions import db
from app.models.columns import table
from app.models.webhooks import IS_KEPT, Webhook, WebhookAttempt, WebhookEvent

_WEBHOOKS, _EVENTS, _ATTEMPTS = table(Webhook), table(WebhookEvent), table(WebhookAttempt)
_webhooks, _events = _WEBHOOKS.c, _EVENTS.c


def _counts(condition: ColumnElement[bool]) -> Subquery:
    """How many such events each webhook has, grouped at once: an index of the condition answers it."""
    counting = select(_events.webhook_id, func.count().label("count"))
    return counting.where(condition).group_by(_events.webhook_id).subquery()


_DUE = _counts(_events.next_attempt_date.is_not(None))
_GIVEN_UP = _counts(_events.state == EventState.UNDELIVERED)


@dataclass(frozen=True, slots=True)
class EndpointRow:
    """One subscription. `due` events have a next attempt, `undelivered` ones were given up.

    `delivered_date` is when an event last arrived there. `additional_headers` have masks for values.
    """

    id: int
    event_type: str
    target_url: str
    is_active: bool
    disabled_reason: str | None
    disabled_date: datetime | None
    failing_since: datetime | None
    has_secret: bool
    previous_secret_until: datetime | None
    retry_countdown_config: Mapping[str, Any] | None
    additional_headers: Mapping[str, Any]
    created_date: datetime
    modified_date: datetime
    delivered_date: datetime | None
    due: int
    undelivered: int

    @property
    def is_failing(self) -> bool:
        """Whether nothing arrives there just now, or so little did that it was switched off."""
        is_off = self.disabled_reason not in (None, DisabledReason.PAUSED)
        return self.failing_since is not None or is_off


def list_endpoints() -> list[EndpointRow]:
    """Every subscription that was not deleted, the failing ones first, in one statement."""
    order = (_webhooks.failing_since.is_(None), _webhooks.event_type, _webhooks.target_url)
    return _rows(order)


def find_endpoint(webhook_id: int) -> EndpointRow:
    """The subscription of that id. Raises NotFound, also for one that was deleted."""
    found = _rows((_webhooks.id,), _webhooks.id == webhook_id)
    if not found:
        raise NotFound("webhook", webhook_id)
    return found[0]


def _rows(order: tuple[ColumnElement[Any], ...], *conditions: ColumnElement[bool]) -> list[EndpointRow]:
    counted = _WEBHOOKS.outerjoin(_DUE, _DUE.c.webhook_id == _webhooks.id).outerjoin(
        _GIVEN_UP, _GIVEN_UP.c.webhook_id == _webhooks.id
    )
    statement = select(*_columns()).select_from(counted).where(IS_KEPT, *conditions).order_by(*order)
    return [_row(row) for row in db.session.execute(statement)]


def _columns() -> list[ColumnElement[Any]]:
    plain = (
        "id",
        "event_type",
        "target_url",
        "is_active",
        "disabled_reason",
        "disabled_date",
        "failing_since",
    )
    own = ("previous_secret_until", "retry_countdown_config", "additional_headers")
    return [
        *(_webhooks[name] for name in plain),
        _webhooks.secret.is_not(None),
        *(_webhooks[name] for name in (*own, "created_date", "modified_date")),
        _last_delivery(),
        func.coalesce(_DUE.c.count, 0),
        func.coalesce(_GIVEN_UP.c.count, 0),
    ]


def _last_delivery() -> ColumnElement[Any]:
    """When the newest of the events that arrived did so: the end of its last attempt."""
    newest = (
        select(_events.id)
        .where(_events.webhook_id == _webhooks.id, _events.state == EventState.DELIVERED)
        .order_by(_events.created_date.desc(), _events.id.desc())
        .limit(1)
        .correlate(_WEBHOOKS)
        .scalar_subquery()
    )
    ended = select(func.max(_ATTEMPTS.c.finished_date)).where(_ATTEMPTS.c.event_id == newest)
    return ended.correlate(_WEBHOOKS).scalar_subquery()


def _row(row: Row[*tuple[Any, ...]]) -> EndpointRow:
    values = list(row)
    place = list(EndpointRow.__dataclass_fields__).index("additional_headers")
    values[place] = redaction.masked(values[place])
    return EndpointRow(*values)
