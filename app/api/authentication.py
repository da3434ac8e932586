"""Who asks: `Authorization: Token <key>`. A cookie opens nothing here."""

from __future__ import annotations

from flask import g, request

from app import clock
from app.api import limits
from app.api.errors import ApiError, detail, not_allowed
from app.domain.access import Role, Scope, Viewer
from app.queries import tokens as bearers
from app.services import tokens

_NO_CREDENTIALS = "Authentication credentials were not provided."
_INVALID = "Invalid token."


def authenticate(scope: Scope, roles: frozenset[Role]) -> Viewer:
    """Whose token it is. Raises ApiError 401 without a usable one, 403 for one that may not do this."""
    bearer = bearers.find_bearer(tokens.digest_of(_key()), clock.now())
    if bearer is None:
        raise _refused(_INVALID)
    g.token_id = bearer.token_id
    limits.count_request()
    if bearer.role not in roles or (scope is Scope.WRITE and bearer.scope != Scope.WRITE):
        raise not_allowed()
    if bearer.is_use_due:
        tokens.note_use(bearer.token_id)
    return Viewer(bearer.user_id, bearer.username, Role(bearer.role), bearer.location_ids)


def _key() -> str:
    kind, _, key = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "token" or not key.strip():
        raise _refused(_NO_CREDENTIALS)
    return key.strip()


def _refused(reason: str) -> ApiError:
    """401; whoever has no token at all may not ask without end either."""
    limits.count_stranger()
    return detail(401, reason, {"WWW-Authenticate": "Token"})
