"""Notices when a location's quota becomes full or free: that may change why packages elsewhere wait."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select

from app.domain.packages import uses_quota
from app.extensions import run
from app.models.columns import table
from app.models.packages import IS_UNPACKED, Package
from app.services.package_rows import Opened
from app.services.unit_of_work import UnitOfWork

_packages = table(Package).c
_USED = (
    select(func.count())
    .select_from(table(Package))
    .where(_packages.stock_location_id == bindparam("stock_location_id"), IS_UNPACKED)
)


def notice(work: UnitOfWork, package: Opened, state_after: str) -> None:
    """Touch all products when this change of state, already stored, made the location full or free again."""
    step = uses_quota(state_after) - uses_quota(package.state)
    if step == 0 or package.max_quota is None:
        return
    if work.exclusive:
        work.touch(all_products=True)
        return
    used = run(_USED, {"stock_location_id": package.stock_location_id}).scalar_one()
    is_full, was_full = used >= package.max_quota, used - step >= package.max_quota
    if is_full != was_full:
        work.touch(all_products=True)
