"""What the stand-in for Omnitron knows: orders in the contract's JSON, changes to come, mappings."""

from __future__ import annotations

import heapq
import threading
from bisect import bisect_left, insort
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any

from app import clock

Json = dict[str, Any]
CONTENT_TYPE = 66  # of order items, as in the vendor's sample


class MappedOtherwise(Exception):
    """The item has another code already."""


class OrderBook:
    """Orders by number and by date of change. May be asked from several threads."""

    def __init__(self, foreign_items: range = range(0)) -> None:
        """`foreign_items`: numbers of order items that count as known though their orders are not here."""
        self._lock = threading.RLock()
        self._orders: dict[int, Json] = {}
        self._by_number: dict[str, list[int]] = {}
        self._by_change: list[tuple[str, int]] = []
        self._items: set[int] = set()
        self._foreign_items = foreign_items
        self._mappings: dict[int, Json] = {}
        self._to_come: list[tuple[datetime, int, Json]] = []
        self._places, self._mapping_ids = count(), count(4_000)

    def put(self, order: Json) -> None:
        """A new order, or a newer version of one, whole."""
        with self._lock:
            before = self._orders.get(order["pk"])
            if before is not None:
                self._by_change.remove((before["modified_date"], before["pk"]))
            else:
                self._by_number.setdefault(str(order.get("number")), []).append(order["pk"])
            self._orders[order["pk"]] = order
            insort(self._by_change, (order["modified_date"], order["pk"]))
            self._items.update(
                item["pk"] for item in order.get("orderitem_set") or [] if isinstance(item, dict)
            )

    def put_later(self, at: datetime, order: Json) -> None:
        """From that instant on the order is there, or looks like this."""
        heapq.heappush(self._to_come, (at, next(self._places), {**order, "modified_date": written(at)}))

    def touch(self, pk: int) -> None:
        """The order changes now, in nothing but its date."""
        with self._lock:
            self.put({**self._orders[pk], "modified_date": written(clock.now())})

    def numbers(self) -> Sequence[int]:
        """All orders that are there now, by the upstream's number."""
        with self._lock:
            self._come()
            return list(self._orders)

    def of_number(self, number: str) -> list[Json]:
        """The orders of that number, as lists show them."""
        with self._lock:
            self._come()
            return [summary(self._orders[pk]) for pk in self._by_number.get(number, ())]

    def changed_since(self, since: str, page: int, limit: int) -> tuple[list[Json], int]:
        """One page of the orders changed at or after that instant, and how many there are in all."""
        with self._lock:
            self._come()
            first = bisect_left(self._by_change, (since, 0))
            start = first + (page - 1) * limit
            shown = self._by_change[start : start + limit]
            return [summary(self._orders[pk]) for _, pk in shown], len(self._by_change) - first

    def find(self, pk: int) -> Json | None:
        """The whole order."""
        with self._lock:
            self._come()
            return self._orders.get(pk)

    def map_item(self, pk: int, code: str) -> Json | None:
        """The mapping of the item, made if there was none; None for an unknown item.

        Raises MappedOtherwise.
        """
        with self._lock:
            self._come()
            if pk not in self._items and pk not in self._foreign_items:
                return None
            if pk not in self._mappings:
                self._mappings[pk] = {
                    "pk": next(self._mapping_ids),
                    "content_type": CONTENT_TYPE,
                    "object_id": pk,
                    "integration_type": "external_company",
                    "code": code,
                }
            if self._mappings[pk]["code"] != code:
                raise MappedOtherwise
            return self._mappings[pk]

    def mappings(self) -> Sequence[Json]:
        """All mappings, the newest first."""
        with self._lock:
            return list(reversed(self._mappings.values()))

    def _come(self) -> None:
        while self._to_come and self._to_come[0][0] <= clock.now():
            self.put(heapq.heappop(self._to_come)[2])


def summary(order: Json) -> Json:
    """What a list shows of an order."""
    return {name: order.get(name) for name in ("pk", "number", "status", "date_placed", "modified_date")}


def written(instant: datetime) -> str:
    """ISO 8601 in UTC with six digits: such texts sort as their instants do."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
