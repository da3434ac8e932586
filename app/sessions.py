"""Whose session a request has: pages keep one in a signed cookie, the API has none."""

from __future__ import annotations

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface


class PageSessions(SecureCookieSessionInterface):
    """Flask's own sessions, but not under /api/: no cookie may authenticate there, so none is looked at."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of a page; None elsewhere, which Flask takes for an empty one."""
        return None if request.path.startswith("/api/") else super().open_session(app, request)
