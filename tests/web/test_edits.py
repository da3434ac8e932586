"""Editing scenarios and locations: forms, trials before saving, what is odd, undoing."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.models import AuditEntry, Fact, Replay, Rule, Scenario, StockLocation
from app.services import drafts, replays
from app.services.unit_of_work import unit_of_work
from tests import builders
from tests.page_markup import Element
from tests.pages import PageClient
from tests.shops import Shop

pytestmark = pytest.mark.usefixtures("db_session")


@pytest.fixture
def admin(app: Flask, db_session: object) -> PageClient:
    return PageClient(app, builders.a_user(role="administrator").session_key)


def fields_of(page: Element) -> dict[str, Any]:
    """What a browser would send of the page's edit form."""
    form = next(
        one for one in page.find_all("form") if one.attributes.get("action", "").endswith(("edit", "new"))
    )
    found: dict[str, Any] = {}
    for one in form.find_all("input"):
        name, kind = one.attributes.get("name"), one.attributes.get("type")
        if name and (kind != "checkbox" or "checked" in one.attributes):
            values = found.setdefault(name, [])
            values.append(one.attributes.get("value", "y"))
    for one in form.find_all("select"):
        chosen = [option for option in one.find_all("option") if "selected" in option.attributes]
        options = chosen or one.find_all("option")[:1]
        found[one.attributes["name"]] = [options[0].attributes["value"]]
    found.pop("csrf_token")
    return found


def sent(client: PageClient, address: str, do: str, **changes: Any) -> Any:
    fields = {**fields_of(client.get(address)), **changes}
    return client.post(address, do=do, **fields)


def test_operators_read_and_administrators_edit(app: Flask, admin: PageClient, shop: Shop) -> None:
    operator = PageClient(app, builders.a_user().session_key)
    pages = (f"/scenarios/{shop.scenario.id}", f"/locations/{shop.location.id}")
    for page in pages:
        assert "Edit" not in [one.text for one in operator.get(page).find_all("a")]
        assert "Edit" in [one.text for one in admin.get(page).find_all("a")]
        operator.get(f"{page}/edit", status=403)
        admin.get(f"{page}/edit")


def test_an_unchanged_form_saves_nothing(admin: PageClient, shop: Shop) -> None:
    address = f"/scenarios/{shop.scenario.id}/edit"
    before = db.session.scalars(select(func.count()).select_from(AuditEntry)).one()
    assert sent(admin, address, "save").status_code == 303
    assert db.session.scalars(select(func.count()).select_from(AuditEntry)).one() == before


def test_a_scenario_is_saved_with_its_fact_and_its_history(admin: PageClient, shop: Shop) -> None:
    address = f"/scenarios/{shop.scenario.id}/edit"
    changes = {
        "priority": "5",
        "rules-0-split": "quantity",
        "payment_types": ["wallet"],
        "reason": "wallets only",
    }
    answer = sent(admin, address, "save", **changes)
    assert (answer.status_code, answer.location) == (303, f"/scenarios/{shop.scenario.id}")
    page = admin.get(answer.location)
    for words in (
        "wallets only",
        "Priority – → 5",
        "May divide an order split by line → split within a line",
    ):
        assert words in page.text
    fact = db.session.scalars(select(Fact).order_by(Fact.id.desc())).first()
    assert fact is not None and (fact.kind, fact.body["priority"]) == ("scenario", 5)
    assert db.session.scalars(select(Rule.split)).one() == "quantity"


