"""What comes out when something goes wrong: a designed page, for htmx a message to put in place of a part, or
JSON under /api/. Mapped once, here."""

from __future__ import annotations

import html
from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_babel import gettext, lazy_gettext
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from app import databases, logs
from app.domain.errors import Invalid, NotFound, Refused
from app.extensions import seconds_throttled

RETRY_AFTER_SECONDS = 10
log = structlog.get_logger(__name__)

# Status → title and what to do next. Statuses that are not listed use the text of the nearest class.
PAGES = {
    400: (
        lazy_gettext("That request was not understood"),
        lazy_gettext("Go back, reload the page and try again; a form left open for long must be reloaded."),
    ),
    401: (lazy_gettext("Please sign in"), lazy_gettext("This page is for people with an account.")),
    403: (
        lazy_gettext("This page is not open to you"),
        lazy_gettext("Your role does not include it. An administrator can change that."),
    ),
    404: (
        lazy_gettext("Nothing found here"),
        lazy_gettext("The address may be mistyped, or the record belongs to somebody else."),
    ),
    405: (
        lazy_gettext("That address cannot be used this way"),
        lazy_gettext("Go back and use the buttons of the page."),
    ),
    409: (
        lazy_gettext("That is not possible now"),
        lazy_gettext("Something changed since the page was shown. Go back and reload it."),
    ),
    413: (
        lazy_gettext("That is too large"),
        lazy_gettext("Send it in several parts."),
    ),
    422: (
        lazy_gettext("Some values cannot be used"),
        lazy_gettext("Go back, correct the marked fields and send them again."),
    ),
    429: (
        lazy_gettext("Too many requests"),
        lazy_gettext("Wait a minute, then go on where you were."),
    ),
    500: (
        lazy_gettext("Something broke on our side"),
        lazy_gettext("Nothing was half stored. Try again; if it happens again, pass on the number below."),
    ),
    503: (
        lazy_gettext("The database is busy or cannot be reached"),
        lazy_gettext("Nothing was stored. The page works again by itself; try again in a few seconds."),
    ),
}


def install(app: Flask) -> None:
    """Register one handler for each kind of failure."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(Invalid, _invalid)
    app.register_error_handler(SQLAlchemyError, _database_error)
    app.register_error_handler(databases.DatabaseBusy, _database_error)
    app.register_error_handler(Exception, _unexpected)


def answer(status: int, text: str | None = None, detail: Any = None) -> Response:
    """The error page of `status`, or its JSON under /api/. `text` is shown instead of the usual advice."""
    if request.path.startswith("/api/"):
        response = jsonify(
            detail if isinstance(detail, dict) else {"detail": str(detail or text or _title(status))}
        )
    else:
        response = make_response(_page(status, text))
    response.status_code = status
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    elif status == HTTPStatus.TOO_MANY_REQUESTS:
        response.headers["Retry-After"] = str(seconds_throttled())
    return response


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400:
        return make_response(error.get_response())
    text = _unknown_host() if isinstance(error, SecurityError) else None
    response = answer(status, text=text, detail=text or _api_detail(error))
    for name, value in error.get_headers(request.environ):
        if name not in ("Content-Type", "Content-Length"):  # keeps Allow of 405 and Retry-After of 429
            response.headers.setdefault(name, value)
    return response


def _not_found(error: NotFound) -> Response:
    log.info("not_found", kind=error.kind, key=str(error.key))
    return answer(404, detail="Not found.")


def _refused(error: Refused) -> Response:
    """A page says 409; scripts of the vendor's interface expect 400."""
    from app import wording

    text = wording.refusal(error.code, error.params)
    log.info("refused", code=error.code)
    return answer(400 if request.path.startswith("/api/") else 409, text=text, detail=text)


def _invalid(error: Invalid) -> Response:
    if request.path.startswith("/api/"):
        return answer(400, detail=error.errors)
    found = "; ".join(f"{field}: {', '.join(messages)}" for field, messages in error.errors.items())
    return answer(422, text=found)


def _database_error(error: Exception) -> Response:
    if not databases.is_unavailable(error):
        return _unexpected(error)
    log.warning("database_unavailable", path=request.path, error=type(error).__name__, reason=_reason(error))
    return answer(503)


def _unexpected(error: Exception) -> Response:
    log.error("unexpected_error", path=request.path, method=request.method, exc_info=error)
    return answer(InternalServerError.code)


def _reason(error: Exception) -> str:
    """The driver's own words, without the statement and its values."""
    return str(getattr(error, "orig", None) or error)[:200]


def _api_detail(error: HTTPException) -> str:
    return {404: "Not found.", 405: f'Method "{request.method}" not allowed.'}.get(
        error.code or 500, error.description or error.name
    )


def _unknown_host() -> str:
    return gettext("This address is not known to the installation. Set PUBLIC_URL to the one people use.")


def _title(status: int) -> str:
    return str(_texts(status)[0])


def _texts(status: int) -> tuple[Any, Any]:
    return PAGES.get(status) or PAGES[500 if status >= 500 else 400]


def _page(status: int, text: str | None) -> str:
    title, usual = _texts(status)
    shown = {"code": status, "title": str(title), "text": text or str(usual), "request_id": logs.request_id()}
    try:
        return render_template("errors/error.html", **shown)
    except Exception:
        # The layout asks who is signed in and builds links: without a database or a known host it cannot.
        log.warning("bare_error_page", code=status, exc_info=True)
        return _bare_page(shown)


def _bare_page(shown: dict[str, Any]) -> str:
    safe = {name: html.escape(str(value)) for name, value in shown.items()}
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>'
        "<main><h1>{title}</h1><p>{text}</p><p>{code} · {request_id}</p></main></html>"
    ).format(**safe)
