"""Signing in by name and password, as the vendor's clients do: the answer is a token."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from app.api import limits
from app.api.endpoints import endpoint
from app.domain.errors import Invalid
from app.services import tokens, users

_Name = Annotated[str, Meta(min_length=1, max_length=150)]
_Password = Annotated[str, Meta(min_length=1, max_length=1024)]


class Credentials(Struct, frozen=True):
    """Who signs in."""

    username: _Name
    password: _Password


class Key(Struct, frozen=True):
    """A fresh token with the rights of its user, for 30 days."""

    key: str


@endpoint(
    "POST",
    "/api/i1/auth/login/",
    "/api/v1/auth/login/",
    tag="auth",
    body=Credentials,
    reads_form=True,
    answers=Key,
    is_open=True,
    errors=(429,),
)
def login(body: Credentials) -> Key:
    """Sign in.

    Unknown names, wrong passwords and users who were switched off get the same answer.
    """
    limits.count_login()
    account = users.check_password(body.username, body.password)
    if account is None:
        raise Invalid({"non_field_errors": ["Unable to log in with provided credentials."]})
    return Key(tokens.create_login_token(account.id))
