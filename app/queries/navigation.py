"""What every page shows beside its own: how many packages wait, and how old the newest fact is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from app.extensions import db
from app.models.columns import table
from app.models.facts import Fact
from app.models.packages import IS_OUT_OF_STOCK, Package
from app.models.users import User
from app.queries import visibility

DEMO_USERNAME = "demo"
_facts, _users = table(Fact).c, table(User).c


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
    row = db.session.execute(_EVERYTHING if own is None else _counted(own)).one()
    return Navigation(*row)


def _counted(own: visibility.Own) -> Select[*tuple[Any, ...]]:
    seen = visibility.packages(own)
    waiting = select(func.count()).select_from(table(Package)).where(IS_OUT_OF_STOCK, *seen)
    newest = select(_facts.at).order_by(_facts.id.desc()).limit(1)
    has_demo_user = select(_users.id).where(_users.username == DEMO_USERNAME).exists()
    return select(waiting.scalar_subquery(), newest.scalar_subquery(), has_demo_user)


# What the desk asks with every page.
_EVERYTHING = _counted(None)
