"""One delivery: what a claimed event is sent as, and what its answer is reported as. Writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import structlog

from app import clock
from app.clients import webhook_signatures
from app.clients.bounded_sockets import Waiting
from app.clients.webhook_sender import Answer, Request, WebhookSender
from app.domain.webhooks import AttemptOutcome
from app.services import channel_secrets
from app.services.channel_secrets import UnreadableSecret
from app.services.webhook_claims import Claim, Endpoint
from app.services.webhook_results import Report

log = structlog.get_logger(__name__)

_PLAIN_HEADERS = {"Content-Type": "application/json", "User-Agent": "Stocktrace", "Accept": "*/*"}


def deliver(sender: WebhookSender, claim: Claim, waiting: Waiting | None = None) -> Report:
    """Send a claimed event, once. A secret that cannot be read any more is a target refused: nothing goes out
    unsigned. Needs an application context."""
    try:
        request = _request(claim)
    except UnreadableSecret:
        log.error("webhook_secret_unreadable", webhook_id=claim.endpoint.webhook_id)
        return _report(claim, Answer(AttemptOutcome.TARGET_REFUSED, 0))
    return _report(claim, sender.send(request, waiting))


def _request(claim: Claim) -> Request:
    endpoint = claim.endpoint
    signing, extra = _signing(endpoint), channel_secrets.decrypted(endpoint.headers)
    signed = webhook_signatures.headers(claim.event_type, claim.uuid, claim.body, signing, clock.now())
    taken = {name.lower() for name in extra}
    plain = {name: value for name, value in _PLAIN_HEADERS.items() if name.lower() not in taken}
    signatures = [value for name, value in signed.items() if name.lower().endswith("-signature")]
    secrets = (*signing, *extra.values(), *signatures)
    return Request(endpoint.target_url, claim.body, {**plain, **extra, **signed}, secrets)


def _signing(endpoint: Endpoint) -> Sequence[str]:
    sealed: dict[str, Any] = {"present": endpoint.secret, "previous": endpoint.previous_secret}
    return [secret for secret in channel_secrets.decrypted(sealed).values() if secret]


def _report(claim: Claim, answer: Answer) -> Report:
    return Report(
        event_id=claim.event_id,
        webhook_id=claim.endpoint.webhook_id,
        token=claim.token,
        outcome=answer.outcome,
        duration_ms=answer.duration_ms,
        status=answer.status,
        excerpt=answer.excerpt,
        retry_after=answer.retry_after,
    )
