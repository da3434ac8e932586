"""The journal of facts: every act that a world script can express, as the script's own line."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import Base
from app.models.columns import KeyText, UtcDateTime, primary_key, reference


class Fact(Base):
    """One line; `at` and `kind` are columns. What follows from an act is not a fact of its own.

    The references say whose timeline the fact belongs to; `id` is the order in which facts were recorded.
    """

    __tablename__ = "facts"
    __table_args__ = (
        Index("ix_facts_order", "order_id", "id"),
        Index("ix_facts_place", "stock_location_id", "product_id", "at"),
        Index("ix_facts_product", "product_id", "at"),
        Index("ix_facts_package", "package_id", "id"),
        Index("ix_facts_kind", "kind", "id"),
    )

    id: Mapped[int] = primary_key()
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(KeyText(40))
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    order_id: Mapped[int | None] = reference("orders.id")
    stock_location_id: Mapped[int | None] = reference("stock_locations.id")
    product_id: Mapped[int | None] = reference("products.id")
    package_id: Mapped[int | None] = reference("packages.id")
    actor: Mapped[str | None] = mapped_column(KeyText(150))
