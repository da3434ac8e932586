"""No template says anything that cannot be translated: its words come from gettext or from data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from tests.page_markup import read
from tests.structure.sources import ROOT
from tests.turkish import texts_of

# The stand-in for Omnitron is another system, for developers, and English.
TEMPLATES = [path for path in sorted((ROOT / "templates").rglob("*.html")) if path.parent.name != "demo"]
WORD = re.compile(r"[^\W\d_]{2,}")
# Names, and what is written alike in every language.
NO_WORDS = {
    "Stocktrace",
    "Omnitron",
    "API",
    "CSV",
    "JSON",
    "SKU",
    "ERP",
    "HTTP",
    "OpenAPI",
    "NDJSON",
    "UTF",
    "id",
    "ms",
}
GETTEXT = frozenset(("_", "gettext", "ngettext", "pgettext"))
CALLED = GETTEXT | {"url_for"}
SENTENCE = re.compile(r"[A-ZÇĞİÖŞÜ][a-z]+(?: [a-z]+)*[.…]?")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_has_no_words_of_its_own(path: Path) -> None:
    found = [text for text in _written_in(path.read_text()) if set(WORD.findall(text)) - NO_WORDS]
    assert not found


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_macros_are_given_to_say_is_translated(path: Path) -> None:
    found = [
        text for text in _given_in(path.read_text()) if SENTENCE.fullmatch(text) and text not in NO_WORDS
    ]
    assert not found


@pytest.mark.parametrize(
    "path", sorted((ROOT / "templates/macros").glob("[a-z]*.html")), ids=lambda path: path.name
)
def test_a_file_of_macros_says_nothing_once_for_all_readers(path: Path) -> None:
    """What stands outside of its macros is evaluated once in a process, in the first reader's language."""
    tree = _environment().parse(path.read_text())
    outside = [one for one in tree.body if not isinstance(one, nodes.Macro)]
    calls = [call for one in outside for call in one.find_all(nodes.Call)]
    assert not [call.lineno for call in calls if getattr(call.node, "name", "") in GETTEXT]


def test_words_are_found_wherever_they_stand() -> None:
    text = (
        """<a title="Go there" href="/x">{{ _("Fine") }} {{ n }} orders</a>{% if x %}<b>None</b>{% endif %}"""
    )
    assert [one for one in _written_in(text) if WORD.search(one)] == ["orders", "Go there", "None"]
    assert [*_given_in("""{{ card("Not fine", _("Fine"), tone="red") }}""")] == ["Not fine", "red"]


@cache
def _environment() -> Environment:
    return Environment(extensions=["jinja2.ext.i18n"], autoescape=True)


def _written_in(text: str) -> Iterator[str]:
    """The texts of the markup itself, with nothing in place of what Jinja writes."""
    pieces, inside = [], False
    for _line, kind, value in _environment().lex(text):
        if kind == "data":
            pieces.append(value)
        elif kind in ("variable_begin", "block_begin", "comment_begin", "raw_begin"):
            inside = True
        elif inside and kind.endswith("_end"):
            pieces.append("" if kind == "block_end" else " ")
            inside = False
    root, _faults = read("".join(pieces))
    return (one for one in texts_of(root) if one)


def _given_in(text: str) -> Iterator[str]:
    """Constant texts that macros and functions are called with, those of gettext aside."""
    tree = _environment().parse(text)
    for call in tree.find_all(nodes.Call):
        if getattr(call.node, "name", "") in CALLED:
            continue
        for argument in [*call.args, *(one.value for one in call.kwargs)]:
            if isinstance(argument, nodes.Const) and isinstance(argument.value, str):
                yield argument.value
