"""The texts of the code and their translations, read once, for tests of the catalogs."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages import extract
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from app.config import PROJECT_ROOT

FOLDER = PROJECT_ROOT / "app/translations"
# Those of `make translations`.
KEYWORDS = {**extract.DEFAULT_KEYWORDS, "lazy_gettext": None, "lazy_pgettext": ((1, "c"), 2)}
TURKISH = "tr"


@dataclass(frozen=True)
class Text:
    """A text of the code: its forms in English, the context that tells it apart, and where it stands."""

    forms: tuple[str, ...]
    context: str | None
    place: str

    @property
    def key(self) -> tuple[str | None, str]:
        """What a catalog finds it by: one entry serves a text with and without a plural."""
        return self.context, self.forms[0]


@cache
def texts_of_code() -> tuple[Text, ...]:
    """Every text that is given to gettext, however it is called."""
    return tuple(_extracted())


def _extracted() -> Iterator[Text]:
    mappings = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    methods = [(one["pattern"], one["method"]) for one in mappings]
    for folder in ("app", "templates"):
        found = extract_from_dir(PROJECT_ROOT / folder, _below(methods, folder), keywords=KEYWORDS)
        for path, line, message, _comments, context in found:
            forms = (message,) if isinstance(message, str) else tuple(message)
            yield Text(forms, context, f"{folder}/{path}:{line}")


def _below(methods: list[tuple[str, str]], folder: str) -> list[tuple[str, str]]:
    """The patterns of that folder, as they are below it."""
    return [(at.removeprefix(f"{folder}/"), method) for at, method in methods if at.startswith(folder)]


def po_of(language: str) -> Path:
    return FOLDER / language / "LC_MESSAGES/messages.po"


@cache
def catalog_of(language: str) -> Catalog:
    with po_of(language).open("rb") as file:
        return read_po(file, locale=language)


def translated(language: str) -> Iterator[tuple[Message, tuple[str, ...], tuple[str, ...]]]:
    """Each message with its English forms and those of the language."""
    for message in catalog_of(language):
        if message.id:
            english = (message.id,) if isinstance(message.id, str) else tuple(message.id)
            other = (message.string,) if isinstance(message.string, str) else tuple(message.string)
            yield message, english, other
