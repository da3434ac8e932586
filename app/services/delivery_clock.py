"""The time that leases and due dates are compared with: one for all workers, whatever their clocks say."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from app import clock
from app.extensions import db
from app.models.columns import UtcDateTime

_DATABASE_TIME = select(func.clock_timestamp(type_=UtcDateTime))


def now() -> datetime:
    """The database's clock on PostgreSQL; SQLite has none, and all its workers are on one machine.

    Where the clock is set, as in tests, it is that instant.
    """
    if clock.is_set() or db.engine.dialect.name != "postgresql":
        return clock.now()
    found: datetime = db.session.execute(_DATABASE_TIME).scalar_one()
    return found
