"""The two ways to write one secret of a webhook. Source: reliability.md, "Webhooks out".

Libraries of Standard Webhooks want `whsec_` and base64 of the key's bytes; anything else is taken as it is.
"""

from base64 import b64encode

from app.domain.webhook_requests import SECRET_PREFIX


def standard_form(secret: str) -> str:
    """The secret as libraries of Standard Webhooks take it: `whsec_` and base64 of its UTF-8 bytes.

    A secret that is written so already stays as it is.
    """
    if secret.startswith(SECRET_PREFIX):
        return secret
    return SECRET_PREFIX + b64encode(secret.encode()).decode()
