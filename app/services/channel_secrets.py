"""Encrypts the secret values of a channel's configuration, newest key first (ENCRYPTION_KEYS, D6).

An encrypted value is the text ENCRYPTED_PREFIX and a Fernet token of its JSON; everything else is plain.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from app.config import settings
from app.domain import redaction
from app.domain.redaction import ENCRYPTED_PREFIX, MASK
from app.services.documents.values import Json


class UnreadableSecret(Exception):
    """A secret was encrypted with a key that ENCRYPTION_KEYS does not have."""


class _Secret:
    """Marks a value that is to be encrypted."""

    def __init__(self, value: Any) -> None:
        self.value = value


def encrypted(configuration: Mapping[str, Any], stored: Mapping[str, Any]) -> Json:
    """The configuration with every secret encrypted.

    A secret given as its mask, or equal to the one `stored` in its place, stays as it is stored: saving an
    unchanged configuration changes nothing. What is encrypted already is taken over.
    """
    marked = redaction.with_secrets(configuration, _Secret)
    return {key: _sealed(value, stored.get(key)) for key, value in marked.items()}


def decrypted(configuration: Mapping[str, Any]) -> Json:
    """The configuration in the plain, for whoever has to sign in there. Raises UnreadableSecret."""
    return {key: _opened(value) for key, value in configuration.items()}


def _sealed(value: Any, stored: Any) -> Any:
    if isinstance(value, _Secret):
        return _token(value.value, stored)
    if isinstance(value, str) and redaction.holds_credentials(value):
        return _token(value, stored)
    if isinstance(value, Mapping):
        inner = stored if isinstance(stored, Mapping) else {}
        return {key: _sealed(one, inner.get(key)) for key, one in value.items()}
    if isinstance(value, list):
        return [_sealed(one, None) for one in value]
    return value


def _token(value: Any, stored: Any) -> str:
    if _is_token(value):
        return str(value)
    if _is_token(stored) and _says(stored, value):
        return str(stored)
    token = _fernet(settings().encryption_keys).encrypt(msgspec.json.encode(value)).decode()
    return ENCRYPTED_PREFIX + token


def _says(stored: str, value: Any) -> bool:
    """Whether the value means the stored secret: by its mask, or by being the same."""
    if value == MASK:
        return True
    try:
        plain = _opened(stored)
    except UnreadableSecret:
        return False
    return bool(value in (plain, redaction.without_secrets(plain)))


def _opened(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _opened(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_opened(inner) for inner in value]
    if not _is_token(value):
        return value
    try:
        text = _fernet(settings().encryption_keys).decrypt(value.removeprefix(ENCRYPTED_PREFIX).encode())
    except InvalidToken as error:
        raise UnreadableSecret("a secret was encrypted with a key that is not in ENCRYPTION_KEYS") from error
    return msgspec.json.decode(text)


def _is_token(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(ENCRYPTED_PREFIX)


@lru_cache(maxsize=4)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
