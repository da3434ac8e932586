"""How many orders a second are imported, planned and stored: the demo world loaded from its script."""

from __future__ import annotations

from time import perf_counter

from app import clock
from app.demo import world
from app.services import world_scripts
from bench.worlds import fresh_application, table

ORDERS = 5_000


def main() -> None:
    """Load the demo world once, and print what it cost."""
    with fresh_application() as app, app.app_context():
        started = perf_counter()
        lines = list(world.script(clock.now(), orders=ORDERS))
        generated = perf_counter() - started
        started = perf_counter()
        world_scripts.load(lines)
        loaded = perf_counter() - started
    orders = sum(b'"kind":"order"' in line for line in lines)
    table(
        ["what", "measured", "goal"],
        [
            ["lines of the demo world", f"{len(lines):,}", ""],
            ["generating them", f"{generated:.1f} s", ""],
            ["loading them on SQLite", f"{loaded:.1f} s", "≤ 60 s"],
            ["orders loaded a second, with all other lines", f"{orders / loaded:.0f}", ""],
        ],
    )
