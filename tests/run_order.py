"""What runs on which database, in how many processes, and in which order. Hooks for tests/conftest.py."""

from __future__ import annotations

import gc
import os

import pytest

BACKENDS = ("sqlite", "postgresql")
# Where tests take seconds. They come first, so that no worker has a long one left when the others are done.
SLOW_FIRST = (
    "tests/accuracy/",
    "tests/browser/",
    "tests/contract/",
    "tests/faults/",
    "tests/access/",
    "tests/demo/test_loaded_demo.py",
    "tests/services/test_upstream_sync.py",
    "tests/services/test_releases_at_once.py",
    "tests/services/test_writers_at_once.py",
    "tests/platform/test_commands.py",
    "tests/api/test_rate_limits.py",
    "tests/api/test_stock_feed.py",
    "tests/models/test_migrations.py",
    "tests/world/test_round_trip.py",
    "tests/domain/test_parity.py",
    "tests/domain/test_remedy_properties.py",
    "tests/domain/test_planner_properties.py",
    "tests/domain/test_replanning.py",
)
# They share one PostgreSQL and its hundred connections.
MOST_WORKERS = 8
# What a test leaves behind is small; a look through everything after each 700 objects is not.
CALM_COLLECTOR = (20_000, 10, 10)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--databases", default=",".join(BACKENDS), help="of sqlite,postgresql: where to run")
    parser.addoption("--long", action="store_true", help="the long tier of the fault tests")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One more than cores: now and then a worker waits for its database or its browser."""
    return min(len(os.sched_getaffinity(0)) + 1, MOST_WORKERS)


def pytest_sessionstart(session: pytest.Session) -> None:
    gc.set_threshold(*CALM_COLLECTOR)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests before short ones, one database after the other: changing over takes a worker seconds."""
    items.sort(key=_place)


def _place(item: pytest.Item) -> tuple[int, bool]:
    backend = item.callspec.params.get("backend") if hasattr(item, "callspec") else None
    return BACKENDS.index(backend or BACKENDS[0]), not item.nodeid.startswith(SLOW_FIRST)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test that needs the application runs once on each database; in a browser, on the first alone.

    Thousands of generated requests go to the last one, PostgreSQL, which takes less than SQLite does.
    """
    if "backend" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--databases").split(",")
        if "browser" in metafunc.definition.path.parts:
            chosen = chosen[:1]
        elif metafunc.definition.path.name == "test_schemathesis.py":
            chosen = chosen[-1:]
        metafunc.parametrize("backend", chosen, indirect=True, scope="session")


def pytest_collection_finish(session: pytest.Session) -> None:
    """Modules and thousands of tests stay to the end: the collector need not look at them again."""
    gc.collect()
    gc.freeze()
