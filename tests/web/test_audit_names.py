"""The audit log names what entries tell of as people do, and falls back to the number of its record."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from app import models
from app.extensions import db
from app.queries import audit, audit_names
from app.services.unit_of_work import unit_of_work
from app.web import audit_view
from tests import builders, statements
from tests.pages import PageClient

pytestmark = pytest.mark.usefixtures("db_session")

CODE = "SD-4711"


@pytest.fixture
def administrator(app: Flask) -> PageClient:
    return PageClient(app, builders.a_user("root", role="administrator").session_key)


def an_object(kind: str) -> int:
    """One of that kind, called CODE; its id."""
    product, location = builders.a_product(CODE), builders.a_location("ST-001", name=CODE)
    order = builders.an_order(number=CODE, lines=[(product, 1_00)])
    (item,) = order.items
    made = {
        "cargo_company": lambda: builders.a_cargo_company(name=CODE),
        "channel": lambda: builders.a_channel(name=CODE),
        "discrepancy": lambda: builders.a_discrepancy(location, product),
        "execution_plan": lambda: builders.a_plan(order),
        "mapping": lambda: builders.a_mapping(item, code=CODE),
        "order": lambda: order,
        "order_item": lambda: item,
        "package": lambda: builders.a_package(order, location, number=CODE),
        "package_item": lambda: builders.a_package(order, location, number=CODE).items[0],
        "product": lambda: product,
        "reservation": lambda: builders.a_reservation(item, location),
        "saved_view": a_view,
        "scenario": lambda: builders.a_scenario(name=CODE),
        "stock_location": lambda: location,
        "upstream_order": an_upstream_order,
        "user": lambda: builders.a_user(CODE),
    }
    return int(made[kind]().id)


def a_view() -> Any:
    owner = builders.a_user()
    return stored(
        models.SavedView(owner_id=owner.id, list_code="orders", name=CODE, search_name=CODE, query="")
    )


def an_upstream_order() -> Any:
    return stored(models.UpstreamOrder(key="pk:1", number=CODE, state="quarantined", reason="is missing"))


def stored(row: Any) -> Any:
    with unit_of_work():
        db.session.add(row)
    return row


def objects_shown(administrator: PageClient) -> list[str]:
    """The cells that say what each entry is about, the newest first."""
    (body,) = administrator.get("/audit-log/").find_all("tbody")
    return [row.find_all("td")[2].text for row in body.find_all("tr")]


def changes_shown(administrator: PageClient) -> list[set[str]]:
    """The values of each entry, the newest first."""
    (body,) = administrator.get("/audit-log/").find_all("tbody")
    return [{" ".join(one.text.split()) for one in row.find_all("li")} for row in body.find_all("tr")]


@pytest.mark.parametrize("kind", sorted(audit_names.NAMED_KINDS))
def test_an_entry_names_its_object(administrator: PageClient, kind: str) -> None:
    number = an_object(kind)
    builders.an_audit_entry(object_type=kind, object_id=str(number))
    shown = objects_shown(administrator)[0]
    assert f" {CODE}" in shown and f"record {number}" in shown


# Only a planned package has an explanation, and these are not.
LINKED = audit_names.NAMED_KINDS & audit_view.PAGES.keys() - {"package"}


@pytest.mark.parametrize("kind", sorted(LINKED))
def test_an_entry_leads_to_its_object(administrator: PageClient, kind: str) -> None:
    builders.an_audit_entry(object_type=kind, object_id=str(an_object(kind)))
    links = administrator.get("/audit-log/").find_all("tbody")[0].find_all("tr")[0].find_all("a")
    (own,) = [one for one in links if CODE in one.text]
    assert CODE in administrator.get(own.attributes["href"]).text


@pytest.mark.parametrize("kind", sorted(audit_names.NAMED_KINDS))
def test_a_value_that_refers_to_an_object_names_it(administrator: PageClient, kind: str) -> None:
    builders.an_audit_entry(after={f"{kind}_id": an_object(kind), "webhook_id": 12})
    assert changes_shown(administrator)[0] == {f"{audit_view.kind_label(kind)} {CODE}", "Webhook 12"}


def test_what_a_value_refers_to_may_be_gone_or_not_there(administrator: PageClient) -> None:
    builders.an_audit_entry(before={"product_id": 4711}, after={"product_id": None})
    assert changes_shown(administrator)[0] == {"Product 4711 → nothing"}


def test_what_is_gone_or_has_no_name_is_shown_by_its_number(administrator: PageClient) -> None:
    builders.an_audit_entry(object_type="saved_view", object_id="4711")
    builders.an_audit_entry(object_type="webhook", object_id="12")
    builders.an_audit_entry(object_type="stock", object_id=None)
    stock, webhook, view = objects_shown(administrator)[:3]
    assert stock.strip() == "Stock"
    assert webhook.split() == ["Webhook", "12", "its", "entries"]
    assert view.split() == ["Saved", "view", "4711", "its", "entries"]


def test_names_take_one_statement_however_many_there_are(app: Flask) -> None:
    numbers = {"scenario": builders.a_scenario(name=CODE).id, "user": builders.a_user(CODE).id}
    rows = [
        builders.an_audit_entry(object_type=kind, object_id=str(number)) for kind, number in numbers.items()
    ]
    entries = [audit.entry(row.id) for row in rows]
    with statements.counted(app) as sent:
        found = audit_names.names_of(entries)
    assert len(sent) == 1
    assert found == {(kind, str(number)): CODE for kind, number in numbers.items()}
