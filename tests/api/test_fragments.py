"""Reference rows that are kept encoded: never older than their version, never too many, secrets never."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pytest
from flask import Flask

from app.api import fragments
from app.api.fragments import Fragments, Kind
from app.queries.counters import REFERENCE_VERSIONS

VERSION = REFERENCE_VERSIONS[0]

pytestmark = pytest.mark.usefixtures("db_session")


class Rows:
    """A kind whose rows say when they were read."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.now = 1
        self.kind = Kind(VERSION, self.make)

    def make(self, keys: Collection[int]) -> dict[int, Any]:
        self.asked.append(list(keys))
        return {key: self.now for key in keys if key < 100}


def at(version: int) -> Fragments:
    """What a request has that read this version."""
    return Fragments({name: [(0, version)] for name in REFERENCE_VERSIONS})


def test_what_is_kept_is_not_read_again(app: Flask) -> None:
    rows = Rows()
    assert at(1).of(rows.kind, [1, 2, None]) == {1: 1, 2: 1}
    assert at(1).of(rows.kind, [2, 3, 2]) == {1: 1, 2: 1, 3: 1}
    assert rows.asked == [[1, 2], [3]]


def test_another_version_begins_anew(app: Flask) -> None:
    rows = Rows()
    at(1).of(rows.kind, [1])
    rows.now = 2
    assert at(2).of(rows.kind, [1]) == {1: 2}
    assert rows.asked == [[1], [1]]


def test_a_slower_request_does_not_bring_old_rows_back(app: Flask) -> None:
    """It read its version before; the next one that reads the present version must not see its rows."""
    rows = Rows()
    slow = at(1)
    rows.now = 2
    at(2).of(rows.kind, [1])
    rows.now = 1
    slow.of(rows.kind, [1])
    rows.now = 2
    assert at(2).of(rows.kind, [1]) == {1: 2}


def test_rows_that_do_not_exist_are_left_out_and_looked_for_again(app: Flask) -> None:
    rows = Rows()
    for _ in range(2):
        assert at(1).of(rows.kind, [7, 100]) == {7: 1}
    assert rows.asked == [[7, 100], [100]]


def test_so_many_are_kept_and_no_more(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fragments, "MOST_FRAGMENTS", 3)
    rows = Rows()
    for key in range(10):
        found = at(1).of(rows.kind, [key, key + 1])
        assert found[key] == found[key + 1] == 1
    kept = app.extensions["fragments"][rows.kind]
    assert len(kept.by_key) <= 3
