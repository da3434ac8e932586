"""Trials of an edit on past plannings: what is tried, how far the trial is, what it found so far."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.replays import ReplayKind, ReplayState
from app.extensions import Base
from app.models.columns import KeyText, Timestamps, UtcDateTime, known, primary_key, reference


class Replay(Timestamps, Base):
    """One trial. `draft` is the edited document, `base` the stored one as it was when the trial began.

    `last_attempt_id` is the newest attempt that was replayed: whoever goes on from it must find it unchanged.
    """

    __tablename__ = "replays"
    __table_args__ = (
        known("kind", ReplayKind),
        known("state", ReplayState),
        CheckConstraint("done >= 0 AND total >= 0", name="counts_not_negative"),
        Index("ix_replays_state", "state", "id"),
    )

    id: Mapped[int] = primary_key()
    kind: Mapped[str] = mapped_column(KeyText(20))
    target: Mapped[str] = mapped_column(KeyText(255))
    base: Mapped[dict[str, Any]] = mapped_column(JSON)
    draft: Mapped[dict[str, Any]] = mapped_column(JSON)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    days: Mapped[int]
    state: Mapped[str] = mapped_column(KeyText(20), default=ReplayState.RUNNING.value)
    last_attempt_id: Mapped[int] = mapped_column(BigInteger, default=0)
    newest_attempt_id: Mapped[int] = mapped_column(BigInteger, default=0)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    found: Mapped[dict[str, Any]] = mapped_column(JSON)
    actor: Mapped[str] = mapped_column(KeyText(150))
    user_id: Mapped[int | None] = reference("users.id", index=True)
