"""Templates get the addresses that Flask builds, whatever is asked before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, url_for

from app.web.addresses import Addresses

GIVEN: list[dict[str, Any]] = [
    {"row_id": 7},
    {"row_id": 8},
    {"row_id": 7, "page": 2, "q": "100 % ş/&"},
    {"row_id": 7, "q": "100 % ş/&", "page": 2},
    {"row_id": 7, "q": None},
    {"row_id": 7, "state": ["400", "450"]},
    {"row_id": 7, "is_open": True},
    {"row_id": 7, "_anchor": "line-3"},
    {"row_id": 7, "_external": True},
]


@pytest.fixture
def site() -> Iterator[Flask]:
    app = Flask(__name__)
    app.add_url_rule("/rows/<int:row_id>", "rows.show", lambda row_id: str(row_id))
    with app.test_request_context("/"):
        yield app


def test_an_address_is_that_of_flask(site: Flask) -> None:
    address = Addresses(site)
    for values in [*GIVEN, *GIVEN]:
        assert address("rows.show", **values) == url_for("rows.show", **values), values


def test_an_address_begins_with_where_the_site_is_mounted(site: Flask) -> None:
    address = Addresses(site)
    assert address("rows.show", row_id=7) == "/rows/7"
    with site.test_request_context("/", base_url="http://localhost/stock"):
        assert address("rows.show", row_id=7) == "/stock/rows/7"
