"""Keeps the cause of each open out-of-stock package with it, so that queues filter by it in one query.

A changed fact marks the packages it may concern; a few are explained again at once, the rest by the worker.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import cast

from sqlalchemy import Table, bindparam, or_, select, update

from app import clock
from app.domain.diagnosis.explanation import cause_of
from app.extensions import db
from app.models.columns import table
from app.models.list_parameters import one_of
from app.models.packages import IS_OUT_OF_STOCK, ITEM_IS_OUT_OF_STOCK, Package, PackageItem
from app.queries.waiting_packages import WaitingPackage, demands_of, waiting_packages, world_of
from app.services import wake
from app.services.unit_of_work import UnitOfWork, unit_of_work

_PACKAGES = cast(Table, Package.__table__)

REFRESHED_AT_ONCE = 25
"""Explained inside the act that changed the facts: enough for what one order or product usually touches."""

LONGEST_KEPT = timedelta(hours=12)
"""Even without a changed fact a reservation may grow stale with time, so causes are looked at again."""


def settle(work: UnitOfWork) -> None:
    """At the end of a unit of work: mark the packages whose facts it changed, and refresh what is few.

    A bulk load (an exclusive unit) refreshes all of them.
    """
    stale = _mark(work.touched_products, work.touched_all)
    if work.leaves_causes:
        return
    now = stale if work.exclusive else stale[:REFRESHED_AT_ONCE]
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


def _mark(product_ids: Collection[int], everything: bool) -> list[int]:
    touched = select(Package.id).where(IS_OUT_OF_STOCK).order_by(Package.id)
    if not everything:
        waiting = select(PackageItem.package_id).where(
            ITEM_IS_OUT_OF_STOCK, one_of(table(PackageItem).c.product_id, "products")
        )
        touched = touched.where(Package.id.in_(waiting))
    # Locked in order of id, so that two acts that touch the same packages cannot wait for each other.
    products = {} if everything else {"products": sorted(product_ids)}
    ids = list(db.session.execute(touched.with_for_update(key_share=True), products).scalars())
    if ids:
        db.session.execute(
            update(Package)
            .where(Package.id.in_(ids), Package.cause_stale.is_(False))
            .values(cause_stale=True, modified_date=Package.modified_date)
            .execution_options(synchronize_session=False)
        )
    return ids


def _refresh(package_ids: Sequence[int]) -> int:
    if not package_ids:
        return 0
    # Whoever marks one of these meanwhile waits for us, so that its mark is not lost.
    lock = select(Package.id).where(Package.id.in_(package_ids)).order_by(Package.id)
    db.session.execute(lock.with_for_update(key_share=True)).all()
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
