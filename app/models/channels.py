"""Where orders are sold."""

from typing import Any

from sqlalchemy import JSON, BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.models.columns import KeyText, Timestamps, primary_key


class Channel(Timestamps, Base):
    """A sales channel. The secret values in `configuration` are encrypted before they get here (D6)."""

    __tablename__ = "channels"

    id: Mapped[int] = primary_key()
    channel_type: Mapped[str] = mapped_column(KeyText(50), default="web")
    omnitron_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    name: Mapped[str] = mapped_column(KeyText(255), unique=True)
    configuration: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    is_active: Mapped[bool] = mapped_column(default=True)