def test_rules_are_added_moved_and_removed_before_anything_is_saved(admin: PageClient, shop: Shop) -> None:
    address = f"/scenarios/{shop.scenario.id}/edit"
    fields = fields_of(admin.get(address))

    def press(do: str, **changes: Any) -> dict[str, Any]:
        answer = admin.post(address, do=do, **{**fields, **changes})
        assert answer.status_code == 200
        return fields_of(admin.looked_at(answer, address))

    fields = press("add")
    fields = press("up-1", **{"rules-1-name": "warehouses first"})
    assert (fields["rules-0-name"], fields["rules-1-name"]) == (["warehouses first"], ["stores"])
    assert db.session.scalars(select(func.count()).select_from(Rule)).one() == 1
    assert admin.post(address, do="save", **fields).status_code == 303
    db.session.expire_all()
    rows = db.session.execute(select(Rule.name, Rule.priority).order_by(Rule.priority)).all()
    assert [tuple(row) for row in rows] == [("warehouses first", 1), ("stores", 2)]
    fields = fields_of(admin.get(address))
    fields = press("down-0")
    fields = press("remove-1")
    assert fields["rules-0-name"] == ["stores"] and "rules-1-name" not in fields


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no name of a rule": ({"rules-0-name": " "}, "Give the rule a name."),
    "two of a name": (
        {"rules-1-name": "stores", "rules-1-order_by": "priority", "rules-1-split": "line"},
        "Another rule has this name.",
    ),
    "a priority that is none": ({"priority": "first"}, "Not a valid integer value."),
    "a priority below zero": ({"priority": "-1"}, "A whole number of at least 0, or nothing."),
    "listed and excepted": (
        {"rules-0-stock_locations": ["ST-001"], "rules-0-except_stock_locations": ["ST-001"]},
        "Listed and excepted at once: ST-001.",
    ),
    "an unknown location": ({"rules-0-stock_locations": ["XX"]}, "not a valid choice"),
    "an unknown order": ({"rules-0-order_by": "luck"}, "Not a valid choice."),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_cannot_be_used_is_named_at_its_field(admin: PageClient, shop: Shop, what: str) -> None:
    address = f"/scenarios/{shop.scenario.id}/edit"
    changes, said = WRONG[what]
    answer = sent(admin, address, "save", **changes)
    assert answer.status_code == 422
    page = admin.looked_at(answer, address)
    assert said in page.text and "Nothing was saved" in page.text


def test_a_new_scenario_needs_a_name_of_its_own(admin: PageClient, shop: Shop) -> None:
    answer = sent(admin, "/scenarios/new", "save", name="Online")
    assert answer.status_code == 422
    assert "There is a scenario of this name already" in admin.looked_at(answer, "new").text
    answer = sent(admin, "/scenarios/new", "save", name="Phone", priority="3")
    assert answer.status_code == 303
    db.session.expire_all()
    made = db.session.scalars(select(Scenario).where(Scenario.name == "Phone")).one()
    assert (made.is_active, made.priority) == (False, 3)


def test_an_edit_is_tried_first_and_saved_from_there(admin: PageClient, shop: Shop) -> None:
    order = shop.an_order(number="FLIP-1")
    address = f"/scenarios/{shop.scenario.id}/edit"
    answer = sent(admin, address, "try", is_active=[], days="7")
    trial = admin.get(answer.location)
    assert "Would have been out of stock 1 order" in trial.text
    assert "Active yes → no" in trial.text and "FLIP-1" in trial.text
    stored = drafts.stored_body(drafts.ReplayKind.SCENARIO, {"name": "Online"})
    assert stored is not None and stored["is_active"] is True, "nothing is saved by trying"
    again = next(one for one in trial.find_all("a") if one.text == "Go on editing").attributes["href"]
    assert "is_active" not in fields_of(admin.get(again)), "the form has what was tried"
    saved = admin.post(f"{answer.location}/save", reason="summer")
    assert (saved.status_code, saved.location) == (303, f"/scenarios/{shop.scenario.id}")
    assert "summer" in admin.get(saved.location).text
    twice = admin.post(f"{answer.location}/save")
    assert "Somebody saved other changes meanwhile" in admin.get(twice.location).text
    assert order.id


def test_a_trial_says_what_would_be_odd(admin: PageClient, shop: Shop) -> None:
    answer = sent(admin, f"/locations/{shop.location.id}/edit", "try", is_active=[])
    assert "Every location that rule “stores” lets in is switched off." in admin.get(answer.location).text


