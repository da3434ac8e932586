"""What is known of the upstream's orders, how far they are read, and each reading (app.domain.upstream)."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.upstream import FeedName, RecordState, RunOutcome
from app.extensions import Base
from app.models.columns import (
    KeyText,
    OptionalJson,
    Timestamps,
    UtcDateTime,
    known,
    primary_key,
    reference,
)
from app.models.orders import Order

_TRIED_AGAIN = text("next_try_date IS NOT NULL")


class UpstreamOrder(Timestamps, Base):
    """One order of the upstream, by `key`: its number there, or a digest of a record that has none.

    `remote_modified_date` is the version acted on. Refused, quarantined and dismissed ones keep the `field`
    and the `reason`, quarantined ones also `raw`, the record as it came, without secrets.
    """

    __tablename__ = "upstream_orders"
    __table_args__ = (
        known("state", RecordState),
        CheckConstraint(
            f"state NOT IN ('{RecordState.QUARANTINED}', '{RecordState.REFUSED}') OR reason IS NOT NULL",
            name="kept_away_has_reason",
        ),
        CheckConstraint(
            f"state <> '{RecordState.APPLIED}' OR order_id IS NOT NULL", name="applied_has_order"
        ),
        CheckConstraint("tries >= 0", name="tries_not_negative"),
        Index("ix_upstream_orders_state", "state", "modified_date", "id"),
        # What is tried again: hardly ever more than a few.
        Index(
            "ix_upstream_orders_next_try_date",
            "next_try_date",
            sqlite_where=_TRIED_AGAIN,
            postgresql_where=_TRIED_AGAIN,
        ),
    )

    id: Mapped[int] = primary_key()
    key: Mapped[str] = mapped_column(KeyText(80), unique=True)
    omnitron_id: Mapped[int | None] = mapped_column(BigInteger)
    number: Mapped[str | None] = mapped_column(KeyText(100))
    order_id: Mapped[int | None] = reference("orders.id", index=True)
    state: Mapped[str] = mapped_column(KeyText(20))
    remote_modified_date: Mapped[datetime | None] = mapped_column(UtcDateTime)
    field: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    raw: Mapped[Any] = mapped_column(OptionalJson, nullable=True)
    tries: Mapped[int] = mapped_column(default=0)
    next_try_date: Mapped[datetime | None] = mapped_column(UtcDateTime)

    order: Mapped[Order | None] = relationship(lazy="raise")


class UpstreamFeed(Base):
    """How far one way through the upstream's orders has come.

    `reading_date`: where an unfinished reading stands; none: the last one came to its end, at
    `finished_date`. `newest_date` is the newest change seen. Whoever reads holds `lease_token`.
    `not_before_date`: the upstream asked to be left alone until then.
    """

    __tablename__ = "upstream_feeds"
    __table_args__ = (
        known("name", FeedName),
        CheckConstraint("(lease_token IS NULL) = (lease_until IS NULL)", name="lease_ends"),
    )

    id: Mapped[int] = primary_key()
    name: Mapped[str] = mapped_column(KeyText(20), unique=True)
    reading_date: Mapped[datetime | None] = mapped_column(UtcDateTime)
    newest_date: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_date: Mapped[datetime | None] = mapped_column(UtcDateTime)
    not_before_date: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_token: Mapped[str | None] = mapped_column(KeyText(36))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class UpstreamRun(Base):
    """One reading, or a part of a long one, with what it found. `trouble` and `detail` say why it failed."""

    __tablename__ = "upstream_runs"
    __table_args__ = (
        known("feed", FeedName),
        known("outcome", RunOutcome),
        CheckConstraint("(finished_date IS NULL) = (outcome IS NULL)", name="finished_has_outcome"),
        Index("ix_upstream_runs_started_date", "started_date", "id"),
    )

    id: Mapped[int] = primary_key()
    feed: Mapped[str] = mapped_column(KeyText(20))
    started_date: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_date: Mapped[datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(KeyText(20))
    seen_count: Mapped[int] = mapped_column(default=0)
    imported_count: Mapped[int] = mapped_column(default=0)
    changed_count: Mapped[int] = mapped_column(default=0)
    refused_count: Mapped[int] = mapped_column(default=0)
    quarantined_count: Mapped[int] = mapped_column(default=0)
    request_count: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str | None] = mapped_column(KeyText(30))
    detail: Mapped[str | None] = mapped_column(Text)
