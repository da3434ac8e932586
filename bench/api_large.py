"""How answers grow with the data: any page at a million orders against page 1 at ten thousand.

And a hot pair of the stock log in ten million rows against one million. Ours alone, measured by turns.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from bench import api_rows
from bench.api_client import ask, measure, request_of
from bench.api_databases import Databases, Filled, filled
from bench.api_servers import OURS, Server, running
from bench.worlds import table

LIMIT = 50
BYTES_AN_ORDER = 20_000
"""Both databases with their indexes, and room to make them."""

LISTS: Mapping[str, str] = {
    "orders": "/api/v1/oms/orders/",
    "orders short": "/api/v1/oms/orders/short/",
    "stock log": "/api/v1/oms/order-stock-info/",
}


@dataclass(frozen=True, slots=True)
class Grown:
    """Our server on a database of one size."""

    database: Filled
    server: Server

    def asked(self, path: str, **parameters: object) -> tuple[int, bytes]:
        """Where and what to ask."""
        query = urlencode({"limit": LIMIT, **parameters})
        return self.server.port, request_of(f"{path}?{query}", self.database.token)

    def count(self, path: str) -> int:
        """How many rows the list says it has."""
        found: int = ask(*self.asked(path)).document["count"]
        return found


def main(databases: Sequence[Databases], folder: Path, options: argparse.Namespace) -> None:
    """Print the growth on each database. Stops when the disk has no room or a count is wrong."""
    largest = options.largest
    if shutil.disk_usage(folder).free < largest * BYTES_AN_ORDER:
        raise SystemExit(f"{largest:,} orders need {largest * BYTES_AN_ORDER / 1e9:.0f} GB of free disk")
    rows = [row for place in databases for row in _growth(place, folder, options)]
    print()
    table(["#", "what", "database", "time", "target"], rows)


def _growth(place: Databases, folder: Path, options: argparse.Namespace) -> list[list[str]]:
    with ExitStack() as stack:
        sizes = (options.largest // 100, options.largest // 10, options.largest)
        small, middle, large = (_started(stack, place, size, folder) for size in sizes)
        rows = []
        for name, path in LISTS.items():
            rows += _pages(name, path, small, large, options)
        rows.append(_hot_pair(middle, large, options))
    return [[code, title, place.name, time, goal] for code, title, time, goal in rows]


def _started(stack: ExitStack, place: Databases, orders: int, folder: Path) -> Grown:
    database = stack.enter_context(filled(place, orders, folder))
    (server,) = stack.enter_context(running((OURS,), database.environment, folder))
    return Grown(database, server)


def _pages(
    name: str, path: str, small: Grown, large: Grown, options: argparse.Namespace
) -> list[tuple[str, str, str, str]]:
    """A4: the first, the middle and the last page of the large against the first of the small one."""
    count = large.count(path)
    expected = _rows_of(name, large.database.orders)
    if count != expected:
        raise SystemExit(f"{name}: {count:,} counted, {expected:,} are there")
    last = count // LIMIT
    asked = {"base": small.asked(path)}
    asked |= {f"page {page:,}": large.asked(path, page=page) for page in (1, last // 2, last)}
    rounds = measure(asked, options.rounds, options.seconds)
    title = f"{name} of {large.database.orders:,} orders, {{}}, against page 1 of {small.database.orders:,}"
    return [
        ("A4", title.format(page), f"{rounds.ratio(page, 'base'):.2f}", "≤ 1.5")
        for page in asked
        if page != "base"
    ]


def _hot_pair(middle: Grown, large: Grown, options: argparse.Namespace) -> tuple[str, str, str, str]:
    """B2: the same pair in ten times as many rows."""
    pair = {
        "order_number": api_rows.order_number(api_rows.HOT_ORDER),
        "erp_code": api_rows.erp_code(api_rows.HOT_LOCATION),
    }
    asked = {str(one.database.orders): one.asked(LISTS["stock log"], **pair) for one in (middle, large)}
    ratio = measure(asked, options.rounds, options.seconds).ratio(*reversed(list(asked)))
    sizes = [f"{_rows_of('stock log', one.database.orders):,}" for one in (large, middle)]
    return "B2", f"stock log, hot pair, {sizes[0]} rows against {sizes[1]}", f"{ratio:.2f}", "≤ 1.1"


def _rows_of(name: str, orders: int) -> int:
    return orders * 10 + 2 * api_rows.HOT_ATTEMPTS if name == "stock log" else orders
