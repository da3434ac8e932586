"""Receivers of either kind verify what is sent, with any body and secret, also while a secret is replaced."""

from __future__ import annotations

import base64
import hashlib
import hmac
import random
from datetime import UTC, datetime
from uuid import uuid4

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from standardwebhooks import Webhook as StandardWebhook
from standardwebhooks import WebhookVerificationError

from app.clients import webhook_signatures
from app.domain.webhook_secrets import standard_form
from app.domain.webhooks import EventType
from app.services import outbox

pytestmark = pytest.mark.faults

texts = some.text(some.characters(exclude_categories=["Cs"]), max_size=60)
bodies = some.dictionaries(
    texts, some.recursive(texts | some.integers() | some.none(), some.lists), max_size=5
)
plain_secrets = some.text(some.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=60)
standard_secrets = some.binary(min_size=1, max_size=64).map(
    lambda key: "whsec_" + base64.b64encode(key).decode()
)
secrets = standard_secrets | plain_secrets.filter(lambda text: not text.startswith("whsec_"))


@settings(max_examples=100, deadline=None)
@given(bodies, secrets, secrets)
def test_both_kinds_of_receivers_verify_any_body_with_the_old_and_the_new_secret(
    payload: dict[str, object], secret: str, previous: str
) -> None:
    check(payload, secret, previous)


def test_a_thousand_bodies_of_random_bytes_verify_too() -> None:
    chance = random.Random(7)
    for number in range(1_000):
        text = chance.randbytes(chance.randrange(400)).decode("utf-16-le", "ignore")
        kind = (f"secret {number} ğ", "whsec_" + base64.b64encode(chance.randbytes(24)).decode())
        check({"text": text, "number": number}, *chance.sample(kind, 2))


def check(payload: dict[str, object], secret: str, previous: str) -> None:
    """The official library and an HMAC of our own agree with what was signed."""
    uuid, now = str(uuid4()), datetime.now(UTC)
    body = outbox.body(EventType.ORDER_CREATED, uuid, payload)
    headers = webhook_signatures.headers("order.created", uuid, body, [secret, previous], now)
    for known in (secret, previous):
        told = StandardWebhook(standard_form(known)).verify(body, headers)
        assert told == msgspec.json.decode(body)
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    assert headers["X-Whisperer-Signature"] == f"sha256={digest}"
    assert headers["X-Whisperer-Event"] == "order.created"
    assert headers["webhook-id"] == uuid


def test_another_secret_or_another_byte_does_not_verify() -> None:
    uuid, now = str(uuid4()), datetime.now(UTC)
    body = outbox.body(EventType.PING, uuid, {})
    headers = webhook_signatures.headers("ping", uuid, body, ["secret"], now)
    for secret, sent in (("Secret", body), ("secret", body + b" ")):
        with pytest.raises(WebhookVerificationError):
            StandardWebhook(standard_form(secret)).verify(sent, headers)


def test_without_a_secret_nothing_is_signed() -> None:
    headers = webhook_signatures.headers("ping", "id", b"{}", [], datetime.now(UTC))
    assert set(headers) == {"X-Whisperer-Event", "webhook-id", "webhook-timestamp"}
