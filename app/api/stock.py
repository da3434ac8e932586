"""What locations count, as their ERP or stock service sends it."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from app.api.answers import text
from app.api.endpoints import DESK, endpoint
from app.api.openapi import Problems
from app.api.values import InstantText, UnitCount
from app.domain.access import Viewer
from app.services import stock
from app.services.documents.events import StockDocument
from app.services.documents.values import Key100, Key255

MOST_ROWS = 10_000
LARGEST_FEED = 8 * 1024 * 1024


class Counted(Struct, frozen=True):
    """How much of a product a location has now."""

    erp_code: Key100
    sku: Key255
    stock_count: UnitCount


class Stored(Struct, frozen=True):
    """How many rows were stored, and the instant they count from."""

    stored: int
    answered_date: InstantText


@endpoint(
    "POST",
    "/api/v1/oms/stock/",
    tag="stock",
    roles=DESK,
    body=Annotated[list[Counted], Meta(min_length=1, max_length=MOST_ROWS)],
    largest_body=LARGEST_FEED,
    answers=Stored,
    also={400: Problems},
)
def record_stock(viewer: Viewer, body: list[Counted]) -> Stored:
    """Feed stock answers.

    All rows are stored or none: wrong ones are answered with an object of errors for each row. Of two rows
    for one place the last counts.
    """
    rows = [StockDocument(erp_code=one.erp_code, sku=one.sku, stock_count=one.stock_count) for one in body]
    return Stored(len(rows), text(stock.record_stock(rows)))
