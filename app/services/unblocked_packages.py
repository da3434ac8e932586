"""Plans packages again that plain planning serves, once a report that kept a location away is gone.

Of the oldest few it is done at once, so that whoever counted sees what became of it. All others were noted
for the worker in the transaction that settled the report (auto_replanning.py).
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from app.domain.diagnosis.causes import Cause
from app.domain.errors import Refused
from app.domain.packages import PackageState
from app.extensions import run
from app.models.columns import table
from app.models.list_parameters import one_of
from app.models.packages import IS_OUT_OF_STOCK, ITEM_IS_OUT_OF_STOCK, Package, PackageItem
from app.services import execution_plan_commands
from app.services.auto_replanning import BY_CLEARING

MOST_AT_ONCE = 10

_packages, _items = table(Package).c, table(PackageItem).c
_WAITING_FOR = select(_items.package_id).where(ITEM_IS_OUT_OF_STOCK, one_of(_items.product_id, "products"))
_SERVABLE = (
    select(_packages.id, _packages.order_id)
    .where(IS_OUT_OF_STOCK, _packages.cause == Cause.SERVED_NOW.value, _packages.id.in_(_WAITING_FOR))
    .order_by(_packages.created_date, _packages.id)
    .limit(MOST_AT_ONCE)
)
_STATE = select(_packages.state).where(_packages.id == bindparam("package"))


@dataclass(frozen=True, slots=True)
class PlannedAgain:
    """How many packages were planned again, and how many of them are served now."""

    planned: int = 0
    served: int = 0


def plan_again(product_ids: Collection[int], reason: str | None = None) -> PlannedAgain:
    """Plan the oldest open packages that wait for these products and could be served now.

    Each is planned in a transaction of its own, after what made it servable was stored: one that a worker
    has planned meanwhile counts all the same, and nothing is planned twice.
    """
    if not product_ids:
        return PlannedAgain()
    planned = served = 0
    for package_id, order_id in run(_SERVABLE, {"products": sorted(product_ids)}).all():
        if run(_STATE, {"package": package_id}).scalar() == PackageState.OUT_OF_STOCK:
            with suppress(Refused):
                execution_plan_commands.replan_order(order_id, BY_CLEARING, reason)
        planned += 1
        served += run(_STATE, {"package": package_id}).scalar() != PackageState.OUT_OF_STOCK
    return PlannedAgain(planned, served)
