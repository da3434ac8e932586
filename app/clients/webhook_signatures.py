"""The headers by which receivers know an event and its sender: the vendor's, and those of Standard Webhooks.

Source: reliability.md, "Webhooks out".
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from standardwebhooks import Webhook

from app.domain.webhook_requests import SECRET_PREFIX


def headers(event_type: str, uuid: str, body: bytes, secrets: Sequence[str], now: datetime) -> dict[str, str]:
    """The headers of an event sent `now`. `secrets`: those that sign, the present one first.

    Standard Webhooks' header has a signature of each. The vendor's has room for one: the present one's.
    """
    found = {
        "X-Whisperer-Event": event_type,
        "webhook-id": uuid,
        "webhook-timestamp": str(int(now.timestamp())),
    }
    if secrets:
        found["X-Whisperer-Signature"] = f"sha256={_hex_digest(secrets[0], body)}"
        text = body.decode()
        signatures = [_signer(secret).sign(uuid, now, text) for secret in secrets]
        found["webhook-signature"] = " ".join(signatures)
    return found


def _hex_digest(secret: str, body: bytes) -> str:
    """The vendor's key is the text itself, whatever it begins with."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


@lru_cache(maxsize=256)
def _signer(secret: str) -> Webhook:
    """Of `whsec_` the library takes the base64 behind it; of anything else its bytes are the key."""
    return Webhook(secret if secret.startswith(SECRET_PREFIX) else secret.encode())
