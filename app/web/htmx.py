"""Answers for htmx: a part of a page instead of the whole. The only place that knows its headers."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, render_template, request


def install(app: Flask) -> None:
    """Let templates ask it, too."""
    app.jinja_env.globals["wants_part"] = wants_part


def wants_part() -> bool:
    """Whether htmx asks for a part; not when it restores a page of the history it no longer keeps."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and headers.get("HX-History-Restore-Request") != "true"


def render(whole: str, part: str, address: str, /, **context: Any) -> str | Response:
    """The `whole` page, or only its `part` where htmx asks for that. Both take the same context,
    and are told by `is_part` which they are.

    `address` is what the browser then shows: what was asked for, without parameters that say nothing.
    """
    if not wants_part():
        return render_template(whole, **context, is_part=False)
    return Response(render_template(part, **context, is_part=True), headers={"HX-Push-Url": address})


def render_again(whole: str, part: str, /, **context: Any) -> str:
    """The `whole` page, or its `part` where htmx asks again while something runs: the address stays."""
    return render_template(part if wants_part() else whole, **context, is_part=wants_part())


def page_address() -> str | None:
    """The page that the part is for, as the browser shows it; None where it does not say so."""
    return own_path(request.headers.get("HX-Current-URL"))


def own_path(address: str | None) -> str | None:
    """Path and parameters of an address of this site; None of any other."""
    parts = urlsplit(address or "")
    if parts.netloc != request.host:
        return None
    return parts.path + (f"?{parts.query}" if parts.query else "")


def go_to(address: str) -> Response:
    """Make htmx leave the page for another one, where a redirect would put that one into this."""
    return Response(status=204, headers={"HX-Redirect": address})
