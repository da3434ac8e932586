"""Keeps the cause of each open out-of-stock package with it, so that queues filter by it in one query.

A changed fact marks the packages it may concern. A few are explained again at once; of many only those that
were never explained, and the rest by the worker.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, bindparam, or_, select, update

from app import clock
from app.domain.diagnosis.explanation import cause_of
from app.extensions import db
from app.models.columns import table
from app.models.list_parameters import one_of
from app.models.packages import IS_OUT_OF_STOCK, IS_UNMARKED, ITEM_IS_OUT_OF_STOCK, Package, PackageItem
from app.queries.waiting_packages import WaitingPackage, demands_of, waiting_packages, world_of
from app.services import wake
from app.services.unit_of_work import UnitOfWork, unit_of_work

_PACKAGES = table(Package)
_ALL = (
    select(_PACKAGES.c.id, _PACKAGES.c.cause.is_(None), _PACKAGES.c.cause_stale)
    .where(IS_OUT_OF_STOCK)
    .order_by(_PACKAGES.c.id)
    .with_for_update(key_share=True)
)
_WAITING = select(table(PackageItem).c.package_id).where(
    ITEM_IS_OUT_OF_STOCK, one_of(table(PackageItem).c.product_id, "products")
)
_OF_PRODUCTS = _ALL.where(_PACKAGES.c.id.in_(_WAITING))
# Those of them that say nothing of it yet, or were never explained.
_TO_MARK = _OF_PRODUCTS.where(IS_UNMARKED)
_TO_MARK_AMONG = _ALL.where(
    _PACKAGES.c.id.in_(_WAITING.where(one_of(table(PackageItem).c.package_id, "ids")))
)
# Any number of packages may wait for a product, so ids are given as one parameter.
_MARKING = (
    update(_PACKAGES)
    .where(one_of(_PACKAGES.c.id, "ids"))
    .values(cause_stale=True, modified_date=_PACKAGES.c.modified_date)
)
_LOCK = (
    select(_PACKAGES.c.id)
    .where(one_of(_PACKAGES.c.id, "ids"))
    .order_by(_PACKAGES.c.id)
    .with_for_update(key_share=True)
)

REFRESHED_AT_ONCE = 25
"""Explained inside the act that changed the facts: enough for what one order or product usually touches.
Where more packages wait for a product, each order that wants it would explain them all anew."""

_MORE_THAN_FEW = _WAITING.distinct().limit(REFRESHED_AT_ONCE + 1)

UNMARKED_READ_FIRST = 1_000
"""As many unmarked packages of all products are read sooner than all that wait for one product."""

_FIRST_UNMARKED = select(_PACKAGES.c.id).where(IS_UNMARKED).limit(bindparam("most"))

REFRESHED_TOGETHER = 500
"""Explained from one reading of the world; a bulk load may have any number to explain."""

LONGEST_KEPT = timedelta(hours=12)
"""Even without a changed fact a reservation may grow stale with time, so causes are looked at again."""


def settle(work: UnitOfWork) -> None:
    """At the end of a unit of work: mark the packages whose facts it changed, and refresh what is few.

    A bulk load (an exclusive unit) refreshes all of them.
    """
    are_left_out = not work.exclusive and _are_marked_left_out(work)
    stale = _mark(work, are_left_out)
    if work.leaves_causes:
        return
    is_few = not are_left_out and (work.exclusive or len(stale) <= REFRESHED_AT_ONCE)
    now = list(stale) if is_few else [one for one, is_new in stale.items() if is_new][:REFRESHED_AT_ONCE]
    _refresh(now)
    if len(now) < len(stale):
        work.after_commit(wake.worker)


def refresh_stale(limit: int = 200) -> int:
    """Explain up to `limit` packages again whose kept cause may be wrong; how many there were."""
    with unit_of_work():
        aged = Package.cause_checked_at < clock.now() - LONGEST_KEPT
        ids = db.session.execute(
            select(Package.id)
            .where(IS_OUT_OF_STOCK, or_(Package.cause_stale, aged))
            .order_by(Package.id)
            .limit(limit)
        ).scalars()
        return _refresh(list(ids))


def _are_marked_left_out(work: UnitOfWork) -> bool:
    """Whether packages that are marked already need not be read: where nobody explains one meanwhile.

    Only SQLite lets nobody else write. It is worth asking, because each of many orders for one product would
    read all that wait for it.
    """
    if work.touched_all or db.engine.dialect.name != "sqlite":
        return False
    found = db.session.execute(_MORE_THAN_FEW, {"products": sorted(work.touched_products)}).all()
    return len(found) > REFRESHED_AT_ONCE


def _mark(work: UnitOfWork, are_marked_left_out: bool) -> dict[int, bool]:
    """What is marked, by id, and whether it was never explained."""
    # Locked in order of id, so that two acts that touch the same packages cannot wait for each other. Who
    # explains one of them meanwhile is waited for, so what is read here is true until we are done.
    found = db.session.execute(*_touched(work, are_marked_left_out)).all()
    unmarked = [number for number, _, is_marked in found if not is_marked]
    if unmarked:
        db.session.execute(_MARKING, {"ids": unmarked})
    return {number: is_new for number, is_new, _ in found}


def _touched(work: UnitOfWork, are_marked_left_out: bool) -> tuple[Select[Any], dict[str, Any]]:
    """What reads the packages that the unit may concern, and its parameters."""
    if work.touched_all:
        return _ALL, {}
    products = {"products": sorted(work.touched_products)}
    if not are_marked_left_out:
        return _OF_PRODUCTS, products
    unmarked = db.session.execute(_FIRST_UNMARKED, {"most": UNMARKED_READ_FIRST + 1}).scalars().all()
    if len(unmarked) > UNMARKED_READ_FIRST:
        return _TO_MARK, products
    return _TO_MARK_AMONG, products | {"ids": unmarked}


def _refresh(package_ids: Sequence[int]) -> int:
    starts = range(0, len(package_ids), REFRESHED_TOGETHER)
    return sum(_refresh_together(package_ids[start : start + REFRESHED_TOGETHER]) for start in starts)


def _refresh_together(package_ids: Sequence[int]) -> int:
    # Whoever marks one of these meanwhile waits for us, so that its mark is not lost.
    db.session.execute(_LOCK, {"ids": package_ids}).all()
    packages = waiting_packages(package_ids)
    if packages:
        _store_causes(packages)
    return len(packages)


def _store_causes(packages: Sequence[WaitingPackage]) -> None:
    now = clock.now()
    world, demands = world_of(packages, now), demands_of(packages)
    rows = []
    for one in packages:
        cause, determined = cause_of(demands[one.order_id], world)
        rows.append({"package": one.id, "new_cause": cause.value, "sure": determined, "instant": now})
    statement = (
        update(_PACKAGES)
        .where(_PACKAGES.c.id == bindparam("package"))
        .values(
            cause=bindparam("new_cause"),
            cause_determined=bindparam("sure"),
            cause_checked_at=bindparam("instant"),
            cause_stale=False,
            # Nothing about the package changed, only what we know of it.
            modified_date=_PACKAGES.c.modified_date,
        )
    )
    db.session.execute(statement, rows)
