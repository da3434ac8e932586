"""What can be wrong with an upstream: switches of the stand-in, each the share of requests it befalls."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from random import Random
from typing import Any

from flask import Flask, Response, abort, request

from app.demo.omnitron_book import Json, OrderBook


@dataclass(frozen=True, slots=True)
class Switches:
    """Shares of requests, 0 to 1. Times are seconds."""

    errors: float = 0.0
    throttled: float = 0.0
    retry_after: float = 1.0
    slow: float = 0.0
    slow_seconds: float = 3.0
    cut_bodies: float = 0.0
    shifting: float = 0.0
    """Of lists: an order changes while they are read, and moves to their end."""
    repeated: float = 0.0
    """Of lists: rows are shown twice."""

    def changed(self, values: Mapping[str, Any]) -> Switches:
        """With these instead. Raises ValueError for unknown ones and for what is no number."""
        known = {one.name for one in fields(self)}
        unknown = set(values) - known
        if unknown:
            raise ValueError(f"there is no switch {sorted(unknown)[0]}")
        return replace(self, **{name: max(0.0, float(value)) for name, value in values.items()})


class Faults:
    """Befalls requests as the switches say; repeatable for a seed number. Counts what it is asked."""

    def __init__(self, seed: int, switches: Switches | None = None) -> None:
        self.switches = switches or Switches()
        self.requests = 0
        self.shifted = 0
        self._chance = Random(seed)
        self._lock = threading.Lock()

    def install(self, app: Flask) -> None:
        """Stand between the network and every address of the API."""
        app.before_request(self._before)
        app.after_request(self._after)

    def shift(self, book: OrderBook) -> None:
        """Perhaps some order changes just now."""
        if self._befalls(self.switches.shifting):
            numbers = book.numbers()
            if numbers:
                with self._lock:
                    self.shifted += 1
                    chosen = self._chance.choice(numbers)
                book.touch(chosen)

    def repeat(self, rows: list[Json]) -> list[Json]:
        """Perhaps with rows that are there twice: one again at the start, the first again at the end."""
        if len(rows) < 2 or not self._befalls(self.switches.repeated):
            return rows
        with self._lock:
            again = self._chance.choice(rows)
        return [again, *rows, rows[0]]

    def _before(self) -> None:
        if not request.path.startswith("/api/"):
            return
        with self._lock:
            self.requests += 1
        if self._befalls(self.switches.slow):
            time.sleep(self.switches.slow_seconds)
        if self._befalls(self.switches.throttled):
            wait = str(max(0, round(self.switches.retry_after)))
            abort(Response('{"detail": "Request was throttled."}', 429, {"Retry-After": wait}))
        if self._befalls(self.switches.errors):
            abort(Response("<h1>Server Error (500)</h1>", 500))

    def _after(self, response: Response) -> Response:
        if not request.path.startswith("/api/") or not self._befalls(self.switches.cut_bodies):
            return response
        whole = response.get_data()
        # The promised length stays: the connection ends in the middle, as it does when a proxy dies.
        response.response = [whole[: len(whole) // 2]]
        response.headers["Content-Length"] = str(len(whole))
        return response

    def _befalls(self, share: float) -> bool:
        with self._lock:
            return share > 0 and self._chance.random() < share
