"""Acts that are planned, begun, watched and called off together. Rules are those of app.domain.batches."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ColumnElement, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.batches import BatchState, RowState
from app.extensions import Base
from app.models.columns import (
    KeyText,
    OptionalJson,
    Timestamps,
    UtcDateTime,
    equals_literal,
    known,
    primary_key,
    reference,
)

_IS_STARTED = text(f"state = '{BatchState.STARTED}'")


class Batch(Timestamps, Base):
    """One plan of many acts of a kind. `title` is what the kind's words need, `back` the page it came from.

    Whoever runs it holds `lease_token` until `lease_until`. The acts are done in the name of who started it.
    """

    __tablename__ = "batches"
    __table_args__ = (
        known("state", BatchState),
        CheckConstraint("(lease_token IS NULL) = (lease_until IS NULL)", name="lease_ends"),
        CheckConstraint(
            f"(state IN ('{BatchState.FINISHED}', '{BatchState.CANCELLED}')) = (ended_date IS NOT NULL)",
            name="ended_has_date",
        ),
        CheckConstraint(
            f"state IN ('{BatchState.PLANNED}', '{BatchState.CANCELLED}') OR started_date IS NOT NULL",
            name="started_has_date",
        ),
        Index("ix_batches_state", "state", "id"),
        Index("ix_batches_kind", "kind", "id"),
        # What a worker has to look after: there is hardly ever more than one.
        Index("ix_batches_due", "lease_until", sqlite_where=_IS_STARTED, postgresql_where=_IS_STARTED),
    )

    id: Mapped[int] = primary_key()
    kind: Mapped[str] = mapped_column(KeyText(60))
    title: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    reason: Mapped[str] = mapped_column(Text, default="")
    back: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(KeyText(20), default=BatchState.PLANNED.value)
    planned_by: Mapped[str] = mapped_column(KeyText(150))
    planned_by_id: Mapped[int | None] = reference("users.id", index=True)
    started_by: Mapped[str | None] = mapped_column(KeyText(150))
    started_by_id: Mapped[int | None] = reference("users.id", index=True)
    started_date: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_date: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_token: Mapped[str | None] = mapped_column(KeyText(36))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)

    rows: Mapped[list["BatchRow"]] = relationship(
        back_populates="batch", lazy="raise", order_by="BatchRow.position"
    )


IS_STARTED: ColumnElement[bool] = equals_literal(Batch, "state", BatchState.STARTED)
"""Begun and not at its end, written so that the partial index answers it."""


class BatchRow(Base):
    """One act. `expectation` is what was foreseen when it was planned, `result` what came of it.

    Refused: `code` and `params` say why. `is_required`: when it is not done, the rest is skipped.
    """

    __tablename__ = "batch_rows"
    __table_args__ = (
        known("state", RowState),
        UniqueConstraint("batch_id", "position"),
        CheckConstraint("position > 0", name="position_positive"),
        CheckConstraint(f"(state = '{RowState.REFUSED}') = (code IS NOT NULL)", name="refused_has_code"),
        CheckConstraint(f"(state = '{RowState.PLANNED}') = (settled_date IS NULL)", name="settled_has_date"),
        Index("ix_batch_rows_state", "batch_id", "state", "position"),
    )

    id: Mapped[int] = primary_key()
    batch_id: Mapped[int] = reference("batches.id", ondelete="CASCADE")
    position: Mapped[int]
    label: Mapped[str] = mapped_column(KeyText(255))
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    expectation: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    is_required: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(KeyText(20), default=RowState.PLANNED.value)
    code: Mapped[str | None] = mapped_column(KeyText(60))
    params: Mapped[dict[str, Any] | None] = mapped_column(OptionalJson)
    result: Mapped[dict[str, Any] | None] = mapped_column(OptionalJson)
    settled_date: Mapped[datetime | None] = mapped_column(UtcDateTime)

    batch: Mapped[Batch] = relationship(back_populates="rows", lazy="raise")
