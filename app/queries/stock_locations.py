"""The stores and warehouses, with how busy each is and when it last answered."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.domain.packages import FINAL_STATES
from app.extensions import db
from app.models.packages import IS_UNPACKED, Package
from app.models.stock import Stock
from app.models.stock_locations import StockLocation
from app.queries import visibility


@dataclass(frozen=True, slots=True)
class LocationRow:
    """`quota` counts its packages below state 400, `open_packages` all that something can still happen to."""

    id: int
    erp_code: str
    name: str
    stock_location_type: str
    is_active: bool
    priority: int | None
    max_quota: int | None
    city: str | None
    quota: int
    open_packages: int
    last_answer_date: datetime | None


def list_locations(own: visibility.Own = None) -> list[LocationRow]:
    """Every location that may be seen, as rules by priority ask them: lower priority first, none last."""
    here = Package.stock_location_id == StockLocation.id
    quota = select(func.count()).select_from(Package).where(IS_UNPACKED, here)
    still_open = (
        select(func.count()).select_from(Package).where(here, Package.state.not_in(sorted(FINAL_STATES)))
    )
    answered = select(func.max(Stock.answered_date)).where(Stock.stock_location_id == StockLocation.id)
    rows = db.session.execute(
        select(
            StockLocation.id,
            StockLocation.erp_code,
            StockLocation.name,
            StockLocation.stock_location_type,
            StockLocation.is_active,
            StockLocation.priority,
            StockLocation.max_quota,
            StockLocation.city,
            quota.correlate(StockLocation).scalar_subquery(),
            still_open.correlate(StockLocation).scalar_subquery(),
            answered.correlate(StockLocation).scalar_subquery(),
        )
        .where(*visibility.stock_locations(own))
        .order_by(StockLocation.priority.asc().nulls_last(), StockLocation.erp_code)
    )
    return [LocationRow(*row) for row in rows]


def names_of(erp_codes: Collection[str]) -> dict[str, str]:
    """Location names by ERP code, of those that exist."""
    statement = select(StockLocation.erp_code, StockLocation.name).where(
        StockLocation.erp_code.in_(erp_codes)
    )
    return dict(db.session.execute(statement).all())


def all_names() -> dict[str, str]:
    """The name of every location by ERP code, in the order of names."""
    statement = select(StockLocation.erp_code, StockLocation.name).order_by(StockLocation.name)
    return dict(db.session.execute(statement).all())


def codes_of(ids: Collection[int]) -> frozenset[str]:
    """The ERP codes of the locations with these ids."""
    statement = select(StockLocation.erp_code).where(StockLocation.id.in_(sorted(ids)))
    return frozenset(db.session.execute(statement).scalars())


def is_location(location_id: int, own: visibility.Own = None) -> bool:
    """Whether there is a location of that id that may be seen."""
    conditions = [StockLocation.id == location_id, *visibility.stock_locations(own)]
    return db.session.execute(select(StockLocation.id).where(*conditions)).scalar() is not None
