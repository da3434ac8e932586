"""Documents of what happens to orders, stock and packages. Each names its subject as people do: by number,
ERP code and SKU, never by our ids."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, UnsetType

from app.domain.discrepancies import DiscrepancyReason
from app.domain.orders import ItemState
from app.domain.packages import PackageCommand
from app.domain.reservations import ReleaseReason
from app.services.documents.values import (
    Count,
    Document,
    Instant,
    Key40,
    Key100,
    Key120,
    Key255,
    OmnitronId,
    Quantity,
)

Nth = Annotated[int, Meta(ge=1, le=2**31 - 1)]
"""Which one of several, counted from 1 in the order in which they were made."""


class StockDocument(Document, kw_only=True, frozen=True):
    """A location's answer for a product."""

    erp_code: Key100
    sku: Key255
    stock_count: Count


class ReservationDocument(Document, kw_only=True, frozen=True):
    """Units held at a location for an order item, besides those the planner holds."""

    omnitron_id: OmnitronId
    erp_code: Key100
    quantity: Quantity


class ReservationReleaseDocument(Document, kw_only=True, frozen=True):
    """Release what is held of an order item at a location: all of it, or the `nth` reservation ever made."""

    omnitron_id: OmnitronId
    erp_code: Key100
    nth: Nth | None = None
    reason: ReleaseReason = ReleaseReason.OPERATOR


class MappingDocument(Document, kw_only=True, frozen=True, omit_defaults=False):
    """The ERP registered an order item under `code` (D13–D15)."""

    omnitron_id: OmnitronId
    code: Key255
    update_stock: bool = True


class DiscrepancyDocument(Document, kw_only=True, frozen=True):
    """The stock of an order item's package item is not at its location. `package` is a package number."""

    erp_code: Key100
    omnitron_id: OmnitronId
    reason: DiscrepancyReason
    package: Key120 | None = None
    note: str | None = None


class DiscrepancyClearDocument(Document, kw_only=True, frozen=True):
    """Clear the active discrepancies of a product at a location, or the `nth` ever reported there.

    `removed`: they go into the archive; `restored`: they come back out of it, as they were (D4).
    """

    erp_code: Key100
    sku: Key255
    nth: Nth | None = None
    removed: bool = False
    restored: bool = False
    reason: str | None = None


class OrderStateDocument(Document, kw_only=True, frozen=True):
    """A state arrived from upstream, for the whole order or for the item of that `omnitron_id`."""

    number: Key100
    state: ItemState
    channel: Key255 | None = None
    omnitron_id: OmnitronId | None = None


class PackageCommandDocument(Document, kw_only=True, frozen=True):
    """A command for the order's one open package that holds the SKU; an `erp_code` of null is no location.

    `package` is a package number, `items` the upstream numbers of the order items that were not found.
    """

    number: Key100
    sku: Key255
    command: PackageCommand
    channel: Key255 | None = None
    erp_code: Key100 | UnsetType | None = UNSET
    package: Key120 | None = None
    reason: str | None = None
    items: list[OmnitronId] | None = None


class FreedDocument(Document, kw_only=True, frozen=True):
    """Units given back: by a stock answer (`stock_count`), a release (`order_number`, `reason`), or the end
    of a report that kept the location away (`cleared`)."""

    at: Instant
    erp_code: Key100
    sku: Key255
    stock_count: Count | None = None
    order_number: Key100 | None = None
    reason: ReleaseReason | None = None
    cleared: bool = False


class ReplanDocument(Document, kw_only=True, frozen=True):
    """Plan again what the order still waits for. `trigger` is kept with the attempt; `freed` says why now."""

    number: Key100
    channel: Key255 | None = None
    trigger: Key40 = "replan"
    freed: FreedDocument | None = None
