"""Remedies that were applied: to which package, by whom, and what they promised."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.diagnosis.causes import Cause
from app.extensions import Base
from app.models.columns import KeyText, UtcDateTime, known, primary_key, reference


class RemedyOutcome(Base):
    """One remedy, or one package of a joint fix, as it was applied. The packages say what became of it.

    `changes` are those of app.domain.diagnosis.kept_changes, `cause` is what they mended, `attempt_id` the
    planning that followed; the packages it made say who served.
    """

    __tablename__ = "remedy_outcomes"
    __table_args__ = (
        known("cause", Cause),
        Index("ix_remedy_outcomes_package_id", "package_id", "id"),
        Index("ix_remedy_outcomes_applied_date", "applied_date", "id"),
    )

    id: Mapped[int] = primary_key()
    package_id: Mapped[int] = reference("packages.id", ondelete="CASCADE")
    order_id: Mapped[int] = reference("orders.id", ondelete="CASCADE", index=True)
    attempt_id: Mapped[int | None] = reference("plan_attempts.id", ondelete="SET NULL", index=True)
    remedy_key: Mapped[str] = mapped_column(KeyText(40))
    changes: Mapped[list[Any]] = mapped_column(JSON)
    cause: Mapped[str] = mapped_column(KeyText(40))
    is_joint: Mapped[bool]
    applied_date: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(KeyText(150))
    user_id: Mapped[int | None] = reference("users.id", index=True)
    reason: Mapped[str | None] = mapped_column(Text)
