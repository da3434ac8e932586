"""What the last look at all waiting packages came to, so that pages need not look themselves."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.models.columns import UtcDateTime, primary_key


class TriageResult(Base):
    """One look; the newest counts and older ones are deleted. All of it is made by app.services.triage.

    `last_fact_id` is the newest fact it knew. `fixes`, `lint` and `names` are what lists show of it; `served`
    has the packages of each fix, as compressed JSON, and is read only for one fix.
    """

    __tablename__ = "triage_results"

    id: Mapped[int] = primary_key()
    computed_date: Mapped[datetime] = mapped_column(UtcDateTime)
    took_ms: Mapped[int]
    last_fact_id: Mapped[int | None] = mapped_column(BigInteger)
    packages: Mapped[int]
    fixes: Mapped[list[Any]] = mapped_column(JSON)
    lint: Mapped[list[Any]] = mapped_column(JSON)
    names: Mapped[dict[str, Any]] = mapped_column(JSON)
    served: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, deferred_raiseload=True)
