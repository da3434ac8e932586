"""A WSGI application that tells with each answer how many statements it took: only to look at, never to time.

BENCH_APPLICATION names the application ("wsgi:app"), BENCH_STATEMENTS the header. Statements are counted at
the drivers, below every framework.
"""

from __future__ import annotations

import importlib
import os
import sqlite3
from collections.abc import Callable, Iterable
from typing import Any

import psycopg
import pysqlite3

HEADER = os.environ["BENCH_STATEMENTS"]
_seen = 0


def _count(statement: object = "") -> None:
    """SQLite reports the statements of triggers as comments."""
    global _seen
    _seen += not str(statement).startswith("--")


def _count_sqlite(module: Any) -> None:
    connect = module.dbapi2.connect

    def connect_and_count(*arguments: Any, **options: Any) -> Any:
        connection = connect(*arguments, **options)
        connection.set_trace_callback(_count)
        return connection

    module.connect = module.dbapi2.connect = connect_and_count


def _count_postgresql() -> None:
    execute = psycopg.Cursor.execute

    def execute_and_count(self: Any, *arguments: Any, **options: Any) -> Any:
        _count()
        return execute(self, *arguments, **options)

    psycopg.Cursor.execute = execute_and_count  # type: ignore[method-assign]


def _load() -> Callable[..., Iterable[bytes]]:
    module, _, name = os.environ["BENCH_APPLICATION"].partition(":")
    found: Callable[..., Iterable[bytes]] = getattr(importlib.import_module(module), name)
    return found


for driver in (sqlite3, pysqlite3):
    _count_sqlite(driver)
_count_postgresql()
_counted = _load()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The application's answer with one more header."""
    global _seen
    _seen = 0

    def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
        return start_response(status, [*headers, (HEADER, str(_seen))], *more)

    return _counted(environ, start)
