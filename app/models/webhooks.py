"""Webhooks, the events owed to them, and each try to deliver one. Rules are those of app.domain.webhooks."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ColumnElement,
    Index,
    LargeBinary,
    Text,
    and_,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.webhook_requests import LONGEST_TARGET
from app.domain.webhooks import (
    DUE_STATES,
    LONGEST_EXCERPT,
    SUBSCRIBABLE,
    AttemptOutcome,
    DisabledReason,
    EventState,
)
from app.extensions import Base
from app.models.columns import (
    KeyText,
    OptionalJson,
    Timestamps,
    UtcDateTime,
    known,
    primary_key,
    reference,
    table,
)
from app.models.orders import Order
from app.models.states import ContentType

_STAYS = text("deleted_date IS NULL")
_HAS_NEXT = text("next_attempt_date IS NOT NULL")
_IS_LEASED = text("lease_until IS NOT NULL")
_FIRST_REFUSAL = 300
_IS_REFUSED = text(f"response_http_status >= {_FIRST_REFUSAL}")
_DUE = ", ".join(f"'{state}'" for state in EventState if state in DUE_STATES)


class Webhook(Timestamps, Base):
    """A subscription. The secrets and the values of `additional_headers` are encrypted before they get here.

    Deleted: `deleted_date` is set and the secrets are gone; the row stays for the history of its events.
    `previous_secret` signs too until `previous_secret_until`. `failing_since` is the first failure after the
    last success. Events that are due wait while it is off.
    """

    __tablename__ = "webhooks"
    __table_args__ = (
        known("event_type", SUBSCRIBABLE),
        known("disabled_reason", DisabledReason),
        CheckConstraint(
            "(previous_secret IS NULL) = (previous_secret_until IS NULL)", name="previous_secret_ends"
        ),
        CheckConstraint("is_active = (disabled_reason IS NULL)", name="off_has_reason"),
        CheckConstraint("(disabled_reason IS NULL) = (disabled_date IS NULL)", name="disabled_has_date"),
        # A partial key: what was deleted may be registered again.
        Index(
            "uq_webhooks_event_type_target_url",
            "event_type",
            "target_url",
            unique=True,
            sqlite_where=_STAYS,
            postgresql_where=_STAYS,
        ),
    )

    id: Mapped[int] = primary_key()
    event_type: Mapped[str] = mapped_column(KeyText(60))
    target_url: Mapped[str] = mapped_column(KeyText(LONGEST_TARGET))
    secret: Mapped[str | None] = mapped_column(Text)
    previous_secret: Mapped[str | None] = mapped_column(Text)
    previous_secret_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    retry_countdown_config: Mapped[dict[str, Any] | None] = mapped_column(OptionalJson)
    additional_headers: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    is_active: Mapped[bool] = mapped_column(default=True)
    disabled_reason: Mapped[str | None] = mapped_column(KeyText(20))
    disabled_date: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failing_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    deleted_date: Mapped[datetime | None] = mapped_column(UtcDateTime)


_WEBHOOK = table(Webhook).c
IS_KEPT: ColumnElement[bool] = _WEBHOOK.deleted_date.is_(None)
"""Not deleted, written so that the partial key answers it."""
LISTENS: ColumnElement[bool] = and_(_WEBHOOK.is_active, IS_KEPT)
"""Gets what it is subscribed to."""


class WebhookEvent(Timestamps, Base):
    """One notification owed to one webhook. `request_payload` are the bytes that every try sends.

    It is due while `next_attempt_date` is set. Whoever sends it holds `lease_token` until `lease_until`, also
    past a deletion of the webhook. `retry_count` is how many waits of the schedule began since the event was
    made or resent. `response_http_status` is that of the last finished attempt.
    """

    __tablename__ = "webhook_events"
    __table_args__ = (
        known("state", EventState),
        CheckConstraint(f"(state IN ({_DUE})) = (next_attempt_date IS NOT NULL)", name="due_has_next"),
        CheckConstraint("(lease_token IS NULL) = (lease_until IS NULL)", name="lease_ends"),
        CheckConstraint("(content_type_id IS NULL) = (object_id IS NULL)", name="object_has_kind"),
        CheckConstraint("retry_count >= 0", name="retry_count_not_negative"),
        Index("ix_webhook_events_order", "order_id", "created_date", "id"),
        Index("ix_webhook_events_webhook", "webhook_id", "created_date", "id"),
        Index("ix_webhook_events_state", "state", "created_date", "id"),
        Index("ix_webhook_events_created_date", "created_date", "id"),
        Index("ix_webhook_events_object", "content_type_id", "object_id"),
        # By the class of the last answer. The many with a 2xx are left out: each delivery would write it.
        Index(
            "ix_webhook_events_refused",
            "response_http_status",
            "created_date",
            "id",
            "state",
            sqlite_where=_IS_REFUSED,
            postgresql_where=_IS_REFUSED,
        ),
        # What an endpoint is owed now, the oldest that is owed to anybody, and what is being sent.
        Index(
            "ix_webhook_events_due_webhook",
            "webhook_id",
            "next_attempt_date",
            "id",
            sqlite_where=_HAS_NEXT,
            postgresql_where=_HAS_NEXT,
        ),
        Index(
            "ix_webhook_events_due", "next_attempt_date", sqlite_where=_HAS_NEXT, postgresql_where=_HAS_NEXT
        ),
        Index(
            "ix_webhook_events_leased", "lease_until", sqlite_where=_IS_LEASED, postgresql_where=_IS_LEASED
        ),
    )

    id: Mapped[int] = primary_key()
    uuid: Mapped[str] = mapped_column(KeyText(36), unique=True)
    webhook_id: Mapped[int] = reference("webhooks.id")
    event_type: Mapped[str] = mapped_column(KeyText(60))
    request_payload: Mapped[bytes] = mapped_column(LargeBinary)
    content_type_id: Mapped[int | None] = reference("content_types.id")
    object_id: Mapped[int | None] = mapped_column(BigInteger)
    order_id: Mapped[int | None] = reference("orders.id")
    state: Mapped[str] = mapped_column(KeyText(20), default=EventState.PENDING.value)
    retry_count: Mapped[int] = mapped_column(default=0)
    next_attempt_date: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_token: Mapped[str | None] = mapped_column(KeyText(36))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    response_http_status: Mapped[int | None]

    webhook: Mapped[Webhook] = relationship(lazy="raise")
    content_type: Mapped[ContentType | None] = relationship(lazy="raise")
    order: Mapped[Order | None] = relationship(lazy="raise")


IS_REFUSED: ColumnElement[bool] = table(WebhookEvent).c.response_http_status >= literal_column(
    str(_FIRST_REFUSAL)
)
"""The last answer was none of the 2xx, written so that the partial index answers it."""


class WebhookAttempt(Base):
    """One try. Written before sending, closed once, by whoever holds `lease_token`; goes with its event only.

    Open: neither `finished_date` nor `outcome`. `response_excerpt` is the beginning of the answer's body.
    """

    __tablename__ = "webhook_attempts"
    __table_args__ = (
        known("outcome", AttemptOutcome),
        CheckConstraint("(finished_date IS NULL) = (outcome IS NULL)", name="finished_has_outcome"),
        CheckConstraint(
            f"response_excerpt IS NULL OR length(response_excerpt) <= {LONGEST_EXCERPT}",
            name="response_excerpt_short",
        ),
        Index("ix_webhook_attempts_event", "event_id", "id"),
        Index("ix_webhook_attempts_started_date", "started_date", "id"),
    )

    id: Mapped[int] = primary_key()
    event_id: Mapped[int] = reference("webhook_events.id", ondelete="CASCADE")
    lease_token: Mapped[str] = mapped_column(KeyText(36))
    started_date: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_date: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(KeyText(20))
    response_http_status: Mapped[int | None]
    response_excerpt: Mapped[bytes | None] = mapped_column(LargeBinary)
    duration_ms: Mapped[int | None]

    event: Mapped[WebhookEvent] = relationship(lazy="raise")
