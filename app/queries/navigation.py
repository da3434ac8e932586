"""What every page shows beside its own: how many packages wait, and how old the newest fact is."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.extensions import db
from app.models.facts import Fact
from app.models.packages import IS_OUT_OF_STOCK, Package


@dataclass(frozen=True, slots=True)
class Navigation:
    """`out_of_stock` counts open out-of-stock packages; `newest_fact_at` is None in an empty world."""

    out_of_stock: int
    newest_fact_at: datetime | None


def navigation() -> Navigation:
    """Both in one statement: it runs for every page."""
    waiting = select(func.count()).select_from(Package).where(IS_OUT_OF_STOCK).scalar_subquery()
    newest = select(Fact.at).order_by(Fact.id.desc()).limit(1).scalar_subquery()
    row = db.session.execute(select(waiting, newest)).one()
    return Navigation(*row)
