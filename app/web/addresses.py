"""url_for of templates: a list asks for the same address fifty times, with another id in each row.

So the address of an endpoint is built once, with marks in the place of numbers, and then only filled in.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import Flask, has_request_context, request

PATTERNS_KEPT = 2048
# Ids are smaller numbers, and no text of ours holds one as long.
_FIRST_MARK = 9_000_000_000_000_000_001
_PLAIN = {int, str, type(None)}


class Addresses:
    """Builds the addresses that `app.url_for` builds. What is kept of them depends on nothing but its key."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._pattern = lru_cache(PATTERNS_KEPT)(self._build)

    def __call__(self, endpoint: str, /, **values: Any) -> str:
        """The address of an endpoint; what is out of the ordinary is left to Flask."""
        if (
            not has_request_context()
            or endpoint.startswith(".")
            or not _PLAIN.issuperset(map(type, values.values()))
        ):
            return self._app.url_for(endpoint, **values)
        shape = tuple([(name, int if type(one) is int else one) for name, one in values.items()])
        return self._pattern(request.script_root, endpoint, shape) % values

    def _build(self, _root: str, endpoint: str, shape: tuple[tuple[str, Any], ...]) -> str:
        """The address with "%(name)d" for each number."""
        marks = {name: _FIRST_MARK + place for place, (name, one) in enumerate(shape) if one is int}
        pattern = self._app.url_for(endpoint, **{**dict(shape), **marks}).replace("%", "%%")
        for name, mark in marks.items():
            pattern = pattern.replace(str(mark), f"%({name})d")
        return pattern


def register(app: Flask) -> None:
    """Let templates build addresses so."""
    app.jinja_env.globals["url_for"] = Addresses(app)
