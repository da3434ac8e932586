"""The page of API tokens: whose are shown to whom, and a key that is shown once and kept nowhere."""

from __future__ import annotations

import base64
import zlib
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import clock, models
from app.extensions import db
from app.models import AuditEntry, Token
from app.queries import tokens as bearers
from app.services import tokens
from tests import builders
from tests.page_markup import Element
from tests.pages import PageClient
from tests.statements import counted

pytestmark = pytest.mark.usefixtures("db_session")

ROLES = ("operator", "store_manager", "administrator")
FORM = "/tokens/new"


def signed_in(app: Flask, username: str = "ayse", role: str = "operator") -> PageClient:
    return PageClient(app, builders.a_user(username, role=role).session_key)


def form_of(client: PageClient) -> dict[str, Any]:
    """The fields of a newly opened form, filled in."""
    page = client.get(FORM)
    fields = {one.attributes.get("name"): one.attributes.get("value", "") for one in page.find_all("input")}
    return {"form_key": fields["form_key"], "label": "Nightly export", "scope": "read", "expiry": "90"}


def key_on(page: Element) -> str:
    (shown,) = [one for one in page.find_all("code") if one.attributes.get("id") == "key"]
    return shown.text


def made(client: PageClient, **fields: Any) -> tuple[TestResponse, str]:
    """The answer to a filled form, and the key it shows."""
    answer = client.post(FORM, **form_of(client) | fields)
    assert answer.status_code == 200
    return answer, key_on(client.looked_at(answer, FORM))


def kept() -> list[Token]:
    db.session.rollback()
    return list(db.session.scalars(select(Token).order_by(Token.id)))


def everywhere_else(client: PageClient, answer: TestResponse) -> str:
    """All that outlives the answer: its headers, the cookies as a reader could unpack them, the database."""
    session = client.client.get_cookie("stocktrace_session")
    cookie = session.value if session else ""
    parts = [str(answer.headers), answer.request.url, cookie, _unpacked(cookie)]
    for table in reversed(db.metadata.sorted_tables):
        parts += [repr(row) for row in db.session.execute(select(table))]
    return "\n".join(parts)


def _unpacked(cookie: str) -> str:
    body = cookie.lstrip(".").split(".")[0]
    raw = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    return (zlib.decompress(raw) if cookie.startswith(".") else raw).decode()


@pytest.mark.parametrize("role", ROLES)
def test_everybody_signed_in_makes_tokens_of_their_own(app: Flask, role: str) -> None:
    client = signed_in(app, role=role)
    assert "No tokens" in client.get("/tokens/").text
    _, key = made(client, scope="write", expiry="30")
    bearer = bearers.find_bearer(tokens.digest_of(key), clock.now())
    assert bearer is not None
    assert (bearer.username, bearer.scope, bearer.role) == ("ayse", "write", role)
    page = client.get("/tokens/")
    for words in ("Nightly export", key[:12], "Read and write", "Active", "just now"):
        assert words in page.text


@pytest.mark.parametrize(("expiry", "days"), [("30", 30), ("90", 90), ("365", 365), ("never", None)])
def test_a_token_ends_when_it_was_chosen_to(app: Flask, expiry: str, days: int | None) -> None:
    now = clock.now()
    with clock.at(now):
        made(signed_in(app), expiry=expiry)
    assert kept()[0].expires_date == (now + timedelta(days=days) if days else None)


def test_a_key_is_shown_once_and_kept_nowhere(app: Flask) -> None:
    client = signed_in(app)
    answer, key = made(client)
    assert key not in everywhere_else(client, answer)
    assert "no-store" in answer.headers["Cache-Control"]
    for path in ("/tokens/", FORM, f"/tokens/{kept()[0].id}/revoke"):
        assert key not in client.client.get(path).get_data(as_text=True)


