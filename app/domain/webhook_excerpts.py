"""What is kept of a receiver's answer: its beginning, without the secrets that it may echo (D6)."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Collection, Iterator
from urllib.parse import quote, quote_plus

from app.domain.redaction import MASK
from app.domain.webhooks import LONGEST_EXCERPT

SHORTEST_SECRET = 4
"""Characters; what is shorter is no secret, and its mask would tear up every answer."""


def margin(secrets: Collection[str]) -> int:
    """Bytes to read beyond LONGEST_EXCERPT, so that no secret is cut in two there and half of it stays."""
    return max((len(form) for form in _forms(secrets)), default=0)


def excerpt(body: bytes, secrets: Collection[str]) -> bytes:
    """The first bytes of the body with each secret masked, in whatever usual form it comes back."""
    for form in sorted(set(_forms(secrets)), key=len, reverse=True):
        body = body.replace(form, MASK.encode())
    return body[:LONGEST_EXCERPT]


def _forms(secrets: Collection[str]) -> Iterator[bytes]:
    """As it is, and as JSON, URLs and Basic credentials write it; of "Bearer x" also the x alone."""
    for secret in secrets:
        for part in {secret, *secret.split(" ")[1:], *_decoded(secret)}:
            if len(part) < SHORTEST_SECRET:
                continue
            written = (part, json.dumps(part)[1:-1], quote(part, safe=""), quote(part), quote_plus(part))
            yield from (text.encode() for text in written)
            yield b64encode(part.encode())


def _decoded(secret: str) -> list[str]:
    """What the credentials of a Basic header say."""
    scheme, _, credentials = secret.partition(" ")
    if scheme.lower() != "basic":
        return []
    try:
        text = b64decode(credentials, validate=True).decode()
    except (NotBase64, ValueError):
        return []
    return [text, text.partition(":")[2]]
