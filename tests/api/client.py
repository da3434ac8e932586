"""The one client of API tests: a script with a token. Whatever it is answered is held to the manners."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from app import models
from tests import builders


class ApiClient:
    """A script with a token of a new user in that role; `key` is sent instead where one is given."""

    def __init__(
        self,
        app: Flask,
        *,
        role: str = "operator",
        scope: str = "write",
        locations: Sequence[models.StockLocation] = (),
        key: str | None = None,
    ) -> None:
        self.app = app
        self.client = app.test_client()
        self.key = key or a_key(app, role, scope, locations)

    def get(self, path: str, status: int = 200, /, **parameters: Any) -> Any:
        """The JSON at that path; parameters are its query."""
        return self.read(self.ask("GET", path, query_string=parameters or None), status)

    def post(self, path: str, body: Any = None, status: int = 200, **options: Any) -> Any:
        """The JSON answered to a JSON body; None for an answer without a body."""
        return self.read(self.ask("POST", path, json=body, **options), status)

    def ask(self, method: str, path: str, **options: Any) -> TestResponse:
        """The whole answer."""
        headers = {"Authorization": f"Token {self.key}", **options.pop("headers", {})}
        answer = self.client.open(path, method=method, headers=headers, **options)
        look_at(answer)
        return answer

    def read(self, answer: TestResponse, status: int) -> Any:
        """What the answer says, having that status."""
        text = answer.get_data(as_text=True)
        assert answer.status_code == status, f"{answer.request.path}: {answer.status_code} {text[:500]}"
        return json.loads(text) if text else None


def a_key(app: Flask, role: str, scope: str, locations: Sequence[models.StockLocation]) -> str:
    """The key of a new token of a new user."""
    with app.app_context():
        return builders.a_token(builders.a_user(role=role, locations=locations), scope=scope)[0]


def look_at(answer: TestResponse) -> None:
    """Every answer is JSON or has no body, and nothing broke; a refusal says why."""
    assert answer.status_code != 500, answer.get_data(as_text=True)
    if answer.status_code == 204:
        assert not answer.data
        return
    assert answer.mimetype == "application/json", answer.mimetype
    found = json.loads(answer.data)
    if answer.status_code >= 400:
        assert found and isinstance(found, dict | list), found
