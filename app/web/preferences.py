"""The language and time zone of a page: those of the person, else of the browser and of the site.

Languages are those with a catalog in app/translations/, and English, in which the texts are written.
"""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from flask import Flask, g, has_request_context, request

from app.extensions import babel
from app.queries.users import Account

ENGLISH = "en"
# Scripts get English whatever they accept (diagnosis.md, section 1); the reference is for people.
_OF_SCRIPTS, _REFERENCE = "/api/", "/api/docs"
# The other names of the IANA list are former ones, and distances from UTC without summer time.
_REGIONS = frozenset(
    ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
)


def install(app: Flask) -> None:
    """Let every page be written so."""
    selectors = app.extensions["babel"]
    selectors.locale_selector = language
    selectors.timezone_selector = time_zone
    app.jinja_env.globals["languages"] = languages


def language() -> str | None:
    """The person's own language where there is a translation, else the best of those the browser asks for.

    None, for the site's, where no page is being written.
    """
    if not has_request_context():
        return None
    if request.path.startswith(_OF_SCRIPTS) and not request.path.startswith(_REFERENCE):
        return ENGLISH
    account = _account()
    if account is not None and account.language in languages():
        return account.language
    return language_of_browser()


def language_of_browser() -> str:
    """The best of the languages that the browser asks for; English where there is none."""
    return request.accept_languages.best_match(languages(), ENGLISH) or ENGLISH


def time_zone() -> str | None:
    """The person's own zone; None, for the site's, where they have none or one that does not exist."""
    account = _account()
    return account.time_zone if account is not None and _is_zone(account.time_zone) else None


@cache
def languages() -> dict[str, str]:
    """The languages pages can be read in: their own names by code, in the order of codes."""
    codes = sorted({ENGLISH, *(one.language for one in babel.list_translations())})
    return {code: Locale(code).get_display_name(code) or code for code in codes}


@cache
def zones() -> tuple[str, ...]:
    """The zones one may choose, by name: hundreds of folders are read for it, once."""
    return tuple(sorted(one for one in available_timezones() if one.partition("/")[0] in _REGIONS))


def _is_zone(name: str | None) -> bool:
    """Asked of the one name: listing all zones reads hundreds of directories."""
    try:
        return name is not None and ZoneInfo(name) is not None
    except (KeyError, ValueError, OSError):
        return False


def _account() -> Account | None:
    """Of who is signed in, as far as it was asked: error pages are also written while no database answers."""
    return getattr(g.get("_login_user"), "account", None)
