"""Every page has its pictures and its figures: the list of pages is held to the URL map."""

from __future__ import annotations

from flask import Flask

from tests.page_list import NO_PAGES, PAGES


def asked_by_get(app: Flask) -> set[str]:
    """Endpoints that answer GET, but those of the JSON API."""
    rules = app.url_map.iter_rules()
    return {
        one.endpoint for one in rules if "GET" in (one.methods or ()) and not one.rule.startswith("/api/")
    }


def test_every_page_is_on_the_list(app: Flask) -> None:
    listed = {page.endpoint for page in PAGES}
    assert asked_by_get(app) - listed - set(NO_PAGES) == set(), "say in tests/page_list.py where they are"


def test_nothing_is_listed_that_is_not_there(app: Flask) -> None:
    listed = {page.endpoint for page in PAGES}
    known = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert listed - known == set()
    assert set(NO_PAGES) - asked_by_get(app) == set()
    assert listed & set(NO_PAGES) == set()


def test_no_two_pictures_have_one_name() -> None:
    names = [page.name for page in PAGES]
    assert len(names) == len(set(names))
