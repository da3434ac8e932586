"""Who did what, before and after, and why. Triggers refuse to change or delete a row (triggers.py)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.models.columns import KeyText, OptionalJson, UtcDateTime, primary_key, reference


class AuditEntry(Base):
    """One act. `actor` keeps the name as it was; `user_id` is empty for commands and the worker."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_object", "object_type", "object_id", "id"),
        Index("ix_audit_entries_actor", "actor", "id"),
        Index("ix_audit_entries_action", "action", "id"),
        Index("ix_audit_entries_date", "date", "id"),
    )

    id: Mapped[int] = primary_key()
    date: Mapped[datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[int | None] = reference("users.id", index=True)
    actor: Mapped[str] = mapped_column(KeyText(150))
    action: Mapped[str] = mapped_column(KeyText(100))
    object_type: Mapped[str] = mapped_column(KeyText(100))
    object_id: Mapped[str | None] = mapped_column(KeyText(100))
    before: Mapped[Any | None] = mapped_column(OptionalJson)
    after: Mapped[Any | None] = mapped_column(OptionalJson)
    reason: Mapped[str | None] = mapped_column(Text)
    request_id: Mapped[str | None] = mapped_column(KeyText(64))
