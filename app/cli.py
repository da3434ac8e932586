"""Commands of `flask --app wsgi`: serve, worker, users, tokens, check."""

from flask import Flask


def register(app: Flask) -> None:
    """Add our commands."""