def test_a_form_sent_twice_makes_one_token_and_shows_its_key_once(app: Flask) -> None:
    """As a double click and a reload of the answer do."""
    client = signed_in(app)
    fields = form_of(client)
    first = client.post(FORM, **fields)
    key = key_on(client.looked_at(first, FORM))
    again = client.post(FORM, **fields)
    assert (again.status_code, again.headers["Location"]) == (303, "/tokens/")
    assert len(kept()) == 1
    page = client.get("/tokens/")
    assert "has made its token already" in page.text
    assert key not in page.text
    made(client)
    assert len(kept()) == 2, "a form that was opened anew makes another"


def test_a_token_is_made_and_revoked_in_the_name_of_who_did_it(app: Flask) -> None:
    client = signed_in(app)
    made(client)
    client.post(f"/tokens/{kept()[0].id}/revoke")
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(one.action, one.actor) for one in entries] == [
        ("token.created", "ayse"),
        ("token.revoked", "ayse"),
    ]


UNUSABLE = [
    {"label": ""},
    {"label": "  "},
    {"label": "x" * 151},
    {"label": "a\x00b"},
    {"label": "a\r\nb"},
    {"scope": "admin"},
    {"scope": ""},
    {"expiry": "31"},
    {"expiry": "-1"},
    {"expiry": ""},
    {"form_key": ""},
    {"form_key": "short"},
    {"form_key": "x" * 65},
    {"form_key": "\x00" * 30},
]


@pytest.mark.parametrize("wrong", UNUSABLE, ids=str)
def test_a_form_that_cannot_be_used_comes_back_and_says_why(app: Flask, wrong: dict[str, str]) -> None:
    client = signed_in(app)
    answer = client.post(FORM, **form_of(client) | wrong)
    assert answer.status_code == 422
    page = client.looked_at(answer, FORM)
    marks = ("invalid-feedback", "tone-red")
    assert [one for one in page.walk() if set(marks) & set(one.attributes.get("class", "").split())]
    assert kept() == []


def test_a_form_without_its_csrf_token_is_refused(app: Flask) -> None:
    client = signed_in(app)
    _, token = builders.a_token(builders.a_user("bora"))
    for path in (FORM, f"/tokens/{token.id}/revoke"):
        assert client.client.post(path, data=form_of(client)).status_code == 400
    assert [one.revoked_date for one in kept()] == [None]


def test_only_administrators_make_tokens_for_others(app: Flask) -> None:
    builders.a_user("bora")
    builders.a_user("off", is_active=False)
    desk, head = signed_in(app), signed_in(app, "chief", "administrator")
    assert "bora" not in desk.get(FORM).text
    made(desk, username="bora")
    made(head, username="bora")
    assert head.post(FORM, **form_of(head), username="off").status_code == 422
    assert head.post(FORM, **form_of(head), username="nobody").status_code == 422
    made(head, username="chief")
    names = dict(db.session.execute(select(models.User.id, models.User.username)).all())
    assert [names[one.user_id] for one in kept()] == ["ayse", "bora", "chief"]


def test_tokens_of_others_are_there_for_administrators_only(app: Flask) -> None:
    foreign = builders.a_user("bora", role="administrator")
    _, token = builders.a_token(foreign, label="feed of bora")
    path = f"/tokens/{token.id}/revoke"
    for role in ("operator", "store_manager"):
        client = signed_in(app, role, role)
        assert "feed of bora" not in client.get("/tokens/").text
        assert "feed of bora" not in client.get(f"/tokens/?user={foreign.id}").text
        client.get(path, status=404)
        assert client.post(path).status_code == 404
    assert kept()[0].revoked_date is None
    head = signed_in(app, "chief", "administrator")
    assert "feed of bora" in head.get("/tokens/").text
    assert head.post(path).status_code == 303
    assert kept()[0].revoked_date is not None


