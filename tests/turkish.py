"""Finds English on pages shown in Turkish: texts of the catalog, and words that every sentence has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from tests.page_markup import Element
from tests.wording.catalogs import TURKISH, translated

# What is shown as it is stored or sent, and what scripts read.
AS_IT_IS = frozenset(("code", "pre", "script", "style", "template", "kbd", "samp", "textarea"))
SPOKEN = (
    "title",
    "aria-label",
    "placeholder",
    "alt",
    "data-copied",
    "label",
    "data-confirm",
    "data-empty",
    "data-text",
)
# What stands around a text without being a part of it.
EDGES = " ·:,.…“”"
ADDRESS = re.compile(r"https?://\S+")
# Words of nearly every English sentence that are no Turkish ones.
ENGLISH = re.compile(
    r"\b(the|of|is|are|was|were|and|with|this|that|its|has|have|been|will|from|for|than|which|what|when|why|"
    r"ago|every|nothing|orders|packages|locations|reservations|stock|rules|events|changes)\b",
    re.IGNORECASE,
)


def texts_of(page: Element) -> Iterator[str]:
    """What a page says to people: its texts and the attributes that are shown or read aloud."""
    for one in page.walk():
        if any(above.tag in AS_IT_IS or _is_foreign(above) for above in _path(one)):
            continue
        yield from (" ".join(child.split()) for child in one.children if isinstance(child, str))
        yield from (one.attributes[name] for name in SPOKEN if name in one.attributes)
        if one.tag == "input" and one.attributes.get("type") in ("submit", "button"):
            yield one.attributes.get("value", "")


def english_on(page: Element, names: Iterable[str] = ()) -> list[str]:
    """The texts of a Turkish page that are English, but for the `names` that people gave."""
    found = []
    for text in texts_of(page):
        own = ADDRESS.sub("", text)
        for name in names:
            own = own.replace(name, "")
        if _is_english(own):
            found.append(text)
    return sorted(set(found))


def _is_english(text: str) -> bool:
    return text.strip(EDGES) in _english_texts() or ENGLISH.search(text) is not None


@cache
def _english_texts() -> frozenset[str]:
    """Texts of the code without values in them, where the Turkish is another."""
    pairs = [
        (one, other)
        for _, english, turkish in translated(TURKISH)
        for one, other in zip(english, turkish, strict=True)
    ]
    known = {other.strip(EDGES) for _, other in pairs}
    return frozenset(one.strip(EDGES) for one, _ in pairs if "%(" not in one) - known - {""}


def _is_foreign(element: Element) -> bool:
    is_sent = element.attributes.get("class") in ("json-key", "json-string")
    return is_sent or element.attributes.get("lang", "").strip() not in ("", TURKISH)


def _path(element: Element) -> Iterator[Element]:
    here: Element | None = element
    while here is not None:
        yield here
        here = here.parent
