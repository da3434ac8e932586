"""Users, the own account, channels' secrets and the audit log, as pages."""

from __future__ import annotations

import csv
import io

import pytest
from flask import Flask
from sqlalchemy import select

from app.domain.access import Role
from app.extensions import db
from app.models import AuditEntry, Channel, User
from app.services import channel_secrets, channels, users
from app.services.documents.master_data import ChannelDocument
from tests import builders
from tests.pages import PageClient

pytestmark = pytest.mark.usefixtures("db_session")

PASSWORD = "a long enough password"
NEW_PASSWORD = "another long password"


@pytest.fixture
def administrator(app: Flask) -> PageClient:
    return PageClient(app, builders.a_user("root", role="administrator").session_key)


def somebody(name: str) -> User:
    db.session.expire_all()
    return db.session.scalars(select(User).where(User.username == name)).one()


def test_somebody_made_signs_in_and_sees_the_own_location(app: Flask, administrator: PageClient) -> None:
    place = builders.a_location("ST-001", name="Kadıköy")
    form = {"username": "Ayşe", "password": PASSWORD, "role": "store_manager", "locations": "ST-001"}
    answer = administrator.post("/users/new", **form)
    assert answer.status_code == 303
    assert "Kadıköy" in administrator.get(str(answer.location)).text
    browser = PageClient(app)
    assert browser.post("/sign-in", username="ayse", password=PASSWORD).status_code == 303
    assert browser.client.get("/my-location/").location == f"/my-location/{place.id}"


@pytest.mark.parametrize(
    "changed", [{"username": ""}, {"username": "root"}, {"password": "short"}, {"role": "king"}]
)
def test_a_user_that_cannot_be_made_is_told_why(administrator: PageClient, changed: dict[str, str]) -> None:
    form = {"username": "ayse", "password": PASSWORD, "role": "operator", **changed}
    answer = administrator.post("/users/new", **form)
    assert answer.status_code == 422
    administrator.looked_at(answer, "/users/new")


def test_rights_hold_from_the_next_request(app: Flask, administrator: PageClient) -> None:
    user = builders.a_user("ayse", role="operator")
    browser = PageClient(app, user.session_key)
    browser.get("/stock-log/")
    administrator.post(f"/users/{user.id}", role="store_manager", is_active="y")
    browser.get("/stock-log/", status=403)
    administrator.post(f"/users/{user.id}", role="operator")
    assert browser.client.get("/orders/").status_code == 303, "switched off"
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (entry.actor, entry.before["is_active"], entry.after["is_active"]) == ("root", True, False)


def test_the_last_administrator_stays(administrator: PageClient) -> None:
    root = somebody("root")
    for form in ({"role": "operator", "is_active": "y"}, {"role": "administrator"}):
        answer = administrator.post(f"/users/{root.id}", **form)
        assert answer.status_code == 409
        assert "last administrator" in administrator.looked_at(answer, "/users").text
    assert (somebody("root").role, somebody("root").is_active) == ("administrator", True)


@pytest.mark.parametrize("act", ["sign-out", "password"])
def test_sessions_end_at_once(app: Flask, administrator: PageClient, act: str) -> None:
    user = builders.a_user("ayse")
    browser = PageClient(app, user.session_key)
    administrator.post(f"/users/{user.id}/{act}", password=NEW_PASSWORD)
    assert browser.client.get("/orders/").status_code == 303


def test_ones_own_password_needs_the_present_one(app: Flask) -> None:
    users.create_user("ayse", Role.OPERATOR, PASSWORD)
    here, there = PageClient(app, somebody("ayse").session_key), PageClient(app, somebody("ayse").session_key)
    wrong = {"present": "guessed", "password": NEW_PASSWORD, "again": NEW_PASSWORD}
    answer = here.post("/account/password", **wrong)
    assert (answer.status_code, there.client.get("/orders/").status_code) == (422, 200)
    assert "not your present password" in here.looked_at(answer, "/account/").text
    answer = here.post("/account/password", **{**wrong, "present": PASSWORD})
    assert answer.status_code == 303
    here.get("/account/")
    assert there.client.get("/orders/").status_code == 303, "signed out everywhere else"
    assert users.check_password("ayse", NEW_PASSWORD) is not None


def test_guessing_the_present_password_is_throttled(app: Flask) -> None:
    users.create_user("ayse", Role.OPERATOR, PASSWORD)
    browser = PageClient(app, somebody("ayse").session_key)
    form = {"present": "guessed", "password": NEW_PASSWORD, "again": NEW_PASSWORD}
    answers = [browser.post("/account/password", **form).status_code for _ in range(12)]
    assert 429 in answers


def test_secrets_of_a_channel_are_written_and_never_read(administrator: PageClient) -> None:
    given = {"server": "https://shop.example/", "password": "first-secret", "auth_token": "second-secret"}
    channel_id = channels.save_channel(ChannelDocument(name="Web", configuration=given))
    page = administrator.get(f"/channels/{channel_id}")
    assert "https://shop.example/" in page.text
    form = {"is_active": "y", "secret-password": "third-secret", "new_key": "api_key", "new_secret": "fourth"}
    assert administrator.post(f"/channels/{channel_id}", **form).status_code == 303
    db.session.expire_all()
    stored = db.session.get_one(Channel, channel_id).configuration
    assert channel_secrets.decrypted(stored) == {
        "server": "https://shop.example/",
        "password": "third-secret",
        "auth_token": "second-secret",
        "api_key": "fourth",
    }
    shown = administrator.client.get(f"/channels/{channel_id}").get_data(as_text=True)
    assert not any(secret in shown for secret in ("first-secret", "second-secret", "third-secret", "fourth"))


def test_what_is_not_secret_is_not_entered_as_one(administrator: PageClient) -> None:
    channel_id = channels.save_channel(ChannelDocument(name="Web"))
    form = {"is_active": "y", "new_key": "sales_url", "new_secret": "https://shop.example/"}
    answer = administrator.post(f"/channels/{channel_id}", **form)
    assert answer.status_code == 422
    administrator.looked_at(answer, "/channels/1")


def test_the_log_is_narrowed_by_object_person_and_day(administrator: PageClient) -> None:
    builders.an_audit_entry(object_type="package", object_id="7", actor="ayse", action="package.pack")
    builders.an_audit_entry(object_type="order", object_id="8", actor="veli", before={"a": 1}, after={"a": 2})

    def shown(query: str) -> str:
        return administrator.get(f"/audit-log/?{query}").find_all("tbody")[0].text

    assert "ayse" in shown("kind=package&object_id=7") and "veli" not in shown("kind=package")
    assert "A 1 → 2" in shown("actor=veli")
    assert "ayse" in shown("date_from=2020-01-01")
    assert administrator.get("/audit-log/?date_to=2020-01-01").find_all("tbody") == []


def test_the_exported_log_masks_secrets_and_holds_no_formula(administrator: PageClient) -> None:
    builders.an_audit_entry(reason="=1+1", after={"password": "not to be seen", "name": "x"})
    text = administrator.client.get("/audit-log/export.csv").get_data(as_text=True)
    (row,) = [one for one in csv.DictReader(io.StringIO(text)) if one["reason"]]
    assert row["reason"] == "'=1+1"
    assert row["after"] == '{"password":"********","name":"x"}'


def test_nobody_else_sees_who_did_what(app: Flask) -> None:
    for role in ("operator", "store_manager"):
        PageClient(app, builders.a_user(role=role).session_key).get("/audit-log/", status=403)
