"""API tokens: where they come from, how long they live, and whether one still opens anything."""

from datetime import datetime, timedelta
from enum import StrEnum

LOGIN_TOKENS_LIVE = timedelta(days=30)
LOGIN_TOKENS_KEPT = 20  # of one user, the newest
USE_IS_NOTED_EVERY = timedelta(minutes=1)


class TokenOrigin(StrEnum):
    """Made by a person, or given to a script that signed in with name and password."""

    MADE = "made"
    LOGIN = "login"


class TokenState(StrEnum):
    """What becomes of a request that carries the token: only a usable one is let in."""

    USABLE = "usable"
    EXPIRED = "expired"
    REVOKED = "revoked"
    OWNER_OFF = "owner_off"


def token_state(
    now: datetime, *, revoked_date: datetime | None, expires_date: datetime | None, is_owner_active: bool
) -> TokenState:
    """Whether the token is usable at `now`; of several reasons against it, the one that lasts longest."""
    if revoked_date is not None:
        return TokenState.REVOKED
    if expires_date is not None and expires_date <= now:
        return TokenState.EXPIRED
    return TokenState.USABLE if is_owner_active else TokenState.OWNER_OFF
