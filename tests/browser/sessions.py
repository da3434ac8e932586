"""Signing in without the form, for tests that are about something else."""

from __future__ import annotations

from flask import Flask
from playwright.sync_api import BrowserContext


def sign_in(context: BrowserContext, app: Flask, session_key: str, address: str) -> None:
    """Give the browser the cookie that whoever has that key gets by signing in at `address`."""
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    cookie = serializer.dumps({"_user_id": session_key})
    context.add_cookies([{"name": app.config["SESSION_COOKIE_NAME"], "value": cookie, "url": address}])
