"""From the names people and scripts use (SKU, ERP code, channel) to ids, remembered in a unit of work."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, bindparam, select

from app.domain.errors import Invalid
from app.extensions import db
from app.models.cargo_companies import CargoCompany
from app.models.channels import Channel
from app.models.columns import table
from app.models.list_parameters import one_of
from app.models.products import Product
from app.models.stock_locations import StockLocation
from app.services.unit_of_work import UnitOfWork

_products, _locations = table(Product).c, table(StockLocation).c
_channels, _carriers = table(Channel).c, table(CargoCompany).c

# Built once: building a statement costs several times as much as running it.
_PRODUCT = select(_products.id).where(_products.sku == bindparam("key"))
_LOCATION = select(_locations.id).where(_locations.erp_code == bindparam("key"))
_CHANNEL = select(_channels.id).where(_channels.name == bindparam("key"))
_PRODUCTS_OF_SKUS = select(_products.sku.label("key"), _products.id).where(one_of(_products.sku, "keys"))
_LOCATIONS_OF_CODES = select(_locations.erp_code.label("key"), _locations.id).where(
    one_of(_locations.erp_code, "keys")
)
_CARRIER = select(_carriers.id).where(_carriers.omnitron_id == bindparam("key"))


def look_up_places(work: UnitOfWork, erp_codes: Collection[str], skus: Collection[str]) -> None:
    """Remember many locations and products at once, so that asking for each costs no statement.

    Also those that are unknown: a feed may name the same wrong place in thousands of rows.
    """
    for kind, statement, keys in (
        ("product", _PRODUCTS_OF_SKUS, skus),
        ("location", _LOCATIONS_OF_CODES, erp_codes),
    ):
        found = {row.key: row.id for row in db.session.execute(statement, {"keys": keys})}
        work.cache.setdefault(kind, {}).update({key: found.get(key) for key in keys})


def product_id(work: UnitOfWork, sku: str, field: str = "sku") -> int:
    """Raises Invalid naming `field` for an unknown SKU."""
    return _id(work, "product", _PRODUCT, sku, field, f"is {sku!r}, which no product has")


def location_id(work: UnitOfWork, erp_code: str, field: str = "erp_code") -> int:
    """Raises Invalid naming `field` for an unknown ERP code."""
    return _id(work, "location", _LOCATION, erp_code, field, f"is {erp_code!r}, which no stock location has")


def channel_id(work: UnitOfWork, name: str, field: str = "channel") -> int:
    """Raises Invalid naming `field` for an unknown channel."""
    return _id(work, "channel", _CHANNEL, name, field, f"is {name!r}, which no channel is called")


def cargo_company_id(work: UnitOfWork, omnitron_id: int, field: str = "cargo_company") -> int:
    """Raises Invalid naming `field` for an unknown carrier."""
    reason = f"is {omnitron_id}, which no cargo company has"
    return _id(work, "cargo_company", _CARRIER, omnitron_id, field, reason)


def remember(work: UnitOfWork, kind: str, key: object, row_id: int) -> None:
    """A new product, location, channel or cargo_company."""
    work.cache.setdefault(kind, {})[key] = row_id


def _id(work: UnitOfWork, kind: str, statement: Select[Any], key: object, field: str, reason: str) -> int:
    known: dict[object, int | None] = work.cache.setdefault(kind, {})
    if key not in known:
        known[key] = db.session.execute(statement, {"key": key}).scalar()
    found = known[key]
    if found is None:
        raise Invalid({field: [reason]})
    return found
