"""What each location last answered about a product. Earlier answers are in the journal of facts."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Base
from app.models.columns import Hundredths, UtcDateTime, primary_key, reference
from app.models.products import Product
from app.models.stock_locations import StockLocation


class Stock(Base):
    """The last count, in hundredths. No row means that the location never answered; zero is an answer."""

    __tablename__ = "stocks"
    __table_args__ = (
        # The product first: planning asks for all locations of a few products.
        UniqueConstraint("product_id", "stock_location_id"),
        CheckConstraint("stock_count >= 0", name="stock_count_not_negative"),
        Index("ix_stocks_stock_location_id_answered_date", "stock_location_id", "answered_date"),
    )

    id: Mapped[int] = primary_key()
    product_id: Mapped[int] = reference("products.id")
    stock_location_id: Mapped[int] = reference("stock_locations.id")
    stock_count: Mapped[int] = mapped_column(Hundredths)
    answered_date: Mapped[datetime] = mapped_column(UtcDateTime)

    product: Mapped[Product] = relationship(lazy="raise")
    stock_location: Mapped[StockLocation] = relationship(lazy="raise")
