"""Reports that stock the system believed in is not there, and the archive of those that were removed (D4)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ColumnElement, Index, Text, and_, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.discrepancies import DiscrepancyReason
from app.extensions import Base
from app.models.columns import KeyText, Timestamps, UtcDateTime, known, primary_key, reference, table
from app.models.packages import PackageItem
from app.models.products import Product
from app.models.stock_locations import StockLocation
from app.models.transfers import TransferItem


class InventoryDiscrepancy(Timestamps, Base):
    """One report. Cleared: `is_active` is false. Removed: `removed_date` set, listed in the archive only.

    Confirmed: somebody looked again and says that it is still so; it stays active.
    """

    __tablename__ = "inventory_discrepancies"
    __table_args__ = (
        known("reason", DiscrepancyReason),
        CheckConstraint(
            "removed_date IS NOT NULL OR (removed_by IS NULL AND removed_reason IS NULL)",
            name="removal_has_date",
        ),
        CheckConstraint(
            "confirmed_date IS NOT NULL OR (confirmed_by IS NULL AND confirmed_note IS NULL)",
            name="confirmation_has_date",
        ),
        Index(
            "ix_inventory_discrepancies_active",
            "stock_location_id",
            "product_id",
            sqlite_where=text("is_active = 1 AND removed_date IS NULL"),
            postgresql_where=text("is_active AND removed_date IS NULL"),
        ),
        Index("ix_inventory_discrepancies_created_date", "created_date", "id"),
        Index("ix_inventory_discrepancies_is_active", "is_active", "created_date", "id"),
        Index("ix_inventory_discrepancies_reason", "reason", "created_date", "id"),
        Index("ix_inventory_discrepancies_stock_location", "stock_location_id", "created_date", "id"),
        Index("ix_inventory_discrepancies_product", "product_id", "created_date", "id"),
        Index("ix_inventory_discrepancies_removed_date", "removed_date", "id"),
    )

    id: Mapped[int] = primary_key()
    reason: Mapped[str] = mapped_column(KeyText(40))
    is_active: Mapped[bool] = mapped_column(default=True)
    stock_location_id: Mapped[int] = reference("stock_locations.id")
    product_id: Mapped[int] = reference("products.id")
    package_item_id: Mapped[int | None] = reference("package_items.id", index=True)
    transfer_item_id: Mapped[int | None] = reference("transfer_items.id", index=True)
    note: Mapped[str | None] = mapped_column(Text)
    reported_by: Mapped[str | None] = mapped_column(KeyText(150))
    confirmed_date: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_by: Mapped[str | None] = mapped_column(KeyText(150))
    confirmed_note: Mapped[str | None] = mapped_column(Text)
    removed_date: Mapped[datetime | None] = mapped_column(UtcDateTime)
    removed_by: Mapped[str | None] = mapped_column(KeyText(150))
    removed_reason: Mapped[str | None] = mapped_column(Text)

    stock_location: Mapped[StockLocation] = relationship(lazy="raise")
    product: Mapped[Product] = relationship(lazy="raise")
    package_item: Mapped[PackageItem | None] = relationship(lazy="raise")
    transfer_item: Mapped[TransferItem | None] = relationship(lazy="raise")


_ROW = table(InventoryDiscrepancy).c
IS_ACTIVE: ColumnElement[bool] = and_(_ROW.is_active, _ROW.removed_date.is_(None))
"""Active and not in the archive: such a report keeps the planner away (D10)."""
