"""How often a script may ask: a rate for each token, a stricter one for signing in from one address."""

from __future__ import annotations

from flask import g

from app.config import settings
from app.extensions import limiter


def _api_rate() -> str:
    return settings().api_rate_limit


def _login_rate() -> str:
    return settings().login_rate_limit


@limiter.shared_limit(_api_rate, scope="api", key_func=lambda: f"token {g.token_id}")
def count_request() -> None:
    """Count one request of the token. Raises 429 when it has none left."""


@limiter.shared_limit(_api_rate, scope="api of strangers")
def count_stranger() -> None:
    """Count one request without a usable token, by its address."""


@limiter.shared_limit(_login_rate, scope="api login")
def count_login() -> None:
    """Count one attempt to sign in, by its address."""
