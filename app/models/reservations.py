"""Units of an order item held at a location, until released once and for good."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ColumnElement, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.reservations import ReleaseReason, ReservationState
from app.extensions import Base
from app.models.columns import (
    Hundredths,
    KeyText,
    UtcDateTime,
    equals_literal,
    known,
    primary_key,
    reference,
)
from app.models.orders import OrderItem
from app.models.packages import PackageItem
from app.models.products import Product
from app.models.stock_locations import StockLocation

_HELD = text(f"state = '{ReservationState.HELD}'")


class Reservation(Base):
    """A hold of `quantity` hundredths. Without a package item it came from outside the planner."""

    __tablename__ = "reservations"
    __table_args__ = (
        known("state", ReservationState),
        known("release_reason", ReleaseReason),
        CheckConstraint("quantity > 0", name="quantity_positive"),
        CheckConstraint("(state = 'held') = (released_date IS NULL)", name="held_is_not_released"),
        CheckConstraint("(state = 'held') = (release_reason IS NULL)", name="released_has_reason"),
        # One held reservation a package item (D19).
        Index(
            "uq_reservations_held_package_item",
            "package_item_id",
            unique=True,
            sqlite_where=_HELD,
            postgresql_where=_HELD,
        ),
        # Sums of what is held, from the index alone: of a product everywhere, of a location for all products.
        Index(
            "ix_reservations_held_product",
            "product_id",
            "stock_location_id",
            "quantity",
            sqlite_where=_HELD,
            postgresql_where=_HELD,
        ),
        Index(
            "ix_reservations_held_stock_location",
            "stock_location_id",
            "product_id",
            sqlite_where=_HELD,
            postgresql_where=_HELD,
        ),
        Index("ix_reservations_order_item", "order_item_id", "stock_location_id", "id"),
        Index("ix_reservations_package_item", "package_item_id"),
        Index("ix_reservations_state_reserved_date", "state", "reserved_date", "id"),
        Index("ix_reservations_stock_location", "stock_location_id", "reserved_date", "id"),
        Index("ix_reservations_product", "product_id", "reserved_date", "id"),
    )

    id: Mapped[int] = primary_key()
    order_item_id: Mapped[int] = reference("order_items.id")
    product_id: Mapped[int] = reference("products.id")
    stock_location_id: Mapped[int] = reference("stock_locations.id")
    package_item_id: Mapped[int | None] = reference("package_items.id")
    quantity: Mapped[int] = mapped_column(Hundredths)
    state: Mapped[str] = mapped_column(KeyText(20), default=ReservationState.HELD.value)
    reserved_date: Mapped[datetime] = mapped_column(UtcDateTime)
    released_date: Mapped[datetime | None] = mapped_column(UtcDateTime)
    release_reason: Mapped[str | None] = mapped_column(KeyText(40))

    order_item: Mapped[OrderItem] = relationship(lazy="raise")
    product: Mapped[Product] = relationship(lazy="raise")
    stock_location: Mapped[StockLocation] = relationship(lazy="raise")
    package_item: Mapped[PackageItem | None] = relationship(lazy="raise")


IS_HELD: ColumnElement[bool] = equals_literal(Reservation, "state", ReservationState.HELD)
"""Held, written so that the partial indexes answer it."""