def test_a_long_trial_shows_how_far_it_is_and_can_be_stopped(
    admin: PageClient, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        shop.an_order()
    monkeypatch.setattr(replays, "PART", 1)
    monkeypatch.setattr(replays, "AT_ONCE_SECONDS", 0.0)
    monkeypatch.setattr("app.services.wake.run_replay", lambda replay_id: None)
    address = sent(admin, f"/locations/{shop.location.id}/edit", "try", is_active=[]).location
    page = admin.get(address)
    assert "Plans tried 1 of 3" in page.text and "Save this edit" not in page.text
    assert admin.get_part(address).with_attribute("hx-get")
    assert admin.post(f"{address}/cancel").status_code == 303
    stopped = admin.get(address)
    assert "Stopped after 1 of 3 plans" in stopped.text and not stopped.with_attribute("hx-get")


def test_a_form_opened_before_somebody_else_saved_is_refused(admin: PageClient, shop: Shop) -> None:
    address = f"/locations/{shop.location.id}/edit"
    fields = fields_of(admin.get(address))
    assert admin.post(address, do="save", **{**fields, "max_quota": "4"}).status_code == 303
    answer = admin.post(address, do="save", **{**fields, "max_quota": "9"})
    assert answer.status_code == 409
    assert "Somebody saved other changes meanwhile" in admin.looked_at(answer, address).text
    db.session.expire_all()
    assert db.session.get_one(StockLocation, shop.location.id).max_quota == 4


@pytest.mark.parametrize("value", ["-1", "many", "99999999999"])
def test_a_quota_is_a_whole_number(admin: PageClient, shop: Shop, value: str) -> None:
    answer = sent(admin, f"/locations/{shop.location.id}/edit", "save", max_quota=value)
    assert answer.status_code == 422


def test_a_change_is_undone_from_the_history(admin: PageClient, shop: Shop) -> None:
    page = f"/locations/{shop.location.id}"
    sent(admin, f"{page}/edit", "save", max_quota="4", priority="")
    link = next(one for one in admin.get(page).find_all("a") if one.text == "Undo").attributes["href"]
    asked = admin.get(link)
    assert "Quota none → 4" in asked.text and "Priority 1 → –" in asked.text
    assert admin.post(link, reason="mistaken").status_code == 303
    assert "mistaken" in admin.get(page).text
    db.session.expire_all()
    location = db.session.get_one(StockLocation, shop.location.id)
    assert (location.max_quota, location.priority) == (None, 1)
    assert admin.post(link).status_code == 303, "again: refused, because it was changed since"
    assert "cannot be undone by itself" in admin.get(page).text


@pytest.mark.parametrize("place", ["Locations", "Scenarios"])
def test_trying_and_undoing_are_pages_of_what_is_edited(admin: PageClient, shop: Shop, place: str) -> None:
    edited = {"Locations": shop.location, "Scenarios": shop.scenario}[place]
    page = f"/{place.lower()}/{edited.id}"
    trial = admin.get(sent(admin, f"{page}/edit", "try", is_active=[]).location)
    sent(admin, f"{page}/edit", "save", is_active=[])
    link = next(one for one in admin.get(page).find_all("a") if one.text == "Undo").attributes["href"]
    undo = admin.get(link)
    assert f"{place} {edited.name} Undo a change" in " ".join(undo.text.replace("/", " ").split())
    for shown in (trial, undo):
        current = [one.text for one in shown.find_all("a") if one.attributes.get("aria-current") == "page"]
        assert current and set(current) == {place}


def test_an_entry_that_is_no_change_of_settings_is_not_found(admin: PageClient, shop: Shop) -> None:
    admin.get("/changes/987654/undo", status=404)
    shop.an_order()
    with unit_of_work() as work:
        work.audit("stock.recorded", "stock", 1, None, {"a": 1})
    entry = db.session.scalars(select(AuditEntry.id).where(AuditEntry.object_type == "stock")).one()
    admin.get(f"/changes/{entry}/undo", status=404)


def test_a_page_of_a_trial_that_was_not_made_is_not_found(admin: PageClient) -> None:
    admin.get("/what-would-change/77", status=404)
    assert db.session.scalars(select(func.count()).select_from(Replay)).one() == 0
