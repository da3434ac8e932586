"""People who sign in, the locations of store managers, and API tokens."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.domain.access import Role, Scope
from app.domain.tokens import TokenOrigin
from app.extensions import Base
from app.models.columns import KeyText, RowId, Timestamps, UtcDateTime, known, primary_key, reference
from app.models.stock_locations import StockLocation

user_locations = Table(
    "user_locations",
    Base.metadata,
    Column("user_id", RowId, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column(
        "stock_location_id",
        RowId,
        ForeignKey("stock_locations.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
)
"""The own locations of a store manager."""


class User(Timestamps, Base):
    """Somebody who signs in. `username` is stored folded; a new `session_key` ends all sessions."""

    __tablename__ = "users"
    __table_args__ = (known("role", Role),)

    id: Mapped[int] = primary_key()
    username: Mapped[str] = mapped_column(KeyText(150), unique=True)
    password_hash: Mapped[str] = mapped_column(KeyText(255))
    role: Mapped[str] = mapped_column(KeyText(20))
    is_active: Mapped[bool] = mapped_column(default=True)
    session_key: Mapped[str] = mapped_column(KeyText(64), unique=True)
    language: Mapped[str | None] = mapped_column(KeyText(10))
    time_zone: Mapped[str | None] = mapped_column(KeyText(64))
    last_login_date: Mapped[datetime | None] = mapped_column(UtcDateTime)

    locations: Mapped[list[StockLocation]] = relationship(
        secondary=user_locations, lazy="raise", order_by=StockLocation.erp_code
    )


class Token(Base):
    """An API token with the rights of its user. Only its SHA-256 is kept; `prefix` is its visible start.

    `form_key` is that of the form it was asked for with: the same form makes no second one.
    """

    __tablename__ = "tokens"
    __table_args__ = (
        known("scope", Scope),
        known("origin", TokenOrigin),
        Index("ix_tokens_user_id", "user_id", "created_date", "id"),
    )

    id: Mapped[int] = primary_key()
    user_id: Mapped[int] = reference("users.id")
    label: Mapped[str] = mapped_column(KeyText(150), default="")
    prefix: Mapped[str] = mapped_column(KeyText(16))
    digest: Mapped[str] = mapped_column(KeyText(64), unique=True)
    scope: Mapped[str] = mapped_column(KeyText(10), default=Scope.READ.value)
    origin: Mapped[str] = mapped_column(KeyText(10), default=TokenOrigin.MADE.value)
    form_key: Mapped[str | None] = mapped_column(KeyText(64), unique=True)
    created_date: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    expires_date: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_used_date: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_date: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship(lazy="raise")
