"""Who reads Turkish reads Turkish on every page, each number, day and state included."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.domain.access import Role
from app.extensions import db
from app.models import State, StockLocation, User
from app.services.unit_of_work import unit_of_work
from tests import builders, page_list
from tests.browser import worlds
from tests.furniture import furnish
from tests.pages import PageClient
from tests.turkish import english_on

pytestmark = pytest.mark.usefixtures("db_session")

# What people of the test world named and wrote, and what other systems said: it is shown as it is.
NAMES = (
    "agreed with the stores on Monday",
    "A valid number is required.",
    "Channel is not taken in.",
    "nobody has ordered this",
    "the shelf is empty",
    "Isle of Man",
    "Port of Spain",
    "Out of stock",  # a view that somebody saved
    "Web orders",
    "warehouse first",
)


def test_every_page_is_turkish_for_who_reads_turkish(app: Flask) -> None:
    """A page that the small world has nothing for is looked at with other data elsewhere; there are few."""
    keys = _people_of_a_full_world()
    missing, english = [], {}
    for page in page_list.PAGES:
        with app.test_request_context():
            try:
                address = page_list.address_of(page)
            except LookupError:
                missing.append(page.name)
                continue
        client = PageClient(app, keys[page.role] if page.role else None)
        answer = client.client.get(address, headers={"Accept-Language": "tr"}, follow_redirects=True)
        found = english_on(client.looked_at(answer, address), NAMES)
        if found:
            english[page.name] = found
    assert not english, "\n".join(f"{name}: {texts}" for name, texts in english.items())
    assert len(missing) < 12, missing


def _people_of_a_full_world() -> dict[Role, str]:
    worlds.load()
    place = db.session.scalars(select(StockLocation).order_by(StockLocation.id)).first()
    people = {
        Role.ADMINISTRATOR: builders.a_user(role="administrator"),
        Role.STORE_MANAGER: builders.a_user(role="store_manager", locations=[place]),
    }
    furnish(people[Role.ADMINISTRATOR].id)
    with unit_of_work():
        db.session.execute(update(User).values(language="tr"))
    return {role: user.session_key for role, user in people.items()}


def test_states_bear_the_turkish_names_of_the_table(app: Flask) -> None:
    named = select(State.translations).where(State.enum_value == "400", State.name == "Approved")
    assert {one["tr-tr"]["name"] for one in db.session.scalars(named)} == {"Onaylanmış"}
    builders.an_order(state="400")
    page = PageClient(app, builders.a_user(language="tr").session_key).get("/orders/")
    badges = {one.text for one in page.walk() if "badge" in one.attributes.get("class", "").split()}
    assert "Onaylanmış" in badges
