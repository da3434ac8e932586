"""Signing in and out: one answer to all who may not, no way off this site, and sessions that can be ended."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import cache

import pytest
from flask import Flask
from sqlalchemy import update

from app.extensions import db
from app.models import User
from app.services import passwords, users
from app.services.unit_of_work import unit_of_work
from tests import builders
from tests.pages import PageClient

pytestmark = pytest.mark.usefixtures("db_session")

PASSWORD = "correct horse battery staple"
WRONG = "User name or password is wrong."


@cache
def kept_password() -> str:
    return passwords.hashed(PASSWORD)


@pytest.fixture
def ayse(db_session: object) -> int:
    return builders.a_user("ayse", password_hash=kept_password()).id


@pytest.fixture
def tries(app: Flask) -> int:
    """How many tries a minute are let through in this test."""
    app.extensions["settings"] = replace(app.extensions["settings"], login_rate_limit="3/minute")
    return 3


def tried(browser: PageClient, username: str, password: str, path: str = "/sign-in", **more: str):
    return browser.post(path, username=username, password=password, **more)


@pytest.mark.usefixtures("ayse")
@pytest.mark.parametrize("username", ["Ayşe", " AYŞE "])
def test_the_right_password_opens_the_desk(app: Flask, username: str) -> None:
    """However the name is written."""
    browser = PageClient(app)
    answer = tried(browser, username, PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert "ayse" in browser.get("/").text


@pytest.mark.usefixtures("ayse")
def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(app: Flask) -> None:
    builders.a_user("off", password_hash=kept_password(), is_active=False)
    texts = set()
    for username, password in (("ayse", "wrong"), ("nobody", PASSWORD), ("off", PASSWORD)):
        browser = PageClient(app)
        answer = tried(browser, username, password)
        page = browser.looked_at(answer, "/sign-in", is_part=False)
        assert answer.status_code == 422
        assert WRONG in page.text
        texts.add(page.text)
    assert len(texts) == 1


def test_an_unknown_name_takes_as_long_as_a_wrong_password(app: Flask, dear_passwords: None) -> None:
    """Either way one password is hashed; without that the answer would come back in a tenth of the time."""
    builders.a_user("ayse", password_hash=passwords.hashed(PASSWORD))
    spent = [_least_spent(app, username) for username in ("ayse", "nobody")]
    assert max(spent) < 4 * min(spent), spent


def _least_spent(app: Flask, username: str) -> float:
    """Seconds of the processor, the least of three tries: other programs do not count."""
    browser, spent = PageClient(app), []
    for _ in range(3):
        browser.token()
        begun = time.process_time()
        tried(browser, username, "wrong")
        spent.append(time.process_time() - begun)
    return min(spent)


UNUSABLE = [("", ""), ("ayse", ""), ("", "x"), ("a\x00b", "x"), ("x" * 151, "x")]


@pytest.mark.parametrize(("username", "password"), UNUSABLE)
def test_a_form_that_cannot_be_right_comes_back_with_what_is_missing(
    app: Flask, username: str, password: str
) -> None:
    browser = PageClient(app)
    answer = tried(browser, username, password)
    assert answer.status_code == 422
    page = browser.looked_at(answer, "/sign-in")
    assert [one for one in page.walk() if "invalid-feedback" in one.attributes.get("class", "")]


@pytest.mark.usefixtures("ayse")
def test_a_form_without_its_token_is_refused(app: Flask) -> None:
    browser = PageClient(app)
    answer = browser.client.post("/sign-in", data={"username": "ayse", "password": PASSWORD})
    assert answer.status_code == 400
    assert browser.client.get("/").status_code == 303


@pytest.mark.usefixtures("ayse")
def test_a_token_of_another_session_is_refused(app: Flask) -> None:
    other, browser = PageClient(app), PageClient(app)
    data = {"csrf_token": other.token(), "username": "ayse", "password": PASSWORD}
    browser.token()
    assert browser.client.post("/sign-in", data=data).status_code == 400


LOCAL = ["/orders/?state=400&q=a", "/packages/7/explanation?at=2", "/orders/number/a%20b"]
FOREIGN = [
    "https://elsewhere.example/",
    "//elsewhere.example/",
    "/\\elsewhere.example",
    "/\t/elsewhere.example",
    "\\\\elsewhere.example",
    "javascript:alert(1)",
    "elsewhere.example",
    "/\n/elsewhere.example",
    "",
]


@pytest.mark.usefixtures("ayse")
@pytest.mark.parametrize("wanted", LOCAL)
def test_signing_in_goes_on_to_the_page_that_was_asked_for(app: Flask, wanted: str) -> None:
    browser = PageClient(app)
    asked = browser.client.get(wanted)
    assert asked.status_code == 303
    answer = tried(browser, "ayse", PASSWORD, asked.headers["Location"])
    assert answer.headers["Location"] == wanted


@pytest.mark.usefixtures("ayse")
def test_signing_in_never_leads_to_another_site(app: Flask) -> None:
    for wanted in FOREIGN:
        browser = PageClient(app)
        data = {"csrf_token": browser.token(), "username": "ayse", "password": PASSWORD}
        answer = browser.client.post("/sign-in", query_string={"next": wanted}, data=data)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/"), wanted
        again = browser.client.get("/sign-in", query_string={"next": wanted})
        assert (again.status_code, again.headers["Location"]) == (303, "/"), wanted


@pytest.mark.usefixtures("ayse")
def test_tries_at_one_account_are_throttled_wherever_they_come_from(app: Flask, tries: int) -> None:
    browser = PageClient(app)
    token = browser.token()
    answers = []
    for number in range(tries + 1):
        data = {"csrf_token": token, "username": "ayse", "password": f"guess {number}"}
        address = {"REMOTE_ADDR": f"203.0.113.{number}"}
        answers.append(browser.client.post("/sign-in", data=data, environ_overrides=address))
    assert [one.status_code for one in answers] == [422] * tries + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert "Too many requests" in answers[-1].get_data(as_text=True)


def test_tries_of_one_address_are_throttled_whoever_they_are_for(app: Flask, tries: int) -> None:
    browser = PageClient(app)
    token = browser.token()
    answers = []
    for number in range(tries + 1):
        data = {"csrf_token": token, "username": f"user{number}", "password": "x"}
        answers.append(browser.client.post("/sign-in", data=data))
    assert [one.status_code for one in answers] == [422] * tries + [429]


@pytest.mark.usefixtures("ayse")
def test_signing_in_often_is_not_throttled(app: Flask, tries: int) -> None:
    for _ in range(tries + 2):
        assert tried(PageClient(app), "ayse", PASSWORD).status_code == 303


def test_a_new_password_ends_every_session(app: Flask, ayse: int) -> None:
    first, second = PageClient(app), PageClient(app)
    tried(first, "ayse", PASSWORD)
    tried(second, "ayse", PASSWORD, remember="y")
    users.change_password(ayse, "another password")
    for browser in (first, second):
        assert browser.client.get("/").headers["Location"].startswith("/sign-in")


def test_whoever_is_switched_off_is_out_at_once(app: Flask, ayse: int) -> None:
    browser = PageClient(app)
    tried(browser, "ayse", PASSWORD)
    with unit_of_work():
        db.session.execute(update(User).where(User.id == ayse).values(is_active=False))
    assert browser.client.get("/").status_code == 303


@pytest.mark.usefixtures("ayse")
def test_nothing_of_the_session_before_is_kept(app: Flask) -> None:
    """A session that somebody else prepared must not become the session of who signs in."""
    browser = PageClient(app)
    token = browser.token()
    with browser.client.session_transaction() as session:
        session["planted"] = "by somebody else"
    tried(browser, "ayse", PASSWORD)
    with browser.client.session_transaction() as session:
        assert "planted" not in session
    assert browser.token() != token


@pytest.mark.usefixtures("ayse")
def test_signing_out_ends_the_session_and_forgets_the_computer(app: Flask) -> None:
    browser = PageClient(app)
    tried(browser, "ayse", PASSWORD, remember="y")
    assert browser.client.get_cookie("stocktrace_remember") is not None
    answer = browser.post("/sign-out")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    assert browser.client.get_cookie("stocktrace_remember") is None
    assert browser.client.get("/").status_code == 303


@pytest.mark.usefixtures("ayse")
def test_signing_out_needs_the_token_and_a_post(app: Flask) -> None:
    browser = PageClient(app)
    tried(browser, "ayse", PASSWORD)
    assert browser.client.get("/sign-out").status_code == 405
    assert browser.client.post("/sign-out").status_code == 400
    assert browser.client.get("/").status_code == 200


@pytest.mark.usefixtures("ayse")
def test_a_remembered_computer_is_signed_in_without_a_session(app: Flask) -> None:
    browser = PageClient(app)
    tried(browser, "ayse", PASSWORD, remember="y")
    browser.client.delete_cookie("stocktrace_session")
    browser.get("/")


def test_the_form_keeps_the_rules_of_the_house(app: Flask) -> None:
    PageClient(app).get("/sign-in?next=/orders/")
