"""Links of lists change what they name, keep the rest, and begin at the first page again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from app.web.links import kept_parameters, page_numbers, url_with, url_without


@pytest.fixture(autouse=True)
def on_a_list() -> Iterator[None]:
    with Flask(__name__).test_request_context(
        "/orders/?state=400&state=450&q=T%C3%BCl+%26&page=3&sort=-number"
    ):
        yield


def test_a_change_keeps_the_rest_and_begins_at_the_first_page() -> None:
    assert url_with(sort="number") == "/orders/?state=400&state=450&q=T%C3%BCl+%26&sort=number"


def test_another_page_keeps_everything() -> None:
    assert url_with(page=4) == "/orders/?state=400&state=450&q=T%C3%BCl+%26&sort=-number&page=4"


def test_several_values_can_be_given_and_all_be_removed() -> None:
    assert url_with(state=["50", "100"], q=None) == "/orders/?state=50&state=100&sort=-number"
    assert url_with(state=None, q="", sort=None) == "/orders/"


def test_a_chip_removes_its_parameter_or_one_value_of_it() -> None:
    assert url_without("state") == "/orders/?q=T%C3%BCl+%26&sort=-number"
    assert url_without("state", "400") == "/orders/?state=450&q=T%C3%BCl+%26&sort=-number"


def test_a_form_sends_along_what_it_has_no_field_for() -> None:
    assert kept_parameters(["q", "state"]) == [("sort", "-number")]


@pytest.mark.parametrize(
    ("current", "last", "shown"),
    [
        (1, 1, [1]),
        (1, 3, [1, 2, 3]),
        (1, 9, [1, 2, None, 9]),
        (4, 5, [1, 2, 3, 4, 5]),
        (5, 9, [1, None, 4, 5, 6, None, 9]),
        (97, 97, [1, None, 96, 97]),
    ],
)
def test_a_pager_shows_the_ends_and_what_is_near(current: int, last: int, shown: list[int | None]) -> None:
    assert page_numbers(current, last) == shown
