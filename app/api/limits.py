"""How often a script may ask: a rate for each token, a stricter one for signing in from one address."""

from __future__ import annotations

from functools import lru_cache

from flask import g
from limits import RateLimitItem, parse_many

from app.config import settings
from app.extensions import limiter

_API = "api"


def _api_rate() -> str:
    return settings().api_rate_limit


def _login_rate() -> str:
    return settings().login_rate_limit


def count_request() -> None:
    """Count one request of the token. Raises 429 when it has none left.

    The limiter finds out anew with each request which limits there are; counting takes a tenth of that.
    """
    if limiter.limiter.storage is not limiter.storage:
        _count_in_full()  # in memory, because the storage is away: only this way looks whether it is back
        return
    try:
        is_left = all(limiter.limiter.hit(one, _token(), _API) for one in _parsed(_api_rate()))
    except Exception:  # whatever the storage raises when it is away
        is_left = False
    if not is_left:
        _count_in_full()


def _token() -> str:
    return f"token {g.token_id}"


@limiter.shared_limit(_api_rate, scope=_API, key_func=_token)
def _count_in_full() -> None:
    """The limiter's own way: it refuses what is too much, and counts in memory while the storage is away."""


@lru_cache(maxsize=16)
def _parsed(rates: str) -> list[RateLimitItem]:
    return parse_many(rates)


@limiter.shared_limit(_api_rate, scope="api of strangers")
def count_stranger() -> None:
    """Count one request without a usable token, by its address."""


@limiter.shared_limit(_login_rate, scope="api login")
def count_login() -> None:
    """Count one attempt to sign in, by its address."""
