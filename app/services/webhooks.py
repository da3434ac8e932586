"""Subscriptions to events: made, changed and deleted. No secret leaves this module in the plain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import RowMapping, bindparam, select, update
from sqlalchemy.exc import IntegrityError

from app import clock
from app.clients import webhook_sender
from app.clients.webhook_sender import TargetRefused
from app.config import settings
from app.domain import redaction, webhook_retries, webhook_targets
from app.domain.errors import Invalid, NotFound, Refused
from app.domain.redaction import ENCRYPTED_PREFIX, MASK
from app.domain.webhook_requests import header_problems, secret_problems, target_problems
from app.domain.webhooks import DUE_STATES, SECRETS_OVERLAP, SUBSCRIBABLE, DisabledReason, EventState
from app.extensions import db
from app.models.columns import table
from app.models.webhooks import IS_KEPT, Webhook, WebhookEvent
from app.services import channel_secrets, rows
from app.services.documents.values import Json
from app.services.unit_of_work import unit_of_work

LOOKUP_SECONDS = 3.0  # for the name of a target, while somebody waits
_WEBHOOKS, _EVENTS = table(Webhook), table(WebhookEvent)
_LOCKED = (
    select(_WEBHOOKS)
    .where(_WEBHOOKS.c.id == bindparam("webhook_id"), IS_KEPT)
    .with_for_update(key_share=True)  # events that refer to it are written meanwhile
)
# Nobody will deliver them. What is being sent keeps its lease, and its result.
_GIVE_UP = (
    update(_EVENTS)
    .where(
        _EVENTS.c.webhook_id == bindparam("owner_id"),
        _EVENTS.c.state.in_(sorted(DUE_STATES)),
    )
    .values(state=EventState.UNDELIVERED.value, next_attempt_date=None, modified_date=bindparam("now"))
)
_WITHOUT_SECRETS: Json = {
    "secret": None,
    "previous_secret": None,
    "previous_secret_until": None,
    "additional_headers": {},
}
_AUDITED = {
    "event_type",
    "target_url",
    "secret",
    "retry_countdown_config",
    "additional_headers",
    "is_active",
    "disabled_reason",
}


class WebhookFields(TypedDict, total=False):
    """What can be said of a subscription; what is left out stays as it is.

    `secret_key` None: nothing is signed. `retry_countdown_config` None: the standard schedule. Values of
    `additional_headers` may be the mask of the one that is stored.
    """

    event_type: str
    target_url: str
    secret_key: str | None
    retry_countdown_config: dict[str, Any] | None
    additional_headers: dict[str, str]
    is_active: bool


def create_webhook(fields: WebhookFields) -> int:
    """The id of a new subscription. Needs `event_type` and `target_url`.

    Raises Invalid with what is wrong with each field, and Refused("webhook_registered") when the event type
    goes to that address already.
    """
    _refuse_missing(fields)
    _refuse_unusable(fields)
    with _refusing_doubles(), unit_of_work() as work:
        now = clock.now()
        values = {"additional_headers": {}, "is_active": True, **_changed(None, fields, now)}
        webhook_id = rows.add(_WEBHOOKS, {**values, "created_date": now, "modified_date": now})
        work.audit("webhook.created", "webhook", webhook_id, after=_shown(values))
    return webhook_id


def change_webhook(webhook_id: int, fields: WebhookFields) -> None:
    """Change what is given. A new secret signs at once; the old one beside it for 24 hours.

    Raises NotFound, and what create_webhook raises.
    """
    _refuse_unusable(fields)
    with _refusing_doubles(), unit_of_work() as work:
        stored = _lock(webhook_id)
        values = _changed(stored, fields, clock.now())
        if values:
            rows.change(_WEBHOOKS, webhook_id, {**values, "modified_date": clock.now()})
            before = {name: stored[name] for name in values}
            work.audit("webhook.changed", "webhook", webhook_id, _shown(before), _shown(values))


def delete_webhook(webhook_id: int) -> None:
    """End a subscription: its secrets are gone, and what was still due to it is given up.

    The row stays, out of sight, for the history of its events. Raises NotFound.
    """
    with unit_of_work() as work:
        stored, now = _lock(webhook_id), clock.now()
        off = {} if not stored["is_active"] else _switched(False, now)
        rows.change(
            _WEBHOOKS, webhook_id, {**_WITHOUT_SECRETS, **off, "deleted_date": now, "modified_date": now}
        )
        db.session.execute(_GIVE_UP, {"owner_id": webhook_id, "now": now})
        work.audit("webhook.deleted", "webhook", webhook_id, before=_shown(dict(stored)))


@contextmanager
def _refusing_doubles() -> Iterator[None]:
    """The database itself decides who came first with an event type and an address."""
    try:
        yield
    except IntegrityError as error:
        raise Refused("webhook_registered") from error


def _lock(webhook_id: int) -> RowMapping:
    row = db.session.execute(_LOCKED, {"webhook_id": webhook_id}).mappings().one_or_none()
    if row is None:
        raise NotFound("webhook", webhook_id)
    return row


def _changed(stored: RowMapping | None, fields: WebhookFields, now: datetime) -> Json:
    """The columns that will hold something else; of a new one, all that are given."""
    before, given = dict(stored or {}), dict(fields)
    plain = ("event_type", "target_url", "retry_countdown_config")
    found: Json = {name: given[name] for name in plain if name in given}
    if "additional_headers" in fields:
        found["additional_headers"] = _sealed_headers(
            fields["additional_headers"], before.get("additional_headers", {})
        )
    found = {name: value for name, value in found.items() if name not in before or before[name] != value}
    if "secret_key" in fields:
        found |= _rotated(fields["secret_key"], before.get("secret"), now)
    if "is_active" in fields and fields["is_active"] != before.get("is_active", True):
        found |= _switched(fields["is_active"], now)
    return found


def _sealed_headers(headers: Mapping[str, str], stored: Mapping[str, Any]) -> Json:
    unknown = [name for name, value in headers.items() if value == MASK and name not in stored]
    if unknown:
        raise Invalid(
            {"additional_headers": [f"has the mask as value of {unknown[0]!r}, of which none is stored"]}
        )
    return channel_secrets.encrypted(headers, stored)


def _rotated(secret: str | None, stored: str | None, now: datetime) -> Json:
    """The columns of a new secret, and until when the one before signs too; nothing for the same one."""
    if secret is None:
        gone = {"secret": None, "previous_secret": None, "previous_secret_until": None}
        return gone if stored is not None else {}
    if secret == MASK and stored is None:
        raise Invalid({"secret_key": ["is the mask of a secret, and none is stored"]})
    sealed = channel_secrets.encrypted({"secret_key": secret}, {"secret_key": stored})["secret_key"]
    if sealed == stored:
        return {}
    overlap = {"previous_secret": stored, "previous_secret_until": now + SECRETS_OVERLAP}
    return {"secret": sealed, **(overlap if stored is not None else {})}


def _switched(is_active: bool, now: datetime) -> Json:
    """Switched on again, it begins without a past of failures."""
    if is_active:
        return {"is_active": True, "disabled_reason": None, "disabled_date": None, "failing_since": None}
    return {"is_active": False, "disabled_reason": DisabledReason.PAUSED.value, "disabled_date": now}


def _refuse_missing(fields: WebhookFields) -> None:
    missing = {name: ["is missing"] for name in ("event_type", "target_url") if name not in fields}
    if missing:
        raise Invalid(missing)


def _refuse_unusable(fields: WebhookFields) -> None:
    headers, secret = fields.get("additional_headers", {}), fields.get("secret_key")
    config = fields.get("retry_countdown_config")
    problems = {
        "event_type": _event_type_problems(fields["event_type"]) if "event_type" in fields else [],
        "target_url": _target_problems(fields["target_url"]) if "target_url" in fields else [],
        "secret_key": [] if secret is None else _secret_problems(secret),
        "retry_countdown_config": [] if config is None else webhook_retries.problems_of(config),
        "additional_headers": header_problems(headers)
        + [problem for value in headers.values() for problem in _prefix_problems(value)],
    }
    found = {name: reasons for name, reasons in problems.items() if reasons}
    if found:
        raise Invalid(found)


def _target_problems(url: str) -> list[str]:
    """Also that it leads nowhere inward; a name that nobody knows yet may be known when there is something
    to send, and is asked for again then."""
    found = target_problems(url)
    if found:
        return found
    try:
        target = webhook_targets.parse(url)
        webhook_sender.checked_addresses(target, settings().webhook_allowed_networks, LOOKUP_SECONDS)
    except (ValueError, TargetRefused) as refusal:
        return [str(refusal)]
    return []


def _event_type_problems(event_type: str) -> list[str]:
    return [] if event_type in SUBSCRIBABLE else [f"cannot be {event_type[:60]!r}"]


def _secret_problems(secret: str) -> list[str]:
    return secret_problems(secret) + _prefix_problems(secret)


def _prefix_problems(value: str) -> list[str]:
    """What is stored under this prefix is taken for encrypted already."""
    return [f"should not begin with {ENCRYPTED_PREFIX}"] if value.startswith(ENCRYPTED_PREFIX) else []


def _shown(columns: Mapping[str, Any]) -> Json:
    """What the audit log may keep of a row: no secret, and no date that its entry has itself."""
    kept = {name: value for name, value in columns.items() if name in _AUDITED}
    shown: Json = redaction.without_secrets(kept)
    return shown
