"""Macros drawn once for each choice of arguments: a list repeats the same icons and badges in every row."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Flask, request
from markupsafe import Markup

from app.web.reader import reader

DRAWINGS_KEPT = 1024


def remembered(macro: Callable[..., Markup]) -> Callable[..., Markup]:
    """The macro, drawn once for each language and choice of arguments. It must depend on nothing else.

    {% set icon = remembered(_icon) %} below {% macro _icon(name) %}: the name without the line is imported.
    """

    # Typed, since a text that was escaped equals the same text that has yet to be.
    @lru_cache(DRAWINGS_KEPT, typed=True)
    def drawn(_language: str, _root: str, /, *arguments: Any, **named: Any) -> Markup:
        return macro(*arguments, **named)

    def draw(*arguments: Any, **named: Any) -> Markup:
        return drawn(reader().language, request.script_root, *arguments, **named)

    return draw


def register(app: Flask) -> None:
    """Make it known to the templates."""
    app.jinja_env.globals["remembered"] = remembered
