"""Processes that do background work: which there are, and when each was last heard of."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.models.columns import KeyText, UtcDateTime, primary_key


class Worker(Base):
    """One process that delivers events. Its row goes when it ends well, or long after its last beat."""

    __tablename__ = "workers"

    id: Mapped[int] = primary_key()
    name: Mapped[str] = mapped_column(KeyText(100), unique=True)
    started_date: Mapped[datetime] = mapped_column(UtcDateTime)
    beat_date: Mapped[datetime] = mapped_column(UtcDateTime)
