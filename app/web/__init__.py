"""Pages: one blueprint a noun. A view parses, asks a query or a service, and renders; it holds no rule."""

from __future__ import annotations

from flask import Flask

from app.web import health


def register(app: Flask) -> None:
    """Add every blueprint of the pages. The list is the site's table of contents."""
    for blueprint in (health.blueprint,):
        app.register_blueprint(blueprint)
