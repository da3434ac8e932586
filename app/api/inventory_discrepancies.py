"""Reports that stock is not where the system believes it to be: listed, and removed by date (D3, D4)."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from app.api.answers import text
from app.api.choices import check_location
from app.api.endpoints import endpoint
from app.api.paging import ListQuery, Page, page
from app.api.values import Day, InstantText, Moment, RowId
from app.domain.access import Viewer
from app.domain.discrepancies import DiscrepancyReason
from app.queries import inventory_discrepancies
from app.queries.inventory_discrepancies import DiscrepancyFilter, DiscrepancyRow
from app.services import discrepancy_removal

_PATH = "/api/v1/oms/inventory-discrepancies/"


class DiscrepancyShape(Struct, frozen=True):
    """One report; `is_active` is false once it was cleared."""

    id: int
    reason: DiscrepancyReason
    created_date: InstantText
    modified_date: InstantText
    is_active: bool
    stock_location: int
    package_item: int | None
    transfer_item: int | None


class DiscrepancyQuery(ListQuery, kw_only=True, frozen=True):
    """Which reports, and whether the newest or the oldest come first."""

    is_active: bool | None = None
    reason: DiscrepancyReason | None = None
    stock_location: RowId | None = None
    created_date__gte: Moment | None = None
    created_date__lte: Moment | None = None
    sort: Literal["created_date", "-created_date"] = "-created_date"


class Removal(Struct, frozen=True):
    """Active reports made on `expired_date` (in the site's time zone) or later; all, or of one location."""

    expired_date: Day
    stock_location: RowId | None = None
    reason: Annotated[str, Meta(max_length=1000)] | None = None


@endpoint("GET", _PATH, tag="stock", query=DiscrepancyQuery, answers=Page[DiscrepancyShape])
def list_discrepancies(viewer: Viewer, query: DiscrepancyQuery) -> Page[DiscrepancyShape]:
    """Inventory discrepancies, without those that were removed."""
    check_location(query.stock_location, viewer)
    wanted = DiscrepancyFilter(
        is_active=query.is_active,
        reason=query.reason,
        stock_location_id=query.stock_location,
        created_from=query.created_date__gte,
        created_to=query.created_date__lte,
    )
    own, newest_first = viewer.location_ids, query.sort.startswith("-")
    return page(
        query,
        inventory_discrepancies.count_discrepancies(wanted, own),
        lambda offset, size: inventory_discrepancies.list_discrepancies(
            wanted, own, offset, size, newest_first=newest_first
        ),
        _shape,
    )


@endpoint("GET", f"{_PATH}<int:discrepancy_id>/", tag="stock", answers=DiscrepancyShape)
def show_discrepancy(viewer: Viewer, discrepancy_id: int) -> DiscrepancyShape:
    """One inventory discrepancy."""
    return _shape(inventory_discrepancies.find_discrepancy(discrepancy_id, viewer.location_ids))


@endpoint("POST", f"{_PATH}remove/", tag="stock", body=Removal, reads_form=True, status=204, answers=None)
def remove_discrepancies(viewer: Viewer, body: Removal) -> None:
    """Remove inventory discrepancies from a day on.

    Store managers remove those of their own locations only. What is removed is kept in the archive.
    """
    check_location(body.stock_location, viewer)
    discrepancy_removal.remove_discrepancies(
        body.expired_date,
        stock_location_id=body.stock_location,
        own=viewer.location_ids,
        reason=body.reason or None,
    )


def _shape(row: DiscrepancyRow) -> DiscrepancyShape:
    return DiscrepancyShape(
        id=row.id,
        reason=DiscrepancyReason(row.reason),
        created_date=text(row.created_date),
        modified_date=text(row.modified_date),
        is_active=row.is_active,
        stock_location=row.stock_location_id,
        package_item=row.package_item_id,
        transfer_item=row.transfer_item_id,
    )
