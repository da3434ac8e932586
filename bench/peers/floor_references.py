"""The floor's small reference rows, kept encoded: states, channels, places, lists and products."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from bench.peers.floor_sql import VERSIONS, Database
from bench.peers.floor_values import Raw, fixed
from bench.peers.masking import masked

Row = Sequence[Any]
_encode = msgspec.json.Encoder().encode


class References:
    """Encoded rows by key, as they were when read. Products come when they are first needed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.order_states = self._states("order")
        self.item_states = self._states("orderitem")
        self.channels = self._read(_CHANNELS, self._channel)
        self.cities = self._places("cities", "country")
        self.countries = self._read(_PLACES, self._country, parents="code", table="countries")
        self.townships = self._places("townships", "city")
        self.districts = self._places("districts", "city", "township")
        self.price_lists = self._read(_LISTS, self._list, more=", currency", table="price_lists")
        self.stock_lists = self._read(_LISTS, self._list, more="", table="stock_lists")
        self.products: dict[int, Raw] = {}

    def want_products(self, keys: set[int]) -> None:
        """Reads those that are not here yet."""
        missing = list(keys - self.products.keys())
        if not missing:
            return
        images: dict[int, list[Any]] = {key: [] for key in missing}
        for key, product, position, url in self._database.rows("product_images", missing):
            images[product].append({"order": position, "id": key, "url": url, "product": product})
        for row in self._database.rows("products", missing):
            self.products[row[0]] = Raw(_encode(self._product(row, images[row[0]])))

    def _read(
        self, statement: str, shape: Callable[[Row], Any], key: int = 0, **parts: str
    ) -> dict[Any, Raw]:
        rows = self._database.all(self._database.written(statement, **parts))
        return {row[key]: Raw(_encode(shape(row))) for row in rows}

    def _states(self, kind: str) -> dict[str, Raw]:
        return self._read(_STATES, self._state, key=5, kind=kind)

    def _places(self, table: str, *parents: str) -> dict[int, Raw]:
        keys = ", ".join(f"{parent}_id" for parent in parents)

        def shape(row: Row) -> dict[str, Any]:
            of_parents = dict(zip(parents, row[5:], strict=True))
            return {"pk": row[0], "name": row[1], **of_parents, **self._where(row)}

        return self._read(_PLACES, shape, parents=keys, table=table)

    def _where(self, row: Row) -> dict[str, Any]:
        return {"is_active": bool(row[2]), "longitude": fixed(row[3], 8), "latitude": fixed(row[4], 8)}

    def _country(self, row: Row) -> dict[str, Any]:
        return {"pk": row[0], "name": row[1], "code": row[5], **self._where(row)}

    def _state(self, row: Row) -> dict[str, Any]:
        return {
            "id": row[0],
            "created_date": row[1],
            "modified_date": row[2],
            "translations": Raw(row[7].encode()),
            "name": row[3],
            "config": Raw(row[8].encode()),
            "enum_class": row[4],
            "enum_value": row[5],
            "content_type": row[6],
        }

    def _channel(self, row: Row) -> dict[str, Any]:
        configuration = row[6] if isinstance(row[6], dict) else json.loads(row[6])
        return {
            "id": row[0],
            "channel_type": row[1],
            "created_date": row[2],
            "modified_date": row[3],
            "omnitron_id": row[4],
            "name": row[5],
            "configuration": masked(configuration),
            "is_active": bool(row[7]),
        }

    def _list(self, row: Row) -> dict[str, Any]:
        currency = {"currency": row[6]} if len(row) > 6 else {}
        return {
            "pk": row[0],
            "code": row[1],
            "name": row[2],
            **currency,
            "created_date": row[3],
            "is_auto_sync": bool(row[4]),
            "modified_date": row[5],
        }

    def _product(self, row: Row, images: list[Any]) -> dict[str, Any]:
        return {
            "id": row[0],
            "productimage_set": images,
            "created_date": row[1],
            "modified_date": row[2],
            "omnitron_id": row[3],
            "name": row[4],
            "base_code": row[5],
            "sku": row[6],
            "barcode": row[7],
            "attributes": Raw(row[8].encode()),
            "attributes_kwargs": Raw(row[9].encode()),
            "extra_attributes": Raw(row[10].encode()),
            "remote_modified_date": row[11],
        }


_STATES = (
    "SELECT s.id, {at:s.created_date}, {at:s.modified_date}, s.name, s.enum_class, s.enum_value,"
    " s.content_type_id, {text:s.translations}, {text:s.config} FROM states s"
    " JOIN content_types c ON c.id = s.content_type_id WHERE c.model = '{kind}'"
)
_CHANNELS = (
    "SELECT id, channel_type, {at:created_date}, {at:modified_date}, omnitron_id, name, configuration,"
    " is_active FROM channels"
)
_PLACES = "SELECT id, name, is_active, longitude, latitude, {parents} FROM {table}"
_LISTS = "SELECT id, code, name, {at:created_date}, is_auto_sync, {at:modified_date}{more} FROM {table}"

_kept: tuple[list[int], References] | None = None


def current(database: Database, sums: Mapping[str, int], products: set[int]) -> References:
    """All references, with those products among them; read anew when a version in `sums` has moved."""
    global _kept
    versions = [sums[name] for name in VERSIONS]
    if _kept is None or _kept[0] != versions:
        _kept = versions, References(database)
    _kept[1].want_products(products)
    return _kept[1]
