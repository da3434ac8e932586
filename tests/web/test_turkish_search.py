"""Whoever types İ, I, ı or i, in capitals or not, finds the same rows."""

from __future__ import annotations

import pytest
from flask import Flask

from tests import builders
from tests.pages import PageClient

pytestmark = pytest.mark.usefixtures("db_session")

NAMES = {
    "istanbul": ("İstanbullu", ["istanbul", "İSTANBUL", "ISTANBUL", "İstanbul", "ıstanbul", "Istanbul"]),
    "ığdır": ("Iğdırlı", ["ığdır", "IĞDIR", "iğdir", "igdir", "Iğdır", "İĞDİR"]),
    "şişli": ("Şişli", ["şişli", "ŞİŞLİ", "SISLI", "sisli", "ŞIŞLI"]),
    "gül": ("Gül Öz", ["gül öz", "GUL OZ", "öz gül"]),
}


@pytest.mark.parametrize("name", NAMES)
def test_names_are_found_by_any_spelling_of_their_letters(app: Flask, name: str) -> None:
    surname, spellings = NAMES[name]
    channel = builders.a_channel()
    customer = builders.a_customer(channel, first_name="Deniz", last_name=surname)
    builders.an_order(channel=channel, number="1001", customer_id=customer.id)
    other = builders.a_customer(channel, first_name="Ayhan", last_name="Kara")
    builders.an_order(channel=channel, number="1002", customer_id=other.id)
    desk = PageClient(app, builders.a_user(language="tr").session_key)
    for typed in spellings:
        assert _orders(desk, typed) == ["1001"], typed


@pytest.mark.parametrize("typed", ["IS-KI", "is-ki", "ıs-kı", "İS-Kİ", "iS-Ki"])
def test_codes_are_found_as_a_turkish_keyboard_writes_them(app: Flask, typed: str) -> None:
    product = builders.a_product("IS-KIRMIZI")
    builders.an_order(number="1001", lines=[(product, 1_00)])
    builders.an_order(number="1002", lines=[(builders.a_product("AS-KIRMIZI"), 1_00)])
    desk = PageClient(app, builders.a_user(language="tr").session_key)
    assert _orders(desk, typed) == ["1001"]


def _orders(desk: PageClient, typed: str) -> list[str]:
    page = desk.get(f"/orders/?q={typed}")
    return [one.text for one in page.with_attribute("data-row-link")]


@pytest.mark.parametrize("typed", ["istanbul", "İSTANBUL", "ISTANBUL kadikoy", "kadıköy", "KADIKÖY"])
def test_the_search_box_finds_locations_by_any_spelling(app: Flask, typed: str) -> None:
    builders.a_location("ST-007", name="İstanbul Kadıköy")
    builders.a_location("ST-008", name="Iğdır Merkez")
    found = PageClient(app, builders.a_user(language="tr").session_key).get(f"/search/?q={typed}").text
    assert "İstanbul Kadıköy" in found
    assert "Iğdır Merkez" not in found
