"""Over TLS: receivers and Omnitron are spoken to only if somebody we trust vouches for their name."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.clients.omnitron import Access, Omnitron, OmnitronError, Trouble
from app.clients.webhook_sender import Request, WebhookSender
from app.domain.webhooks import AttemptOutcome
from app.services.webhook_delivery_loop import DeliveryLoop
from tests import builders, outbox
from tests.certificates import Authority, a_tls_server
from tests.faults.deliveries import attempts_of, wait_until
from tests.pages import PageClient

pytestmark = pytest.mark.faults

HOST = "hooks.example"
LOOPBACK = (ip_network("127.0.0.0/8"),)
NO_ORDERS = json.dumps({"count": 0, "next": None, "previous": None, "results": []}).encode()
SINCE = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def https(authority: Authority) -> Iterator[tuple[int, list[bytes]]]:
    """Somebody whose certificate says HOST, on this machine."""
    with a_tls_server(authority.server_context(HOST), NO_ORDERS) as served:
        yield served


@pytest.fixture(autouse=True)
def names_are_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every name leads to this machine."""

    def look_up(host: str, port: Any, *_: Any, **__: Any) -> list[tuple[Any, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", int(port or 0)))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


def sent(ca_file: Path | None, host: str, port: int, seconds: float = 5) -> AttemptOutcome:
    sender = WebhookSender(timedelta(seconds=seconds), LOOPBACK, 8, ca_file)
    outcome = sender.send(Request(f"https://{host}:{port}/hooks", b'{"event": {}}', {})).outcome
    sender.close()
    return outcome


def test_a_receiver_is_sent_to_if_we_trust_whoever_vouches_for_its_name(
    authority: Authority, https: tuple[int, list[bytes]], tmp_path: Path
) -> None:
    port, bodies = https
    stranger = Authority(tmp_path)
    assert sent(None, HOST, port) is AttemptOutcome.NOT_TRUSTED
    assert sent(stranger.file, HOST, port) is AttemptOutcome.NOT_TRUSTED
    assert sent(authority.file, "others.example", port) is AttemptOutcome.NOT_TRUSTED
    assert bodies == []
    assert sent(authority.file, HOST, port) is AttemptOutcome.DELIVERED
    assert bodies == [b'{"event": {}}']


def test_somebody_who_speaks_no_tls_is_unreachable(authority: Authority) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(5)
        port = listening.getsockname()[1]
        outcome = sent(authority.file, HOST, port, seconds=1)
        assert outcome in (AttemptOutcome.UNREACHABLE, AttemptOutcome.TIMED_OUT)


def test_deliveries_trust_the_file_of_the_settings_and_pages_say_when_they_do_not(
    app: Flask, authority: Authority, https: tuple[int, list[bytes]]
) -> None:
    port, bodies = https
    known = app.extensions["settings"]
    app.extensions["settings"] = replace(known, webhook_allowed_networks=LOOPBACK)
    with app.app_context():
        event = outbox.an_event(outbox.a_webhook(target_url=f"https://{HOST}:{port}/hooks"))
        delivered_by_a_loop(app, 1)
        assert [one.outcome for one in attempts_of()[event.uuid]] == ["not_trusted"]
        assert bodies == []
        app.extensions["settings"] = replace(
            known, webhook_allowed_networks=LOOPBACK, trusted_ca_file=authority.file
        )
        other = outbox.an_event(outbox.a_webhook(target_url=f"https://{HOST}:{port}/others"))
        delivered_by_a_loop(app, 2)
        assert [one.outcome for one in attempts_of()[other.uuid]] == ["delivered"]
        assert bodies == [other.request_payload]
        desk = PageClient(app, builders.a_user("ayse").session_key)
        assert "certificate is not trusted" in desk.get(f"/webhooks/events/{event.id}").text


def delivered_by_a_loop(app: Flask, tried: int) -> None:
    """Until so many attempts have ended."""
    loop = DeliveryLoop(app)
    loop.start()
    ended = lambda: sum(1 for each in attempts_of().values() for one in each if one.outcome)  # noqa: E731
    wait_until(lambda: ended() >= tried, 60, "the event was tried")
    loop.stop()


def test_omnitron_is_asked_over_tls_only_where_it_is_trusted(
    authority: Authority, https: tuple[int, list[bytes]]
) -> None:
    port, bodies = https
    access = Access(f"https://{HOST}:{port}", "a-token", tries=1, timeout=5.0)
    with pytest.raises(OmnitronError) as refused:
        Omnitron(access).changed_orders(SINCE)
    assert (refused.value.trouble, refused.value.retryable) == (Trouble.UNREACHABLE, True)
    assert "certificate is not trusted" in refused.value.detail
    assert bodies == []
    assert Omnitron(replace(access, ca_file=authority.file)).changed_orders(SINCE).entries == ()
