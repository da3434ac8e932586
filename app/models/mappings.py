"""The ERP's own ids for order items: the sign that the order line is registered there."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.extensions import Base
from app.models.columns import KeyText, UtcDateTime, primary_key, reference
from app.models.orders import OrderItem

EXTERNAL_COMPANY = "external_company"


class Mapping(Base):
    """One ERP id for one order item (D13). With `update_stock` false the reservation stayed held (D14)."""

    __tablename__ = "mappings"

    id: Mapped[int] = primary_key()
    order_item_id: Mapped[int] = reference("order_items.id", unique=True)
    integration_type: Mapped[str] = mapped_column(KeyText(50), default=EXTERNAL_COMPANY)
    code: Mapped[str] = mapped_column(KeyText(255), index=True)
    update_stock: Mapped[bool] = mapped_column(default=True)
    created_date: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)

    order_item: Mapped[OrderItem] = relationship(lazy="raise")
