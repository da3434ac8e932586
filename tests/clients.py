"""The client of tests: each request in an application context of its own, as on a server."""

from __future__ import annotations

from contextvars import copy_context
from typing import Any

from flask import has_app_context
from flask.globals import _cv_app
from flask.testing import FlaskClient

from app.extensions import db


class IsolatedClient(FlaskClient):
    """Flask lets a request join an open application context, and so the test's session and signed-in user.

    Here it gets its own; what is set by context, as the clock, still holds. What the test has read before is
    forgotten afterwards, because the request may have changed it.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        kwargs.setdefault("buffered", True)  # closes the file of a static answer
        response = copy_context().run(self._open_alone, *args, **kwargs)
        if has_app_context():
            db.session.expire_all()
        return response

    def _open_alone(self, *args: Any, **kwargs: Any) -> Any:
        _cv_app.set(None)  # type: ignore[arg-type]
        return super().open(*args, **kwargs)
