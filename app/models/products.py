"""Products with their pictures, and the price and stock lists that order items name."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Base
from app.models.columns import KeyText, Timestamps, UtcDateTime, primary_key, reference


class Product(Timestamps, Base):
    """One thing that is sold and counted, by its SKU."""

    __tablename__ = "products"

    id: Mapped[int] = primary_key()
    omnitron_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    name: Mapped[str] = mapped_column(KeyText(512), index=True)
    base_code: Mapped[str | None] = mapped_column(KeyText(255), index=True)
    sku: Mapped[str] = mapped_column(KeyText(255), unique=True)
    barcode: Mapped[str | None] = mapped_column(KeyText(255))
    attributes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    attributes_kwargs: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    extra_attributes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    remote_modified_date: Mapped[datetime | None] = mapped_column(UtcDateTime)

    images: Mapped[list["ProductImage"]] = relationship(
        back_populates="product", lazy="raise", order_by="(ProductImage.position, ProductImage.id)"
    )


class ProductImage(Base):
    """A picture of a product; `position` is the API's `order`, lowest first."""

    __tablename__ = "product_images"
    __table_args__ = (
        UniqueConstraint("product_id", "omnitron_id"),
        Index("ix_product_images_product_id_position", "product_id", "position", "id"),
    )

    id: Mapped[int] = primary_key()
    product_id: Mapped[int] = reference("products.id")
    omnitron_id: Mapped[int | None] = mapped_column(BigInteger)
    position: Mapped[int] = mapped_column(default=0)
    url: Mapped[str] = mapped_column(Text)

    product: Mapped[Product] = relationship(back_populates="images", lazy="raise")


class PriceList(Timestamps, Base):
    """The price list an item was sold from."""

    __tablename__ = "price_lists"

    id: Mapped[int] = primary_key()
    code: Mapped[str | None] = mapped_column(KeyText(255), unique=True)
    name: Mapped[str] = mapped_column(KeyText(255))
    currency: Mapped[str] = mapped_column(KeyText(10), default="try")
    is_auto_sync: Mapped[bool] = mapped_column(default=False)


class StockList(Timestamps, Base):
    """The stock list an item was sold from."""

    __tablename__ = "stock_lists"

    id: Mapped[int] = primary_key()
    code: Mapped[str | None] = mapped_column(KeyText(255), unique=True)
    name: Mapped[str] = mapped_column(KeyText(255))
    is_auto_sync: Mapped[bool] = mapped_column(default=False)
