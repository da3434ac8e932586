"""Databases for measuring: fresh and migrated, with an application on it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from time import perf_counter

import msgspec
from flask import Flask
from flask_migrate import upgrade

from app import create_app
from app.config import PROJECT_ROOT
from app.demo import world
from app.services import world_scripts

ORDERS = 5_000


@contextmanager
def fresh_application(url: str | None = None) -> Iterator[Flask]:
    """An application on an empty database: that at `url`, or a SQLite file that goes away afterwards."""
    with tempfile.TemporaryDirectory(prefix="stocktrace-bench-") as folder:
        app = create_app(
            {
                "DATABASE_URL": url or f"sqlite:///{folder}/bench.db",
                "QUEUE_URL": "memory://",
                "INSTANCE_PATH": Path(folder),
                "WTF_CSRF_ENABLED": False,
            }
        )
        with app.app_context():
            upgrade(directory=str(PROJECT_ROOT / "migrations"))
        yield app


def demo_lines(anchor: datetime, orders: int = ORDERS) -> list[bytes]:
    """The demo world as the lines of its script."""
    return [msgspec.json.encode(line) for line in world.lines(anchor, orders=orders)]


def load(lines: list[bytes]) -> float:
    """Load them through the ordinary loader; how many seconds it took. Needs an application context."""
    started = perf_counter()
    world_scripts.load(lines)
    return perf_counter() - started


def table(header: list[str], rows: list[list[str]]) -> None:
    """Print a Markdown table with columns of equal width."""
    widths = [max(len(row[column]) for row in [header, *rows]) for column in range(len(header))]
    for row in [header, ["-" * width for width in widths], *rows]:
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |")
