"""Stores and warehouses."""

from decimal import Decimal

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.facts import LocationType
from app.extensions import Base
from app.models.columns import Coordinate, KeyText, Timestamps, known, primary_key


class StockLocation(Timestamps, Base):
    """A place that holds stock. Used quota is not stored: it is a count of packages below state 400."""

    __tablename__ = "stock_locations"
    __table_args__ = (
        known("stock_location_type", LocationType),
        CheckConstraint("max_quota >= 0", name="max_quota_not_negative"),
        Index("ix_stock_locations_name", "name", "id"),
        Index("ix_stock_locations_priority", "priority", "erp_code"),
    )

    id: Mapped[int] = primary_key()
    erp_code: Mapped[str] = mapped_column(KeyText(100), unique=True)
    name: Mapped[str] = mapped_column(KeyText(255))
    stock_location_type: Mapped[str] = mapped_column(KeyText(20))
    is_active: Mapped[bool] = mapped_column(default=True)
    priority: Mapped[int | None]
    max_quota: Mapped[int | None]
    latitude: Mapped[Decimal | None] = mapped_column(Coordinate)
    longitude: Mapped[Decimal | None] = mapped_column(Coordinate)
    city: Mapped[str | None] = mapped_column(KeyText(255))
