"""The list of orders as a file: seconds and memory of sending 100,000 orders, on SQLite and PostgreSQL."""

from __future__ import annotations

import argparse
import multiprocessing
import resource
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from app import create_app
from bench import api_databases
from bench.api_databases import POSTGRESQL, SQLITE, Filled
from bench.worlds import table

FORMATS = ("csv", "json")
WARM_UP_BYTES = 200_000
GOAL_GROWTH_MB = 10
STATM = Path("/proc/self/statm")


@dataclass(frozen=True, slots=True)
class Sent:
    """One file: its size, how long it took, and how much the process grew after its first chunks."""

    megabytes: float
    seconds: float
    growth_mb: float


def main(words: Sequence[str] = ()) -> None:
    """Fill both databases, and send each format by a process of its own."""
    options = _options(words)
    rows = []
    with (
        api_databases.bench_folder() as folder,
        api_databases.places(folder, options.databases, None) as places,
    ):
        for place in places:
            with api_databases.filled(place, options.orders, folder) as filled:
                rows += [_row(filled, one, _measured(filled, one, folder)) for one in FORMATS]
    table(["database", "file", "orders", "MB", "seconds", "growth of memory", "goal"], rows)


def _options(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench exports")
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--databases", nargs="+", default=[SQLITE, POSTGRESQL])
    return parser.parse_args(words)


def _measured(filled: Filled, file_format: str, folder: Path) -> Sent:
    """In a fresh process: what was done before must not count as memory that is there already."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(send, (filled.environment, folder, file_format))


def send(environment: dict[str, str], folder: Path, file_format: str) -> Sent:
    """Send the whole list, and forget each piece as a network would."""
    overrides = {"QUEUE_URL": "memory://", "INSTANCE_PATH": folder, "WTF_CSRF_ENABLED": False}
    client = create_app({**environment, **overrides}).test_client()
    signed_in = client.post("/sign-in", data=api_databases.SIGN_IN)
    assert signed_in.status_code == 303, signed_in.status
    client.get(f"/orders/export.{file_format}?limit=1&q=nobody").get_data()
    started = perf_counter()
    pieces = iter(client.get(f"/orders/export.{file_format}", buffered=False).response)
    size = 0
    while size < WARM_UP_BYTES:
        size += len(next(pieces))
    before = most = _resident_mb()
    for piece in pieces:
        size += len(piece)
        most = max(most, _resident_mb())
    return Sent(size / 1e6, perf_counter() - started, most - before)


def _resident_mb() -> float:
    """What the process has in memory now. The kernel's own maximum would begin with the parent's."""
    return int(STATM.read_text().split()[1]) * resource.getpagesize() / 1e6


def _row(filled: Filled, file_format: str, sent: Sent) -> list[str]:
    return [
        filled.name,
        file_format,
        f"{filled.orders:,}",
        f"{sent.megabytes:.1f}",
        f"{sent.seconds:.1f}",
        f"{sent.growth_mb:.1f} MB",
        f"≤ {GOAL_GROWTH_MB} MB",
    ]
