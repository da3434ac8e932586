"""Looks up what a code or id stands for. Every function raises NotFound for what does not exist."""

from dataclasses import dataclass

from sqlalchemy import select

from app.domain.errors import NotFound
from app.extensions import db
from app.models.channels import Channel
from app.models.orders import Order
from app.models.packages import Package
from app.models.products import Product
from app.models.stock_locations import StockLocation


@dataclass(frozen=True, slots=True)
class PackageKey:
    """A package by the names its order goes by outside."""

    id: int
    number: str
    state: str
    order_id: int
    order_number: str
    channel: str


def package_key(package_id: int) -> PackageKey:
    """The package of that id."""
    row = db.session.execute(
        select(Package.id, Package.number, Package.state, Order.id, Order.number, Channel.name)
        .join(Order, Order.id == Package.order_id)
        .join(Channel, Channel.id == Order.channel_id)
        .where(Package.id == package_id)
    ).one_or_none()
    if row is None:
        raise NotFound("package", package_id)
    return PackageKey(*row)


def location_id(erp_code: str) -> int:
    """The id of the stock location of that ERP code."""
    found = db.session.execute(
        select(StockLocation.id).where(StockLocation.erp_code == erp_code)
    ).scalar_one_or_none()
    if found is None:
        raise NotFound("stock location", erp_code)
    return found


def product_id(sku: str) -> int:
    """The id of the product of that SKU."""
    found = db.session.execute(select(Product.id).where(Product.sku == sku)).scalar_one_or_none()
    if found is None:
        raise NotFound("product", sku)
    return found
