"""The language and time zone of a page: those of the person, else of the browser and of the site."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Flask, g, has_request_context, request

from app.extensions import babel
from app.queries.users import Account

ENGLISH = "en"


def install(app: Flask) -> None:
    """Let every page be written so."""
    selectors = app.extensions["babel"]
    selectors.locale_selector = language
    selectors.timezone_selector = time_zone


def language() -> str | None:
    """The person's own language where there is a translation, else the best of those the browser asks for.

    None, for the site's, where no page is being written.
    """
    if not has_request_context():
        return None
    known = [ENGLISH, *(str(one) for one in babel.list_translations())]
    account = _account()
    if account is not None and account.language in known:
        return account.language
    return request.accept_languages.best_match(known, ENGLISH)


def time_zone() -> str | None:
    """The person's own zone; None, for the site's, where they have none or one that does not exist."""
    account = _account()
    return account.time_zone if account is not None and _is_zone(account.time_zone) else None


def _is_zone(name: str | None) -> bool:
    """Asked of the one name: listing all zones reads hundreds of directories."""
    try:
        return name is not None and ZoneInfo(name) is not None
    except (KeyError, ValueError, OSError):
        return False


def _account() -> Account | None:
    """Of who is signed in, as far as it was asked: error pages are also written while no database answers."""
    return getattr(g.get("_login_user"), "account", None)