def test_a_token_is_revoked_after_a_question_and_at_once(app: Flask) -> None:
    client = signed_in(app)
    _, key = made(client)
    (link,) = client.get("/tokens/").with_attribute("data-row-link")
    asked = client.get(link.attributes["href"])
    assert "cannot be undone" in asked.text
    assert bearers.find_bearer(tokens.digest_of(key), clock.now()) is not None
    answer = client.post(link.attributes["href"])
    assert (answer.status_code, answer.headers["Location"]) == (303, "/tokens/")
    assert bearers.find_bearer(tokens.digest_of(key), clock.now()) is None
    page = client.get("/tokens/")
    assert "Revoked: Nightly export." in page.text
    assert page.with_attribute("data-row-link") == []
    assert "revoked already" in client.get(link.attributes["href"]).text
    assert client.post(link.attributes["href"]).status_code == 303


def test_the_list_is_narrowed_down_by_owner_state_and_origin(app: Flask) -> None:
    head, bora = signed_in(app, "chief", "administrator"), builders.a_user("bora")
    for label, fields in (
        ("usable-1", {}),
        ("expired-1", {"expires_date": clock.now()}),
        ("revoked-1", {"revoked_date": clock.now()}),
        ("login-1", {"origin": "login"}),
    ):
        builders.a_token(bora, label=label, **fields)
    wanted = {
        "state=usable": {"usable-1", "login-1"},
        "state=expired": {"expired-1"},
        "state=revoked": {"revoked-1"},
        "state=owner_off": set(),
        "origin=login": {"login-1"},
        f"user={bora.id}&state=revoked": {"revoked-1"},
        "state=nonsense&origin=%00&user=x&page=0": {"usable-1", "expired-1", "revoked-1", "login-1"},
    }
    for query, labels in wanted.items():
        text = head.get(f"/tokens/?{query}").text
        assert {one for one in wanted_labels() if one in text} == labels, query
    assert "No token fits" in head.get("/tokens/?state=owner_off").text


def wanted_labels() -> tuple[str, ...]:
    return ("usable-1", "expired-1", "revoked-1", "login-1")


def test_the_list_gives_htmx_the_part_that_it_puts_in_place(app: Flask) -> None:
    client = signed_in(app)
    made(client)
    part = client.get_part("/tokens/?state=usable")
    (section,) = [one for one in part.children if not isinstance(one, str) and one.tag == "section"]
    assert section.attributes["id"] == "list"


def test_the_list_needs_as_many_statements_for_many_tokens_as_for_few(app: Flask) -> None:
    head = signed_in(app, "chief", "administrator")
    used = []
    for more in (2, 60):
        for _ in range(more):
            builders.a_token(builders.a_user(f"user{builders.a_number()}"))
        with counted(app) as sent:
            head.get("/tokens/?limit=200")
        used.append(len(sent))
    assert used[0] == used[1] <= 6


def test_markup_in_a_label_stays_text(app: Flask) -> None:
    client = signed_in(app)
    label = "<script>alert(1)</script>\"'&"
    made(client, label=label)
    assert label in client.get("/tokens/").text
    assert label in client.get(f"/tokens/{kept()[0].id}/revoke").text


@pytest.mark.parametrize("role", ROLES)
def test_the_menu_of_who_is_signed_in_leads_to_the_tokens(app: Flask, role: str) -> None:
    page = signed_in(app, role=role).get("/tokens/")
    (entry,) = [one for one in page.find_all("a") if one.text == "API tokens"]
    assert entry.attributes["href"] == "/tokens/"


def test_store_managers_see_no_entry_that_is_closed_to_them(app: Flask) -> None:
    page = signed_in(app, role="store_manager").get("/tokens/")
    (main,) = [one for one in page.find_all("nav") if one.attributes.get("aria-label") == "Main"]
    assert [one.text for one in main.find_all("a")] == [
        "My location",
        "Orders",
        "Out of stock",
        "Discrepancies",
    ]


def test_the_address_without_its_slash_is_the_same_page(app: Flask) -> None:
    signed_in(app).get("/tokens")
