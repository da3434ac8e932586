"""A world in which nothing happened yet: every list says so in words, and looks like no failure."""

from __future__ import annotations

import pytest
from flask import Flask

from tests import builders
from tests.page_list import PAGES, ShownPage
from tests.pages import PageClient

FULL_FROM_THE_BEGINNING = {"users.index": "whoever looks is there"}
LISTS = [one for one in PAGES if one.is_list and not one.values]


@pytest.mark.parametrize("listed", LISTS, ids=lambda one: one.name)
@pytest.mark.usefixtures("db_session")
def test_an_empty_list_says_what_is_not_there(app: Flask, listed: ShownPage) -> None:
    assert listed.role is not None
    user = builders.a_user(role=listed.role)
    with app.test_request_context():
        path = app.url_map.bind("localhost").build(listed.endpoint)
    shown = PageClient(app, user.session_key).get(path, 200)
    if listed.endpoint not in FULL_FROM_THE_BEGINNING:
        said = [one for one in shown.walk() if "empty-state" in one.attributes.get("class", "")]
        assert said and all(one.text for one in said)
