"""Omnitron, the upstream hub: its orders and its mappings, as our own frozen values.

Everything that can go wrong is an OmnitronError, with `retryable`; an order that cannot be read is a
BrokenRecord, naming the field.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.clients import omnitron_orders
from app.clients.omnitron_fields import BrokenField, Fields
from app.clients.omnitron_http import Access, Line, OmnitronError, Trouble
from app.clients.omnitron_orders import BrokenRecord, Page, Summary, WholeOrder

__all__ = [
    "Access",
    "BrokenRecord",
    "MappingRecord",
    "Omnitron",
    "OmnitronError",
    "Page",
    "Summary",
    "Trouble",
    "WholeOrder",
]

ORDERS = "/api/i1/orders/"
PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class MappingRecord:
    """The mapping that Omnitron keeps of an order item. `object_id` is the item's number there."""

    pk: int
    object_id: int
    code: str


class Omnitron:
    """The upstream at one address. May be shared between threads; holds no database and no state of ours."""

    def __init__(self, access: Access) -> None:
        self._line = Line(access)

    @property
    def requests_sent(self) -> int:
        """How many requests went out so far, with all tries and sign-ins."""
        return self._line.sent

    def orders_of_number(self, number: str) -> tuple[Summary | BrokenRecord, ...]:
        """The orders of exactly that number, in any channel. Raises OmnitronError."""
        page = self._page({"number": number})
        return tuple(one for one in page.entries if isinstance(one, BrokenRecord) or one.number == number)

    def changed_orders(self, since: datetime, page: int = 1) -> Page:
        """One page of the orders changed at or after that instant, the oldest change first.

        Raises OmnitronError.
        """
        return self._page(
            {
                "modified_date__gte": since.isoformat(timespec="microseconds").replace("+00:00", "Z"),
                "sort": "modified_date",
                "limit": PAGE_SIZE,
                "page": page,
            }
        )

    def get_order(self, omnitron_id: int) -> WholeOrder:
        """The whole order. Raises OmnitronError (`not_found` once it is gone) and BrokenRecord."""
        answer = self._line.get(f"/api/i1/orders_integration/{omnitron_id:d}/detailed_integration/")
        found = omnitron_orders.read_order(answer)
        if found.summary.omnitron_id != omnitron_id:
            raise BrokenRecord("pk", f"is not {omnitron_id}, which was asked for", answer, found.summary)
        return found

    def create_mapping(self, item_omnitron_id: int, code: str, update_stock: bool) -> MappingRecord:
        """Tell Omnitron the ERP's `code` of an order item; it keeps one an item, so telling again is safe.

        One try: the caller keeps a schedule of its own. Raises OmnitronError: 400 is `refused`, 404
        `not_found`, both final.
        """
        answer = self._line.post(
            f"/api/i1/order_items/{item_omnitron_id:d}/create_mapping/",
            {"code": code, "update_stock": update_stock},
        )
        try:
            found = Fields(answer)
            return MappingRecord(found.whole("pk"), found.whole("object_id"), found.text("code"))
        except BrokenField as error:
            raise OmnitronError(Trouble.UNEXPECTED, f"answered a mapping whose {error}") from error

    def _page(self, query: dict[str, Any]) -> Page:
        try:
            return omnitron_orders.read_page(self._line.get(ORDERS, query))
        except BrokenField as error:
            raise OmnitronError(Trouble.UNEXPECTED, f"answered a list whose {error}") from error
