"""Small reference rows as encoded JSON, kept in this process until the version of their tables moves on.

A version is read before the rows that are kept under it, so they are never older than it; and no version
ever comes back with other rows (app/models/counters.py). Other processes move the same versions.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec
from flask import current_app
from msgspec import Raw

from app.api import order_shapes as shapes
from app.domain.redaction import masked
from app.queries import counters, reference_rows
from app.queries.counters import REFERENCE_VERSIONS, Blocks
from app.queries.reference_rows import Reference

MOST_FRAGMENTS = 20_000
"""Of one kind; a product is about a kilobyte. Beyond, keeping begins anew."""

_ENCODER = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """A kind of fragments: the counter that is its version, and how those of some keys are made."""

    version: str
    make: Callable[[Collection[Any]], Mapping[Any, Any]]


class _Kept:
    """Fragments of one kind under one version. More are added; what is there never changes."""

    __slots__ = ("by_key", "version")

    def __init__(self, version: int) -> None:
        self.version = version
        self.by_key: dict[Any, Any] = {}


class Fragments:
    """The fragments of one request, under the versions that were read for it just before."""

    def __init__(self, sums: Mapping[str, Blocks]) -> None:
        self._versions = {name: counters.total(sums[name]) for name in REFERENCE_VERSIONS}
        self._kept: dict[Kind, _Kept] = current_app.extensions.setdefault("fragments", {})

    def of(self, kind: Kind, keys: Iterable[Any]) -> Mapping[Any, Any]:
        """The fragments of these keys, and others. Missing: None, and what does not exist."""
        kept = self._kept.get(kind)
        if kept is None or kept.version != self._versions[kind.version]:
            kept = self._kept[kind] = _Kept(self._versions[kind.version])
        by_key = kept.by_key
        missing = set(keys).difference(by_key)
        missing.discard(None)
        if not missing:
            return by_key
        made = kind.make(sorted(missing))
        if len(by_key) + len(made) > MOST_FRAGMENTS:
            kept.by_key = dict(made)  # other threads go on with the former one
            return {**by_key, **made}
        by_key.update(made)
        return by_key


def _encoded(value: Any) -> Raw:
    """Any value as JSON that is put into answers as it is."""
    return Raw(_ENCODER.encode(value))


def _states(models: Collection[str]) -> dict[str, dict[str, Raw]]:
    found: dict[str, dict[str, Raw]] = {model: {} for model in models}
    for model, *columns in reference_rows.read(reference_rows.STATES, models):
        shape = shapes.StateShape(*columns)
        found[model][shape.enum_value] = _encoded(shape)
    return found


def _channels(ids: Collection[int]) -> dict[int, Raw]:
    shape: Callable[..., Any] = shapes.ChannelShape
    return {
        row.id: _encoded(shape(*row[:6], _json(masked(row.configuration)), row.is_active))
        for row in reference_rows.read(reference_rows.CHANNELS, ids)
    }


def _json(document: Mapping[str, Any]) -> Any:
    """Numbers of any size may stand in it, which the fast encoder refuses."""
    return Raw(json.dumps(document, ensure_ascii=False, separators=(",", ":")))


def _products(ids: Collection[int]) -> dict[int, Raw]:
    images = reference_rows.images(ids)
    return {
        row.id: _encoded(_product(row, [shapes.ProductImageShape(*image) for image in images[row.id]]))
        for row in reference_rows.read(reference_rows.PRODUCTS, ids)
    }


def _product(row: Any, images: list[shapes.ProductImageShape]) -> shapes.ProductShape:
    shape: Callable[..., shapes.ProductShape] = shapes.ProductShape
    product_id, *texts, attributes, attributes_kwargs, extra, remote = row
    return shape(product_id, images, *texts, Raw(attributes), Raw(attributes_kwargs), Raw(extra), remote)


def _rows_of(reference: Reference, shape: Callable[..., Any]) -> Kind:
    """Rows whose columns are the fields of their shape."""

    def make(ids: Collection[int]) -> dict[int, Raw]:
        return {row[0]: _encoded(shape(*row)) for row in reference_rows.read(reference, ids)}

    return Kind(reference.version, make)


def _places_of(reference: Reference, shape: Callable[..., Any]) -> Kind:
    """Rows that end with coordinates."""

    def make(ids: Collection[int]) -> dict[int, Raw]:
        return {
            row[0]: _encoded(shape(*row[:-2], _degrees(row.longitude), _degrees(row.latitude)))
            for row in reference_rows.read(reference, ids)
        }

    return Kind(reference.version, make)


def _degrees(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:.8f}"


STATES = Kind(reference_rows.STATES.version, _states)
"""By the model name of a kind of record: its states by their codes."""
CHANNELS = Kind(reference_rows.CHANNELS.version, _channels)
PRODUCTS = Kind(reference_rows.PRODUCTS.version, _products)
COUNTRIES = _places_of(reference_rows.COUNTRIES, shapes.CountryShape)
CITIES = _places_of(reference_rows.CITIES, shapes.CityShape)
TOWNSHIPS = _places_of(reference_rows.TOWNSHIPS, shapes.TownshipShape)
DISTRICTS = _places_of(reference_rows.DISTRICTS, shapes.DistrictShape)
PRICE_LISTS = _rows_of(reference_rows.PRICE_LISTS, shapes.PriceListShape)
STOCK_LISTS = _rows_of(reference_rows.STOCK_LISTS, shapes.StockListShape)
