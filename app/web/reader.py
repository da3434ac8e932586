"""Who an answer is written for: language, zone and translations, asked of Flask-Babel once an answer.

A list writes hundreds of words, numbers and instants; asking for the language at each was half of its time.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.support import NullTranslations
from flask import Flask, g
from flask_babel import Domain, get_locale, get_timezone, get_translations
from markupsafe import Markup, escape

SOURCE_LANGUAGE = "en"
WORDS_KEPT = 4096


@dataclass(frozen=True, slots=True)
class Reader:
    """`language` is the locale's name, a cheap key for caches."""

    locale: Locale
    language: str
    zone: ZoneInfo
    translations: NullTranslations


def reader() -> Reader:
    """The reader of this answer; needs an application context."""
    known: Reader | None = g.get("reader")
    if known is None:
        locale = get_locale() or Locale(SOURCE_LANGUAGE)
        known = g.reader = Reader(locale, str(locale), ZoneInfo(str(get_timezone())), get_translations())
    return known


class KeptCatalogs(Domain):
    """The catalogs of Flask-Babel, looked for once an answer instead of at each word.

    Its `force_locale` empties the attribute in which the catalog is kept, and puts it back afterwards.
    """

    def get_translations(self) -> NullTranslations:
        """The catalog of the present language."""
        context: Any = g.get("_flask_babel") if g else None
        kept: NullTranslations | None = getattr(context, "babel_translations", None)
        if kept is None:
            kept = super().get_translations()
            if context is not None:
                context.babel_translations = kept
        return kept


def install(app: Flask) -> None:
    """Let all words be translated for the reader; those of templates without a way through their context."""
    app.extensions["babel"].instance.domain_instance = KeptCatalogs()
    app.jinja_env.globals.update(_=_word, gettext=_word, ngettext=_counted)


def _word(text: str, /, **values: Any) -> Markup:
    known = reader()
    return _filled(known.translations.gettext(text), values) if values else _plain(text, known.language)


@lru_cache(WORDS_KEPT)
def _plain(text: str, _language: str) -> Markup:
    """A text into which nothing is filled; the catalog of a language never changes while we run."""
    return _filled(reader().translations.gettext(text), {})


def _counted(one: str, many: str, number: int, /, **values: Any) -> Markup:
    return _filled(reader().translations.ngettext(one, many, number), {"num": number, **values})


def _filled(text: str, values: dict[str, Any]) -> Markup:
    """What is filled in is escaped, numbers as they are: the text may format them."""
    safe = {name: one if isinstance(one, int | float) else escape(one) for name, one in values.items()}
    return Markup(text % safe)  # noqa: S704  of a catalog of ours, and what is filled in is safe
