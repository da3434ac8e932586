"""Somebody counted the product at its location: a stock answer that settles every report about it (D4)."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.errors import NotFound
from app.models.columns import table
from app.models.inventory_discrepancies import InventoryDiscrepancy
from app.models.products import Product
from app.models.stock_locations import StockLocation
from app.services import inventory_discrepancies, rows, stock
from app.services.documents.events import StockDocument
from app.services.documents.values import Count
from app.services.unit_of_work import unit_of_work

_DISCREPANCIES = table(InventoryDiscrepancy)


@dataclass(frozen=True, slots=True)
class Recount:
    """What was counted: the product, and how many reports that cleared."""

    product_id: int
    cleared: int


def recount(discrepancy_id: int, stock_count: int, reason: str | None = None) -> Recount:
    """The location has `stock_count` hundredths of the product: every active report there is cleared.

    The count and the clearing are stored together. Raises NotFound, also for a removed report.
    """
    with unit_of_work() as work:
        report = rows.find(_DISCREPANCIES, "id", discrepancy_id)
        if report is None or report["removed_date"] is not None:
            raise NotFound("discrepancy", discrepancy_id)
        product = rows.find(table(Product), "id", report["product_id"])
        location = rows.find(table(StockLocation), "id", report["stock_location_id"])
        assert product is not None and location is not None
        counted = StockDocument(
            erp_code=location["erp_code"], sku=product["sku"], stock_count=Count(stock_count)
        )
        stock.record_stock([counted])
        cleared = inventory_discrepancies.clear_place(location["id"], product["id"], reason)
        after = {"stock_count": counted.stock_count.write(), "cleared": cleared}
        work.audit("discrepancy.recounted", "discrepancy", discrepancy_id, after=after, reason=reason)
        return Recount(product["id"], cleared)
