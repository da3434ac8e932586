"""Queries that cannot be used: pages that are not there, limits and filters that make no sense."""

from __future__ import annotations

from itertools import product

import pytest
from flask import Flask

from tests.api.client import ApiClient
from tests.api.routes import LISTS
from tests.contract.worlds import a_small_world

# Their rows come with the migrations, or the record that they belong to is needed.
NEVER_EMPTY = (
    "/api/v1/content_types/",
    "/api/v1/oms/orders/1/webhook_events/",
    "/api/v1/oms/orders/1/webhook_events/short/",
)


@pytest.fixture
def api(app: Flask) -> ApiClient:
    """An administrator's script in a small world."""
    with app.app_context():
        return ApiClient(app, key=a_small_world())


NO_PAGE = ("0", "-1", "abc", "1.5", "99999", "1e3", str(2**63), str(10**30), "١")


def test_a_page_that_is_not_there_is_404(api: ApiClient) -> None:
    for path, number in product(LISTS, NO_PAGE):
        assert api.get(path, 404, page=number) == {"detail": "Invalid page."}, path


@pytest.mark.parametrize("name", ["limit", "page_size"])
def test_a_limit_is_cut_to_the_largest_and_refused_when_it_is_none(api: ApiClient, name: str) -> None:
    for path in LISTS:
        count = api.get(path, **{name: "100000"})["count"]
        for number in ("200", "201", str(10**30)):
            found = api.get(path, **{name: number})
            assert len(found["results"]) == min(count, 200)
        for number in ("abc", "0", "-1", "1.5", "10 000"):
            assert list(api.get(path, 400, **{name: number})) == [name], path


@pytest.mark.parametrize("path", LISTS)
def test_pages_lead_from_one_to_the_next_and_back_and_hold_everything_once(api: ApiClient, path: str) -> None:
    whole, seen, last = api.get(path, limit=200), [], None
    address = f"{path}?limit=1"
    while address:
        found = api.get(address)
        assert (found["count"], len(found["results"])) == (whole["count"], 1)
        assert found["previous"] == last, "as with the vendor, the first page has no number"
        last = f"http://localhost{path}?limit=1" if last is None else _address(path, found)
        seen += found["results"]
        address = (found["next"] or "").removeprefix("http://localhost")
    assert seen == whole["results"]
    assert [whole["next"], whole["previous"]] == [None, None]


def _address(path: str, found: dict[str, str]) -> str:
    page = int(found["previous"].partition("page=")[2] or 1) + 1
    return f"http://localhost{path}?limit=1&page={page}"


def test_an_empty_list_has_a_first_page(app: Flask) -> None:
    empty = {"count": 0, "next": None, "previous": None, "results": []}
    api = ApiClient(app)
    for path in LISTS:
        if path not in NEVER_EMPTY:
            assert api.get(path) == api.get(path, page=1) == empty, path
            assert api.get(path, 404, page=2) == {"detail": "Invalid page."}


@pytest.mark.parametrize(
    ("path", "name", "value"),
    [
        ("/api/v1/oms/orderexecutionplans/", "state", "done"),
        ("/api/v1/oms/inventory-discrepancies/", "reason", "lost"),
        ("/api/v1/oms/inventory-discrepancies/", "is_active", "perhaps"),
        ("/api/v1/oms/inventory-discrepancies/", "stock_location", "987654321"),
        ("/api/v1/oms/inventory-discrepancies/", "created_date__gte", "soon"),
        ("/api/v1/oms/orders/", "state__enum_value", "401"),
        ("/api/v1/oms/orders/", "channel", "987654321"),
        ("/api/v1/oms/orders/", "date_placed__gte", "2026-13-01"),
        ("/api/v1/oms/orders/short/", "modified_date__lte", "2026-11-20T25:00:00Z"),
        ("/api/v1/oms/orders/list-simple/", "sort", "password"),
        ("/api/v1/oms/order-stock-info/", "date__gte", "abc"),
        ("/api/v1/oms/packages/", "state__enum_value", "out_of_stock"),
        ("/api/v1/oms/packages/", "cause", "bad_luck"),
        ("/api/v1/oms/reservations/", "stale", "perhaps"),
        ("/api/v1/oms/reservations/", "state", "lost"),
    ],
)
def test_a_filter_with_a_value_nobody_knows_is_refused_by_its_name(
    api: ApiClient, path: str, name: str, value: str
) -> None:
    found = api.get(path, 400, **{name: value})
    assert list(found) == [name]
    assert found[name][0].endswith(".")


NAMES = ("erp_code", "number", "order_number", "sku", "model", "order__number", "unknown")
STRANGE = ("%00", "a%00b", "%ff%fe", "%F0%9F%98%80", "' OR '1'='1", "%25", "x" * 5_000)


def test_strange_text_in_a_query_breaks_nothing(api: ApiClient) -> None:
    for path in LISTS:
        script = ApiClient(api.app, role="administrator")  # each with a rate of its own
        for name, text in product(NAMES, STRANGE):
            answer = script.ask("GET", f"{path}?{name}={text}")
            assert answer.status_code in (200, 400), (path, name, text)


def test_what_is_left_empty_is_not_asked_for(api: ApiClient) -> None:
    left = "page=&limit=&reason=&erp_code=&number=&state__enum_value=&sort="
    for path in LISTS:
        assert api.get(f"{path}?{left}")["results"] == api.get(path)["results"]
