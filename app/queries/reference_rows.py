"""Rows of the small tables that many orders name: states, channels, places, sales lists, products.

They change seldom, and every change moves their version on (models/counters.py). Who keeps rows must have
read the version before: then the rows are as new as the version, or newer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Table, select

from app.extensions import db
from app.models import counters
from app.models.channels import Channel
from app.models.columns import table
from app.models.geography import City, Country, District, Township
from app.models.list_parameters import one_of
from app.models.products import PriceList, Product, ProductImage, StockList
from app.models.states import ContentType, State
from app.queries.column_texts import instant_text, json_text


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """A kind of rows: the counter that is their version, and how they are read by key."""

    version: str
    statement: Select[Any]


def read(kind: Reference, keys: Collection[Any]) -> list[Row[*tuple[Any, ...]]]:
    """The rows of these keys that exist; the key is the first column."""
    return list(db.session.connection().execute(kind.statement, {"keys": keys}).all())


def images(product_ids: Collection[int]) -> Mapping[int, list[tuple[int, int, str, int]]]:
    """The pictures of these products: position, id, address, product; the first position first."""
    found: dict[int, list[tuple[int, int, str, int]]] = {product_id: [] for product_id in product_ids}
    for row in db.session.connection().execute(_IMAGES, {"keys": product_ids}).all():
        found[row.product_id].append(tuple(row))
    return found


def _by_key(key: ColumnElement[Any], *columns: ColumnElement[Any]) -> Select[Any]:
    return select(key, *columns).where(one_of(key, "keys"))


def _place(kind: Table, *around: str) -> Select[Any]:
    c = kind.c
    return _by_key(c.id, c.name, *(c[name] for name in around), c.is_active, c.longitude, c.latitude)


_states, _kinds = table(State), table(ContentType)
_channels, _products, _images = table(Channel).c, table(Product).c, table(ProductImage).c
_prices, _stocks = table(PriceList).c, table(StockList).c

STATES = Reference(
    counters.STATES,
    select(
        _kinds.c.model,
        _states.c.id,
        instant_text(_states.c.created_date),
        instant_text(_states.c.modified_date),
        _states.c.translations,
        _states.c.name,
        _states.c.config,
        _states.c.enum_class,
        _states.c.enum_value,
        _states.c.content_type_id,
    )
    .join(_kinds, _kinds.c.id == _states.c.content_type_id)
    .where(one_of(_kinds.c.model, "keys")),
)
"""By the model name of a kind of record: all its states."""

CHANNELS = Reference(
    counters.CHANNELS,
    _by_key(
        _channels.id,
        _channels.channel_type,
        instant_text(_channels.created_date),
        instant_text(_channels.modified_date),
        _channels.omnitron_id,
        _channels.name,
        _channels.configuration,
        _channels.is_active,
    ),
)
"""The configuration still holds encrypted secrets."""

COUNTRIES = Reference(counters.GEOGRAPHY, _place(table(Country), "code"))
CITIES = Reference(counters.GEOGRAPHY, _place(table(City), "country_id"))
TOWNSHIPS = Reference(counters.GEOGRAPHY, _place(table(Township), "city_id"))
DISTRICTS = Reference(counters.GEOGRAPHY, _place(table(District), "city_id", "township_id"))
PRICE_LISTS = Reference(
    counters.SALES_LISTS,
    _by_key(
        _prices.id,
        _prices.code,
        _prices.name,
        _prices.currency,
        instant_text(_prices.created_date),
        _prices.is_auto_sync,
        instant_text(_prices.modified_date),
    ),
)
STOCK_LISTS = Reference(
    counters.SALES_LISTS,
    _by_key(
        _stocks.id,
        _stocks.code,
        _stocks.name,
        instant_text(_stocks.created_date),
        _stocks.is_auto_sync,
        instant_text(_stocks.modified_date),
    ),
)
PRODUCTS = Reference(
    counters.PRODUCTS,
    _by_key(
        _products.id,
        instant_text(_products.created_date),
        instant_text(_products.modified_date),
        _products.omnitron_id,
        _products.name,
        _products.base_code,
        _products.sku,
        _products.barcode,
        json_text(_products.attributes),
        json_text(_products.attributes_kwargs),
        json_text(_products.extra_attributes),
        instant_text(_products.remote_modified_date),
    ),
)
_IMAGES = (
    select(_images.position, _images.id, _images.url, _images.product_id)
    .where(one_of(_images.product_id, "keys"))
    .order_by(_images.product_id, _images.position, _images.id)
)
