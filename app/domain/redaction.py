"""What of a configuration may be shown: one allow-list for pages, exports, webhooks, logs and audit (D6).

Anything that is not on the list is a secret, also what nobody has thought of yet.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

MASK = "********"
ENCRYPTED_PREFIX = "encrypted:"
"""How a text begins that stands for an encrypted secret; such a text is masked wherever it turns up."""

# Keys of a channel's configuration whose values are shown as they are.
SHOWN_KEYS = frozenset({"server", "username", "sales_url", "feature_flags"})
_SHOWN_PATTERN = re.compile(r".*_mail_.*")

# Words that make a key a secret's, whatever else it matches ("smtp_mail_password") and wherever it stands.
_SECRET_KEY = re.compile(
    r"passw(or)?d|passphrase|secret|token|credential|signature|authorization|cookie|digest|hash"
    r"|(^|[_-])(auth|pwd|pin|session|api[_-]?key|access[_-]?key|private[_-]?key|session[_-]?key)($|[_-])",
    re.IGNORECASE,
)
# user:password@ in front of a host.
_URL_USER = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*://)[^/@\s]+@", re.IGNORECASE)


def names_a_secret(key: str) -> bool:
    """Whether a value under this key is a secret by its name alone."""
    return _SECRET_KEY.search(key) is not None


def holds_credentials(text: str) -> bool:
    """Whether the text has a user name or password in front of a host."""
    return _URL_USER.search(text) is not None


def is_shown(key: str) -> bool:
    """Whether the allow-list lets a configuration's value under this key be seen."""
    if names_a_secret(key):
        return False
    return key in SHOWN_KEYS or _SHOWN_PATTERN.fullmatch(key) is not None


def with_secrets(configuration: Mapping[str, Any], change: Callable[[Any], Any]) -> dict[str, Any]:
    """The configuration with `change` applied to each secret value: to mask, to encrypt or to decrypt it.

    Keys and their order stay; a missing value (None) is no secret. Secrets inside shown values change too.
    """
    return {
        key: _changed_inside(value, change) if is_shown(key) else _changed(value, change)
        for key, value in configuration.items()
    }


def masked(configuration: Mapping[str, Any]) -> dict[str, Any]:
    """A channel's configuration as anybody may see it: every key, and MASK for every secret value."""
    shown = with_secrets(configuration, lambda _value: MASK)
    return {key: _without_url_user(value) for key, value in shown.items()}


def without_secrets(document: Any) -> Any:
    """Any JSON-like document with the secrets in it masked: values under keys that name a secret, user
    names in front of hosts, and whatever the allow-list hides of a `configuration`."""
    if isinstance(document, Mapping):
        return {key: _document_value(str(key), value) for key, value in document.items()}
    if isinstance(document, list | tuple):
        return [without_secrets(value) for value in document]
    return _without_url_user(document)


def _document_value(key: str, value: Any) -> Any:
    if key == "configuration" and isinstance(value, Mapping):
        return masked(value)
    if names_a_secret(key):
        return _changed(value, lambda _value: MASK)
    return without_secrets(value)


def _changed(value: Any, change: Callable[[Any], Any]) -> Any:
    return None if value is None else change(value)


def _changed_inside(value: Any, change: Callable[[Any], Any]) -> Any:
    if isinstance(value, Mapping):
        return {
            key: _changed(inner, change) if names_a_secret(str(key)) else _changed_inside(inner, change)
            for key, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [_changed_inside(inner, change) for inner in value]
    return value


def _without_url_user(value: Any) -> Any:
    if isinstance(value, str):
        if value.startswith(ENCRYPTED_PREFIX):
            return MASK
        return _URL_USER.sub(rf"\g<scheme>{MASK}@", value)
    if isinstance(value, Mapping):
        return {key: _without_url_user(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_url_user(inner) for inner in value]
    return value
