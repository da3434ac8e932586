"""API tokens: random, with the rights of their user. Only a digest is kept: nobody can read one back."""

from __future__ import annotations

import secrets
from datetime import datetime
from hashlib import sha256

from app import clock
from app.domain.access import Scope
from app.domain.errors import Invalid, NotFound
from app.domain.folding import fold
from app.models.columns import table
from app.models.users import Token, User
from app.services import rows
from app.services.unit_of_work import unit_of_work

_TOKENS, _USERS = table(Token), table(User)
# Recognised by tools that look for secrets in the wrong place.
_START = "stk_"
_SHOWN = 12
_LONGEST_LABEL = 150


def create_token(username: str, scope: Scope, label: str = "", expires_at: datetime | None = None) -> str:
    """A new token of that user, to be shown this once; it begins with its visible prefix.

    Raises Invalid for an unknown user, a label that is too long and an end in the past.
    """
    _refuse_unusable(label, expires_at)
    key = _START + secrets.token_urlsafe(30)
    with unit_of_work() as work:
        user = rows.find(_USERS, "username", fold(username))
        if user is None:
            raise Invalid({"username": [f"is {username!r}, which nobody has"]})
        values = {
            "user_id": user["id"],
            "label": label,
            "prefix": key[:_SHOWN],
            "digest": digest_of(key),
            "scope": scope.value,
            "expires_date": expires_at,
        }
        token_id = rows.add(_TOKENS, values)
        after = {"username": user["username"], "scope": scope.value, "label": label, "prefix": key[:_SHOWN]}
        work.audit("token.created", "token", token_id, after=after)
    return key


def revoke_token(token_id: int) -> None:
    """The token opens nothing any more. Raises NotFound; a revoked one stays as it is."""
    with unit_of_work() as work:
        token = rows.find(_TOKENS, "id", token_id)
        if token is None:
            raise NotFound("token", token_id)
        if token["revoked_date"] is None:
            rows.change(_TOKENS, token_id, {"revoked_date": clock.now()})
            work.audit("token.revoked", "token", token_id, after={"prefix": token["prefix"]})


def digest_of(key: str) -> str:
    """What is kept of a token. It is random and long, so a fast digest does."""
    return sha256(key.encode()).hexdigest()


def _refuse_unusable(label: str, expires_at: datetime | None) -> None:
    if len(label) > _LONGEST_LABEL:
        raise Invalid({"label": [f"is longer than {_LONGEST_LABEL} characters"]})
    if expires_at is not None and expires_at <= clock.now():
        raise Invalid({"expires_at": ["lies in the past"]})
