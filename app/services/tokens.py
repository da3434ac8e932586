"""API tokens: random, with the rights of their user. Only a digest is kept: nobody can read one back."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

import structlog
from sqlalchemy import RowMapping, bindparam, delete, or_, select, update

from app import clock, databases
from app.domain.access import Scope
from app.domain.errors import Invalid, NotFound, Refused
from app.domain.folding import fold
from app.domain.tokens import LOGIN_TOKENS_KEPT, LOGIN_TOKENS_LIVE, USE_IS_NOTED_EVERY, TokenOrigin
from app.extensions import db
from app.models.columns import table
from app.models.users import Token, User
from app.services import audit, rows
from app.services.unit_of_work import UnitOfWork, brief_write, unit_of_work

log = structlog.get_logger(__name__)

_TOKENS, _USERS = table(Token), table(User)
# Recognised by tools that look for secrets in the wrong place.
_START = "stk_"
_SHOWN = 12
_LONGEST_LABEL = 150

# key_share: rows that only refer to the user are written by others meanwhile; they must not wait for us.
_USER = select(_USERS).where(_USERS.c.id == bindparam("user_id")).with_for_update(key_share=True)
_LOGIN_TOKENS = (
    select(_TOKENS.c.id, _TOKENS.c.prefix)
    .where(_TOKENS.c.user_id == bindparam("user_id"), _TOKENS.c.origin == TokenOrigin.LOGIN.value)
    .order_by(_TOKENS.c.created_date.desc(), _TOKENS.c.id.desc())
)
# Whoever else is noting the same use right now does it for us.
_NOTE_USE = (
    update(_TOKENS)
    .where(
        _TOKENS.c.id.in_(
            select(_TOKENS.c.id)
            .where(
                _TOKENS.c.id == bindparam("token_id"),
                or_(_TOKENS.c.last_used_date.is_(None), _TOKENS.c.last_used_date <= bindparam("due_since")),
            )
            .with_for_update(skip_locked=True)
        )
    )
    .values(last_used_date=bindparam("now"))
)


def create_token(
    username: str,
    scope: Scope,
    label: str = "",
    expires_at: datetime | None = None,
    form_key: str | None = None,
) -> str:
    """A new token of that user, to be shown this once; it begins with its visible prefix.

    `form_key` names the form it was asked for with: sent twice, the form makes one token.
    Raises Invalid for an unknown user, a label that is too long and an end in the past, and
    Refused("token_made_before") for a form that has made its token.
    """
    _refuse_unusable(label, expires_at)
    with unit_of_work() as work:
        user = _lock_user(rows.find(_USERS, "username", fold(username)))
        if user is None:
            raise Invalid({"username": [f"is {username!r}, which nobody has"]})
        if form_key is not None and rows.find(_TOKENS, "form_key", form_key) is not None:
            raise Refused("token_made_before")
        values = {"scope": scope.value, "label": label, "expires_date": expires_at, "form_key": form_key}
        return _add(work, user, {**values, "origin": TokenOrigin.MADE.value})


def create_login_token(user_id: int) -> str:
    """A fresh token for somebody who has just given their password: it may write, and ends in 30 days.

    Of such tokens the newest 20 of each user are kept; those that were made are not touched.
    Raises NotFound.
    """
    with unit_of_work() as work:
        user = db.session.execute(_USER, {"user_id": user_id}).mappings().one_or_none()
        if user is None:
            raise NotFound("user", user_id)
        values = {"scope": Scope.WRITE.value, "expires_date": clock.now() + LOGIN_TOKENS_LIVE}
        with audit.acting_as(user["username"], user_id):
            key = _add(work, user, {**values, "origin": TokenOrigin.LOGIN.value})
            _drop_old_logins(work, user)
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


def note_use(token_id: int) -> None:
    """Remember that the token was used, at most once a minute.

    In a transaction of its own that waits for nobody: while the database is busy nothing is remembered, and
    the request that used the token goes on.
    """
    now = clock.now()
    values = {"token_id": token_id, "now": now, "due_since": now - USE_IS_NOTED_EVERY}
    try:
        with brief_write() as connection:
            connection.execute(_NOTE_USE, values)
    except Exception as error:
        if not databases.is_unavailable(error):
            raise
        log.info("token_use_not_noted", token=token_id)


def digest_of(key: str) -> str:
    """What is kept of a token. It is random and long, so a fast digest does."""
    return sha256(key.encode()).hexdigest()


def _add(work: UnitOfWork, user: RowMapping, values: Mapping[str, Any]) -> str:
    """Store a token of that user; the key."""
    key = _START + secrets.token_urlsafe(30)
    token = {"user_id": user["id"], "prefix": key[:_SHOWN], "digest": digest_of(key), **values}
    token_id = rows.add(_TOKENS, token)
    after = {"username": user["username"], "scope": values["scope"], "origin": values["origin"]}
    after |= {"label": values.get("label", ""), "prefix": token["prefix"], "expires": _iso(values)}
    work.audit("token.created", "token", token_id, after=after)
    return key


def _lock_user(user: RowMapping | None) -> RowMapping | None:
    """One token of a user is made after the other, so that what was looked at stays true."""
    if user is None:
        return None
    return db.session.execute(_USER, {"user_id": user["id"]}).mappings().one_or_none()


def _drop_old_logins(work: UnitOfWork, user: RowMapping) -> None:
    found = db.session.execute(_LOGIN_TOKENS, {"user_id": user["id"]}).all()
    for token_id, prefix in found[LOGIN_TOKENS_KEPT:]:
        db.session.execute(delete(_TOKENS).where(_TOKENS.c.id == token_id))
        before = {"username": user["username"], "origin": TokenOrigin.LOGIN.value, "prefix": prefix}
        work.audit("token.deleted", "token", token_id, before=before)


def _iso(values: Mapping[str, Any]) -> str | None:
    ends: datetime | None = values["expires_date"]
    return ends.isoformat() if ends is not None else None


def _refuse_unusable(label: str, expires_at: datetime | None) -> None:
    if len(label) > _LONGEST_LABEL:
        raise Invalid({"label": [f"is longer than {_LONGEST_LABEL} characters"]})
    if expires_at is not None and expires_at <= clock.now():
        raise Invalid({"expires_at": ["lies in the past"]})
