"""From a reservation to whom it is for: order item, package and mapping. One statement for any number."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.extensions import db
from app.models.columns import table
from app.models.mappings import Mapping as MappingRow
from app.models.orders import OrderItem
from app.models.packages import Package, PackageItem
from app.models.reservations import Reservation

_RESERVATIONS, _ITEMS, _MAPPINGS = table(Reservation), table(OrderItem), table(MappingRow)
_PACKAGE_ITEMS, _PACKAGES = table(PackageItem), table(Package)


@dataclass(frozen=True, slots=True)
class HolderChain:
    """What one reservation is for. Package and mapping are None where there is none."""

    reservation_id: int
    order_item_id: int
    omnitron_id: int
    item_state: str
    package_id: int | None
    package_number: str | None
    package_state: str | None
    mapping_id: int | None
    mapping_code: str | None
    mapped_date: datetime | None


def chains_of(reservation_ids: Collection[int]) -> Mapping[int, HolderChain]:
    """The chain of each of these reservations, by its id."""
    rows = db.session.execute(
        select(
            _RESERVATIONS.c.id,
            _ITEMS.c.id,
            _ITEMS.c.omnitron_id,
            _ITEMS.c.state,
            _PACKAGES.c.id,
            _PACKAGES.c.number,
            _PACKAGES.c.state,
            _MAPPINGS.c.id,
            _MAPPINGS.c.code,
            _MAPPINGS.c.created_date,
        )
        .select_from(_RESERVATIONS)
        .join(_ITEMS, _ITEMS.c.id == _RESERVATIONS.c.order_item_id)
        .outerjoin(_PACKAGE_ITEMS, _PACKAGE_ITEMS.c.id == _RESERVATIONS.c.package_item_id)
        .outerjoin(_PACKAGES, _PACKAGES.c.id == _PACKAGE_ITEMS.c.package_id)
        .outerjoin(_MAPPINGS, _MAPPINGS.c.order_item_id == _ITEMS.c.id)
        .where(_RESERVATIONS.c.id.in_(sorted(reservation_ids)))
    )
    return {row[0]: HolderChain(*tuple(row)) for row in rows}
