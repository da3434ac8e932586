"""New secrets for subscriptions. What they sign is not decided here."""

import secrets

_BYTES = 32


def new_secret() -> str:
    """A secret nobody has: plain text, which both kinds of signatures can be made with."""
    return secrets.token_urlsafe(_BYTES)
