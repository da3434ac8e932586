"""Countries, cities, townships and districts as addresses name them.

A place is known by its upstream number, else by its name within the place around it. Addresses need not name
all four: what is left out between two that are named becomes a place without a name.
"""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Table, select

from app.extensions import run
from app.models.columns import table
from app.models.geography import City, Country, District, Township
from app.services import rows
from app.services.documents.orders import AddressDocument, PlaceDocument
from app.services.unit_of_work import UnitOfWork

Ids = dict[str, int | None]

_COUNTRIES = table(Country)
_CITIES = table(City)
_TOWNSHIPS = table(Township)
_DISTRICTS = table(District)
_WITHOUT_NAME = PlaceDocument(name="")


def save_places(work: UnitOfWork, address: AddressDocument) -> Ids:
    """Find or make the places of an address: its columns country_id, city_id, township_id, district_id.

    Columns of places that the address does not name are None. Given coordinates and codes are kept.
    """
    named = (address.country, address.city, address.township, address.district)
    known: dict[Any, Ids] = work.cache.setdefault("places", {})
    if named not in known:
        known[named] = _save_named(work, *named)
    return known[named]


def _save_named(
    work: UnitOfWork,
    country: PlaceDocument | None,
    city: PlaceDocument | None,
    township: PlaceDocument | None,
    district: PlaceDocument | None,
) -> Ids:
    ids: Ids = {"country_id": None, "city_id": None, "township_id": None, "district_id": None}
    if country or city or township or district:
        ids["country_id"] = _save(work, _COUNTRIES, {}, country or _WITHOUT_NAME)
    if city or township or district:
        around = {"country_id": ids["country_id"]}
        ids["city_id"] = _save(work, _CITIES, around, city or _WITHOUT_NAME)
    if township or district:
        around = {"city_id": ids["city_id"]}
        ids["township_id"] = _save(work, _TOWNSHIPS, around, township or _WITHOUT_NAME)
    if district:
        around = {"city_id": ids["city_id"], "township_id": ids["township_id"]}
        ids["district_id"] = _save(work, _DISTRICTS, around, district)
    given = {"country_id": country, "city_id": city, "township_id": township, "district_id": district}
    return {column: row_id if given[column] else None for column, row_id in ids.items()}


def _save(work: UnitOfWork, kind: Table, around: Ids, place: PlaceDocument) -> int:
    values: dict[str, Any] = {"name": place.name}
    for column in ("omnitron_id", "code", "latitude", "longitude"):
        value = getattr(place, column)
        if value is not None and column in kind.c:
            values[column] = value
    row = _find(kind, around, place)
    if row is None:
        return rows.add(kind, {**around, **values})
    changed = {column: value for column, value in values.items() if row[column] != value}
    if changed:
        rows.change(kind, row["id"], changed)
        work.touch(all_products="latitude" in changed or "longitude" in changed)
    return cast(int, row["id"])


def _find(kind: Table, around: Ids, place: PlaceDocument) -> Any:
    if place.omnitron_id is not None:
        row = rows.find(kind, "omnitron_id", place.omnitron_id)
        if row is not None:
            return row
    if place.code is not None and "code" in kind.c:
        return rows.find(kind, "code", place.code)
    statement = select(kind).where(kind.c.name == place.name).order_by(kind.c.id).limit(1)
    if place.omnitron_id is not None:
        statement = statement.where(kind.c.omnitron_id.is_(None))
    for column, value in around.items():
        statement = statement.where(kind.c[column] == value)
    return run(statement).mappings().one_or_none()
