"""Stores and warehouses: saved whole, or one property of theirs changed by an operator."""

from __future__ import annotations

from typing import cast

from sqlalchemy import RowMapping

from app.domain.errors import NotFound
from app.models.columns import table
from app.models.stock_locations import StockLocation
from app.services import natural_keys, planning, rows, saving
from app.services.documents.master_data import StockLocationDocument
from app.services.documents.values import Json, Latitude, Longitude, body_of
from app.services.saving import Change
from app.services.unit_of_work import UnitOfWork, unit_of_work

_LOCATIONS = table(StockLocation)
_DEFAULTS: Json = {
    "is_active": True,
    "priority": None,
    "max_quota": None,
    "latitude": None,
    "longitude": None,
    "city": None,
}
_NEEDED = ("name", "stock_location_type")


def save_stock_location(document: StockLocationDocument, reason: str | None = None) -> int:
    """Make or change a location; its id. Raises Invalid for a new one without a name or type."""
    with unit_of_work() as work:
        work.lock_stock(erp_codes=[document.erp_code])
        row = rows.find(_LOCATIONS, "erp_code", document.erp_code)
        before = _body(row) if row else None
        change = saving.laid_over(before, body_of(document), StockLocationDocument, _DEFAULTS, _NEEDED)
        if row is not None and change.is_none:
            return cast(int, row["id"])
        row_id = _store(work, change, row)
        saving.tell(work, "stock_location", change, row_id, reason)
        return row_id


def raise_quota(erp_code: str, to: int, reason: str | None = None) -> None:
    """Let the location have `to` packages that are not packed yet, unless it may have more already.

    Raises NotFound for an unknown location.
    """
    with unit_of_work() as work:
        now = _locked(work, erp_code)["max_quota"]
        if now is None or now < to:
            save_stock_location(StockLocationDocument(erp_code=erp_code, max_quota=to), reason)


def activate_location(erp_code: str, reason: str | None = None) -> None:
    """Switch the location on. Raises NotFound for an unknown one."""
    with unit_of_work() as work:
        _locked(work, erp_code)
        save_stock_location(StockLocationDocument(erp_code=erp_code, is_active=True), reason)


def stored_body(location_id: int) -> Json:
    """The location of that id as its document. Raises NotFound."""
    row = rows.find(_LOCATIONS, "id", location_id)
    if row is None:
        raise NotFound("stock_location", location_id)
    return _body(row)


def _locked(work: UnitOfWork, erp_code: str) -> RowMapping:
    work.lock_stock(erp_codes=[erp_code])
    row = rows.find(_LOCATIONS, "erp_code", erp_code)
    if row is None:
        raise NotFound("stock_location", erp_code)
    return row


def _store(work: UnitOfWork, change: Change, row: RowMapping | None) -> int:
    if row is None:
        row_id = rows.add(_LOCATIONS, _columns(change.after))
        natural_keys.remember(work, "location", change.after["erp_code"], row_id)
    else:
        row_id = cast(int, row["id"])
        rows.change(_LOCATIONS, row_id, _columns(change.changed))
    planning.forget_reference(work)
    work.touch(all_products=True)
    return row_id


def _columns(body: Json) -> Json:
    values = dict(body)
    if values.get("latitude") is not None:
        values["latitude"] = Latitude.read(values["latitude"])
    if values.get("longitude") is not None:
        values["longitude"] = Longitude.read(values["longitude"])
    return values


def _body(row: RowMapping) -> Json:
    body = {key: row[key] for key in ("erp_code", *_NEEDED, *_DEFAULTS)}
    for axis in ("latitude", "longitude"):
        body[axis] = None if row[axis] is None else f"{row[axis]:.8f}"
    return body
