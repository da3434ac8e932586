"""Who an answer is written for: language, zone and translations, asked of Flask-Babel once an answer.

A list writes hundreds of words, numbers and instants; asking for the language at each was half of its time.
"""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from babel import Locale
from babel.support import NullTranslations
from flask import Flask, g
from flask_babel import get_locale, get_timezone, get_translations

SOURCE_LANGUAGE = "en"


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


def install(app: Flask) -> None:
    """Let the words of templates be translated for the reader."""
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: reader().translations.gettext(text),
        ngettext=lambda one, many, number: reader().translations.ngettext(one, many, number),
        newstyle=True,
    )
