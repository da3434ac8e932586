"""Transfers of goods between locations. Records may refer to them; nothing here creates any (D21)."""

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Base
from app.models.columns import Hundredths, KeyText, Timestamps, primary_key, reference
from app.models.products import Product
from app.models.stock_locations import StockLocation


class TransferOrder(Timestamps, Base):
    """Goods on their way from one location to another."""

    __tablename__ = "transfer_orders"
    __table_args__ = (
        CheckConstraint("source_location_id <> target_location_id", name="between_two_locations"),
    )

    id: Mapped[int] = primary_key()
    number: Mapped[str] = mapped_column(KeyText(100), unique=True)
    source_location_id: Mapped[int] = reference("stock_locations.id", index=True)
    target_location_id: Mapped[int] = reference("stock_locations.id", index=True)

    source_location: Mapped[StockLocation] = relationship(
        foreign_keys="TransferOrder.source_location_id", lazy="raise"
    )
    target_location: Mapped[StockLocation] = relationship(
        foreign_keys="TransferOrder.target_location_id", lazy="raise"
    )
    items: Mapped[list["TransferItem"]] = relationship(
        back_populates="transfer_order", lazy="raise", order_by="TransferItem.id"
    )


class TransferItem(Timestamps, Base):
    """One product of a transfer; `quantity` in hundredths."""

    __tablename__ = "transfer_items"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_positive"),
        Index("ix_transfer_items_transfer_order_id", "transfer_order_id", "id"),
    )

    id: Mapped[int] = primary_key()
    transfer_order_id: Mapped[int] = reference("transfer_orders.id")
    product_id: Mapped[int] = reference("products.id", index=True)
    quantity: Mapped[int] = mapped_column(Hundredths)

    transfer_order: Mapped[TransferOrder] = relationship(back_populates="items", lazy="raise")
    product: Mapped[Product] = relationship(lazy="raise")
