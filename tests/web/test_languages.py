"""People read pages in their own language and zone, scripts in English."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask_babel import get_locale
from werkzeug.datastructures import MultiDict

from app.extensions import db
from app.models.users import User
from app.web.scenario_forms import RuleForm
from app.wording import cause_label
from tests import builders
from tests.pages import PageClient

pytestmark = pytest.mark.usefixtures("db_session")

TURKISH = {"Accept-Language": "tr-TR,tr;q=0.9,en;q=0.5"}


def signed_in(app: Flask, **values: str) -> tuple[PageClient, User]:
    user = builders.a_user(role="administrator", **values)
    return PageClient(app, user.session_key), user


def test_who_asks_for_turkish_gets_it_before_signing_in(app: Flask) -> None:
    answer = PageClient(app).client.get("/sign-in", headers=TURKISH)
    page = PageClient(app).looked_at(answer, "/sign-in")
    assert page.find_all("html")[0].attributes["lang"] == "tr"
    assert "Kullanıcı adı" in page.text and "User name" not in page.text


def test_the_own_language_counts_for_more_than_the_browsers(app: Flask) -> None:
    desk, _ = signed_in(app, language="en")
    answer = desk.client.get("/account/", headers=TURKISH)
    assert desk.looked_at(answer, "/account/").find_all("html")[0].attributes["lang"] == "en"


def test_language_and_zone_are_kept_with_the_person(app: Flask) -> None:
    desk, user = signed_in(app)
    answer = desk.post("/account/preferences", language="tr", time_zone="Europe/Rome")
    assert answer.status_code == 303
    page = desk.get("/account/")
    assert "Kaydedildi. Sayfalar bundan sonra" in page.text
    assert page.find_all("html")[0].attributes["data-zone"] == "Europe/Rome"
    assert {one.attributes["value"] for one in page.with_attribute("selected")} == {"tr", "Europe/Rome"}
    db.session.expire_all()
    kept = db.session.get_one(User, user.id)
    assert (kept.language, kept.time_zone) == ("tr", "Europe/Rome")


def test_without_a_choice_the_browser_and_the_installation_decide(app: Flask) -> None:
    desk, user = signed_in(app, language="tr", time_zone="Europe/Rome")
    assert desk.post("/account/preferences", language="", time_zone="").status_code == 303
    db.session.expire_all()
    kept = db.session.get_one(User, user.id)
    assert (kept.language, kept.time_zone) == (None, None)


@pytest.mark.parametrize("wrong", [{"language": "xx"}, {"time_zone": "Nowhere/At_All"}])
def test_an_unknown_language_or_zone_is_not_kept(app: Flask, wrong: dict[str, str]) -> None:
    desk, _ = signed_in(app, language="tr")
    answer = desk.post("/account/preferences", **{"language": "en", "time_zone": "", **wrong})
    assert answer.status_code == 422
    assert "Geçerli bir seçenek değil" in answer.text  # WTForms says it, in Turkish, too


def test_a_form_within_a_form_complains_in_turkish(app: Flask) -> None:
    with app.test_request_context(headers=TURKISH):
        rule = RuleForm(MultiDict({"name": "x" * 256}))
        assert not rule.validate()
        assert "255" in str(rule.name.errors) and "cannot be" not in str(rule.name.errors)


def test_the_switch_in_the_menu_leads_back_to_the_page_it_stands_on(app: Flask) -> None:
    desk, _ = signed_in(app)
    here = "http://localhost/orders/?state=400"
    data = {"csrf_token": desk.token(), "language": "tr"}
    answer = desk.client.post("/account/language", data=data, headers={"Referer": here})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/orders/?state=400")
    page = desk.get("/orders/?state=400")
    pressed = [
        one.text for one in page.with_attribute("aria-pressed") if one.attributes["aria-pressed"] == "true"
    ]
    assert "Türkçe" in pressed


@pytest.mark.parametrize(
    "left",
    [
        "",
        "http://elsewhere.example/orders/",
        "http://localhost//elsewhere.example/",
        "http://localhost/account/password",
    ],
)
def test_the_switch_leads_to_no_page_that_cannot_be_opened(app: Flask, left: str) -> None:
    desk, _ = signed_in(app)
    data = {"csrf_token": desk.token(), "language": "tr"}
    answer = desk.client.post("/account/language", data=data, headers={"Referer": left})
    assert answer.headers["Location"] == "/account/"


def test_only_languages_with_a_translation_can_be_switched_to(app: Flask) -> None:
    desk, _ = signed_in(app)
    assert desk.post("/account/language", language="xx").status_code == 400


@pytest.mark.parametrize(
    ("path", "language"),
    [("/api/v1/packages/1/explanation/", "en"), ("/api/docs/", "tr"), ("/orders/", "tr")],
)
def test_only_what_people_read_is_written_in_their_language(app: Flask, path: str, language: str) -> None:
    with app.test_request_context(path, headers=TURKISH):
        assert str(get_locale()) == language
        assert cause_label("quota_full") == {"en": "Quota full", "tr": "Kota dolu"}[language]


def test_scripts_are_answered_in_english_whatever_they_accept(app: Flask) -> None:
    user = builders.a_user(role="administrator", language="tr")
    key, _ = builders.a_token(user)
    headers = {"Authorization": f"Token {key}", **TURKISH}
    answer = app.test_client().get("/api/v1/orders/999999/", headers=headers)
    assert answer.status_code == 404
    assert not re.search("[çğıöşüİ]", answer.text)
    assert (
        answer.json
        == app.test_client().get("/api/v1/orders/999999/", headers={**headers, "Accept-Language": "en"}).json
    )
