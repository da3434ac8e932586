"""Answers for htmx: a part of a page instead of the whole. The only place that knows its headers."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request


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


def go_to(address: str) -> Response:
    """Make htmx leave the page for another one, where a redirect would put that one into this."""
    return Response(status=204, headers={"HX-Redirect": address})
