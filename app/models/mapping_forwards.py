"""Mappings that the upstream hub is still to be told, or was told (D15)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.mapping_forwards import ForwardState
from app.extensions import Base
from app.models.columns import KeyText, Timestamps, UtcDateTime, known, primary_key, reference
from app.models.mappings import Mapping

_HAS_NEXT = text("next_try_date IS NOT NULL")


class MappingForward(Timestamps, Base):
    """One call owed to the upstream. `update_stock` is what it will be told: that the units are let go.

    It is due while `next_try_date` is set. Whoever sends it holds `lease_token` until `lease_until`.
    `trouble` and `detail` say why the last try failed.
    """

    __tablename__ = "mapping_forwards"
    __table_args__ = (
        # A mapping is told once as it is made, and once more when its units are let go later.
        UniqueConstraint("mapping_id", "update_stock"),
        known("state", ForwardState),
        CheckConstraint(
            f"(state = '{ForwardState.WAITING}') = (next_try_date IS NOT NULL)", name="waiting_has_next"
        ),
        CheckConstraint(f"(state = '{ForwardState.SENT}') = (sent_date IS NOT NULL)", name="sent_has_date"),
        CheckConstraint("(lease_token IS NULL) = (lease_until IS NULL)", name="lease_ends"),
        CheckConstraint("tries >= 0", name="tries_not_negative"),
        Index("ix_mapping_forwards_state", "state", "id"),
        Index(
            "ix_mapping_forwards_due",
            "next_try_date",
            "id",
            sqlite_where=_HAS_NEXT,
            postgresql_where=_HAS_NEXT,
        ),
    )

    id: Mapped[int] = primary_key()
    mapping_id: Mapped[int] = reference("mappings.id")
    update_stock: Mapped[bool]
    state: Mapped[str] = mapped_column(KeyText(20), default=ForwardState.WAITING.value)
    tries: Mapped[int] = mapped_column(default=0)
    next_try_date: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sent_date: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lease_token: Mapped[str | None] = mapped_column(KeyText(36))
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    trouble: Mapped[str | None] = mapped_column(KeyText(40))
    detail: Mapped[str | None] = mapped_column(Text)
    response_http_status: Mapped[int | None]

    mapping: Mapped[Mapping] = relationship(lazy="raise")
