"""What every page shows beside its own: how many packages wait, and how old the newest fact is."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.extensions import db
from app.models.facts import Fact
from app.models.packages import IS_OUT_OF_STOCK, Package
from app.models.users import User
from app.queries import visibility

DEMO_USERNAME = "demo"


@dataclass(frozen=True, slots=True)
class Navigation:
    """`out_of_stock` counts open out-of-stock packages; `newest_fact_at` is None in an empty world.

    A demo is known by its user.
    """

    out_of_stock: int
    newest_fact_at: datetime | None
    is_demo: bool


def navigation(own: visibility.Own = None) -> Navigation:
    """All in one statement: it runs for every page. Counted are the packages that may be seen."""
    seen = visibility.packages(own)
    waiting = select(func.count()).select_from(Package).where(IS_OUT_OF_STOCK, *seen).scalar_subquery()
    newest = select(Fact.at).order_by(Fact.id.desc()).limit(1).scalar_subquery()
    has_demo_user = select(User.id).where(User.username == DEMO_USERNAME).exists()
    row = db.session.execute(select(waiting, newest, has_demo_user)).one()
    return Navigation(*row)
