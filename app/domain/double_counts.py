"""Whether a unit is likely counted twice: the ERP has taken it off its count, and we still hold it.

A hint beside app.domain.staleness, which decides; other sales between two answers can hide it or feign it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Answered:
    """A recorded stock answer; its fact's id, and the count in hundredths."""

    fact_id: int
    at: datetime
    stock_count: int


@dataclass(frozen=True, slots=True)
class DoubleCount:
    """The mapping, and the answer that fell by exactly what was registered since the one before it."""

    mapping_id: int
    code: str
    mapped_at: datetime
    before: Answered
    after: Answered

    @property
    def fell_by(self) -> int:
        """Hundredths by which the count fell."""
        return self.before.stock_count - self.after.stock_count


def fell_by_registered(before: Answered, after: Answered, registered: int) -> bool:
    """Whether the count fell by exactly the units registered in the ERP between both answers."""
    return registered > 0 and before.stock_count - after.stock_count == registered
