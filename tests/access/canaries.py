"""Secrets planted everywhere one is kept, and the forms in which one might come out again."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import quote, quote_plus

from flask import Flask

from app.domain.access import Role
from app.services import channels, users
from app.services.documents.master_data import ChannelDocument
from tests import builders
from tests.outbox import a_webhook

# Each holds what HTML, addresses and JSON write differently.
SECRETS = {
    "password of a channel": 'cnry<ch>&pass/+"1 é',
    "token of a channel": 'cnry<ch>&token/+"2 é',
    "nested key of a channel": 'cnry<ch>&nested/+"3 é',
    "secret of a webhook": 'cnry<wh>&secret/+"4 é',
    "header of a webhook": "cnry<wh>&header/+5",
    "password of a person": 'cnry<us>&pass/+"6 é',
    "wrong password": 'cnry<us>&wrong/+"7 é',
    "key of a token": "stk_cnryABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
    "token of the upstream": 'cnry<up>&token/+"8 é',
    "password of the upstream": 'cnry<up>&pass/+"9 é',
}
SHORTEST_FORM = 12


@dataclass(frozen=True)
class Planted:
    """The names that open something with the planted secrets."""

    channel_id: int
    username: str
    key: str


def plant(app: Flask) -> Planted:
    """Put each secret where it belongs, by the acts that people use."""
    configuration = {
        "server": "https://shop.example/",
        "password": SECRETS["password of a channel"],
        "auth_token": SECRETS["token of a channel"],
        "feature_flags": {"api_key": SECRETS["nested key of a channel"]},
    }
    channel_id = channels.save_channel(ChannelDocument(name="Web", configuration=configuration))
    a_webhook(SECRETS["secret of a webhook"], {"X-Key": SECRETS["header of a webhook"]})
    users.create_user("canary", Role.ADMINISTRATOR, SECRETS["password of a person"])
    builders.a_token(builders.a_user(role="administrator"), key=SECRETS["key of a token"], scope="write")
    app.extensions["settings"] = replace(
        app.extensions["settings"],
        omnitron_token=SECRETS["token of the upstream"],
        omnitron_username="canary",
        omnitron_password=SECRETS["password of the upstream"],
    )
    return Planted(channel_id, "canary", SECRETS["key of a token"])


def found_in(text: str) -> list[str]:
    """Which secrets the text holds, in whatever form."""
    return [name for name, secret in SECRETS.items() if any(form in text for form in forms(secret))]


def forms(secret: str) -> set[str]:
    """Plain, escaped for HTML, addresses and JSON, in hex, and in base64 at each of its three offsets."""
    raw = secret.encode()
    found = {secret, html.escape(secret), html.escape(secret, quote=False), json.dumps(secret)[1:-1]}
    found |= {json.dumps(secret, ensure_ascii=False)[1:-1], quote(secret), quote(secret, safe="")}
    found |= {quote_plus(secret), raw.hex(), raw.hex().upper(), *_base64(raw)}
    assert all(len(form) >= SHORTEST_FORM for form in found)
    return found


def _base64(raw: bytes) -> Iterator[str]:
    """The characters that every base64 text around these bytes has in common, for both alphabets."""
    for offset in range(3):
        text = base64.b64encode(bytes(offset) + raw)
        inner = text[(offset * 8 + 5) // 6 : len(text) // 4 * 4 - 4].decode()
        yield inner
        yield inner.replace("+", "-").replace("/", "_")
