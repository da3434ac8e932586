"""Every text of the code is translated into Turkish, and says what the English one says."""

from __future__ import annotations

import io
import re
from collections import Counter

from babel.messages.mofile import write_mo

from tests.wording.catalogs import TURKISH, catalog_of, po_of, texts_of_code, translated

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%")
MARKUP = re.compile(r"</?[a-z]+|https?://|/[a-z]+/|[A-Z]+(?:_[A-Z]+)+|\b[a-z]+_[a-z_]+\b")
# A suffix behind a value, or behind its closing quote, would have to follow the vowels of the value.
GLUED = re.compile(r"%\(\w+\)[sd][”\"]?['’]?[a-zçğıöşü]", re.IGNORECASE)
# Said by Turkish speakers as they are, or names.
SAME_IN_BOTH = {
    "ERP",
    "Omnitron",
    "Webhook",
    "Plan",
    "SKU",
    "CSV",
    "Webhook %(event)s",
    "stock − reserved",
    "min",
}


def test_every_text_of_the_code_is_in_the_catalog_and_no_other() -> None:
    known = {(message.context, english[0]) for message, english, _ in translated(TURKISH)}
    missing = {f"{text.place}: {text.forms}" for text in texts_of_code() if text.key not in known}
    assert not missing, "run `make translations`, then translate:\n" + "\n".join(sorted(missing))
    gone = known - {text.key for text in texts_of_code()}
    assert not gone, "run `make translations`: no page says any more\n" + "\n".join(map(str, gone))


def test_every_text_is_translated_in_all_of_its_forms() -> None:
    catalog = catalog_of(TURKISH)
    for message, english, turkish in translated(TURKISH):
        assert all(turkish), f"not translated: {english}"
        assert not message.fuzzy, f"fuzzy: {english}"
        assert len(turkish) == (1 if len(english) == 1 else catalog.num_plurals), english
    assert not catalog.obsolete


def test_a_translation_says_another_text_than_the_english_one() -> None:
    same = {english[0] for _, english, turkish in translated(TURKISH) if turkish[0] == english[0]}
    assert {text for text in same if re.search("[A-Za-z]{2}", PLACEHOLDER.sub("", text))} <= SAME_IN_BOTH


def test_a_translation_has_the_placeholders_of_its_text() -> None:
    for _, english, turkish in translated(TURKISH):
        for text, translation in zip(english, turkish, strict=True):
            wanted, found = (Counter(PLACEHOLDER.findall(one)) for one in (text, translation))
            assert set(found) == set(wanted), text
            assert found["%%"] == wanted["%%"], text


def test_a_translation_keeps_codes_addresses_and_markup() -> None:
    for _, english, turkish in translated(TURKISH):
        for text, translation in zip(english, turkish, strict=True):
            wanted, found = (Counter(MARKUP.findall(PLACEHOLDER.sub("", one))) for one in (text, translation))
            assert found == wanted, text


def test_no_suffix_is_glued_to_a_value() -> None:
    glued = {one for _, _, turkish in translated(TURKISH) for one in turkish if GLUED.search(one)}
    assert not glued


def test_a_translation_ends_and_begins_as_its_text_does() -> None:
    """A sentence stays a sentence, a word a word: tables and badges would look torn otherwise."""
    for _, english, turkish in translated(TURKISH):
        for text, translation in zip(english, turkish, strict=True):
            assert translation == translation.strip(), translation
            assert text.endswith(".") == translation.endswith("."), translation
            assert text.endswith("…") == translation.endswith("…"), translation


def test_the_compiled_catalog_is_that_of_the_texts() -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalog_of(TURKISH))
    assert po_of(TURKISH).with_suffix(".mo").read_bytes() == compiled.getvalue(), "run `make translations`"
