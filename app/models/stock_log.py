"""What each attempt saw: a row for every line × location that a tried rule admitted and that had answered."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.stock_log import UNIT_TYPE
from app.extensions import Base
from app.models.columns import Hundredths, KeyText, UtcDateTime, primary_key, reference
from app.models.orders import Order, OrderItem
from app.models.products import Product
from app.models.stock_locations import StockLocation


class StockLogEntry(Base):
    """Counts in hundredths, as seen at `date`, the instant of the attempt (D18).

    `quantity` is stored as it was computed (app.domain.stock_log) and not checked here: rows that came
    from elsewhere and break the formula are findings of the consistency check (D1). Order, location and
    number are repeated in the row, so that each list is one index range however long the log is.
    """

    __tablename__ = "stock_log_entries"
    __table_args__ = (
        UniqueConstraint(
            "attempt_id", "order_item_id", "stock_location_id", name="uq_stock_log_entries_attempt_line"
        ),
        Index("ix_stock_log_order", "order_id", "stock_location_id", "date", "id"),
        Index("ix_stock_log_place", "stock_location_id", "product_id", "date", "id"),
        Index("ix_stock_log_product", "product_id", "date", "id"),
        Index("ix_stock_log_stock_location", "stock_location_id", "date", "id"),
        Index("ix_stock_log_date", "date", "id"),
        Index("ix_stock_log_order_number", "order_number", "stock_location_id", "date", "id"),
    )

    id: Mapped[int] = primary_key()
    attempt_id: Mapped[int] = reference("plan_attempts.id")
    order_id: Mapped[int] = reference("orders.id")
    order_number: Mapped[str] = mapped_column(KeyText(100))
    order_item_id: Mapped[int] = reference("order_items.id")
    stock_location_id: Mapped[int] = reference("stock_locations.id")
    product_id: Mapped[int] = reference("products.id")
    date: Mapped[datetime] = mapped_column(UtcDateTime)
    stock_count: Mapped[int] = mapped_column(Hundredths)
    reservation_count: Mapped[int] = mapped_column(Hundredths)
    quantity: Mapped[int] = mapped_column(Hundredths)
    unit_type: Mapped[str] = mapped_column(KeyText(20), default=UNIT_TYPE)

    order: Mapped[Order] = relationship(lazy="raise")
    order_item: Mapped[OrderItem] = relationship(lazy="raise")
    stock_location: Mapped[StockLocation] = relationship(lazy="raise")
    product: Mapped[Product] = relationship(lazy="raise")
