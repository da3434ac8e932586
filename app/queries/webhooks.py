"""Subscriptions to events, as lists and one by one: never their secrets, nor the values of their headers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select

from app.domain import redaction
from app.domain.errors import NotFound
from app.extensions import db
from app.models.columns import table
from app.models.webhooks import IS_KEPT, Webhook
from app.queries.filters import equal_to

_WEBHOOKS = table(Webhook)
_webhooks = _WEBHOOKS.c
SORTS = {
    "id": (_webhooks.id.asc(),),
    "-id": (_webhooks.id.desc(),),
    "created_date": (_webhooks.created_date.asc(), _webhooks.id.asc()),
    "-created_date": (_webhooks.created_date.desc(), _webhooks.id.desc()),
    "modified_date": (_webhooks.modified_date.asc(), _webhooks.id.asc()),
    "-modified_date": (_webhooks.modified_date.desc(), _webhooks.id.desc()),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookFilter:
    """Which subscriptions; None means any."""

    event_type: str | None = None
    target_url: str | None = None
    is_active: bool | None = None


@dataclass(frozen=True, slots=True)
class WebhookRow:
    """One subscription. `additional_headers` have masks for values."""

    id: int
    event_type: str
    target_url: str
    is_active: bool
    retry_countdown_config: dict[str, Any] | None
    additional_headers: dict[str, Any]
    created_date: datetime
    modified_date: datetime


def count_webhooks(wanted: WebhookFilter) -> int:
    """How many subscriptions are wanted, without those that were deleted."""
    counting = select(func.count()).select_from(_WEBHOOKS).where(*_conditions(wanted))
    return db.session.execute(counting).scalar_one()


def list_webhooks(wanted: WebhookFilter, sort: str, offset: int, limit: int) -> list[WebhookRow]:
    """The subscriptions that are wanted, in an order of SORTS."""
    statement = _columns().where(*_conditions(wanted)).order_by(*SORTS[sort]).offset(offset).limit(limit)
    return [_row(found) for found in db.session.execute(statement)]


def find_webhook(webhook_id: int) -> WebhookRow:
    """The subscription of that id. Raises NotFound, also for one that was deleted."""
    found = db.session.execute(_columns().where(IS_KEPT, _webhooks.id == webhook_id)).one_or_none()
    if found is None:
        raise NotFound("webhook", webhook_id)
    return _row(found)


def is_webhook(webhook_id: int) -> bool:
    """Whether there is a subscription of that id, or was before it was deleted."""
    return db.session.execute(select(_webhooks.id).where(_webhooks.id == webhook_id)).first() is not None


def _columns() -> Select[*tuple[Any, ...]]:
    return select(
        _webhooks.id,
        _webhooks.event_type,
        _webhooks.target_url,
        _webhooks.is_active,
        _webhooks.retry_countdown_config,
        _webhooks.additional_headers,
        _webhooks.created_date,
        _webhooks.modified_date,
    )


def _row(found: Row[*tuple[Any, ...]]) -> WebhookRow:
    number, event_type, target_url, is_active, config, headers, created, modified = found
    shown = redaction.masked(headers)
    return WebhookRow(number, event_type, target_url, is_active, config, shown, created, modified)


def _conditions(wanted: WebhookFilter) -> list[ColumnElement[bool]]:
    equal = {
        _webhooks.event_type: wanted.event_type,
        _webhooks.target_url: wanted.target_url,
        _webhooks.is_active: wanted.is_active,
    }
    return [IS_KEPT, *equal_to(equal)]
