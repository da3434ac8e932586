"""Receivers that drip, never end, lie or lead elsewhere: little time, little memory, nothing inward asked."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import config
from app.clients import webhook_sender
from app.clients.webhook_sender import Request, WebhookSender
from app.domain.errors import Invalid
from app.domain.redaction import MASK
from app.domain.webhooks import LONGEST_EXCERPT, AttemptOutcome
from app.extensions import db
from app.models import Webhook
from app.services import webhooks
from tests.domain.test_webhook_targets import INWARD_HOSTS
from tests.receivers import Receiver, a_receiver

pytestmark = pytest.mark.faults

DEADLINE = 2.0
LATE = 2.0  # seconds that a loaded machine may add; without a deadline it would be a minute
MEGABYTE = 1024 * 1024
LOOPBACK = ip_network("127.0.0.0/8")


@pytest.fixture(scope="module")
def receiver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    with a_receiver(tmp_path_factory.mktemp("receiver")) as found:
        yield found


@pytest.fixture
def sender() -> Iterator[WebhookSender]:
    made = WebhookSender(timedelta(seconds=DEADLINE), [LOOPBACK], 8)
    yield made
    made.close()


def request(url: str, *secrets: str, **headers: str) -> Request:
    return Request(url, b'{"event": {}}', headers, secrets)


@pytest.mark.parametrize("behaviour", ["drip-headers", "drip-body", "hang"])
def test_whoever_answers_a_byte_at_a_time_is_a_timeout_at_the_deadline(
    receiver: Receiver, sender: WebhookSender, behaviour: str
) -> None:
    answer = sender.send(request(receiver.url(behaviour)))
    assert (answer.outcome, answer.status) == (AttemptOutcome.TIMED_OUT, None)
    assert DEADLINE * 1000 <= answer.duration_ms <= (DEADLINE + LATE) * 1000


def test_hostile_answers_take_little_memory_and_little_of_them_is_kept(receiver: Receiver) -> None:
    endings = {
        "huge": ("delivered", 200),
        "gzip-bomb": ("delivered", 200),
        "endless-headers": ("unreachable", None),
        "endless-line": ("unreachable", None),
        "endless-continue": ("unreachable", None),
        "bad-chunks": ("delivered", 200),
        "nonsense": ("unreachable", None),
    }
    found = sent_by_a_process(receiver.url("ok"), [receiver.url(one) for one in endings])
    for behaviour, (outcome, status) in endings.items():
        answers = found["answers"][receiver.url(behaviour)]
        assert {(one[0], one[1]) for one in answers} == {(outcome, status)}, behaviour
        assert all((kept or 0) <= LONGEST_EXCERPT for *_, kept in answers)
        assert all(took <= (DEADLINE + LATE) * 1000 for _, _, took, _ in answers), behaviour
    print(f"\n7 kinds of hostile answers, 8 at once: {found['memory'] / MEGABYTE:.1f} MB more memory")
    assert found["memory"] <= 16 * MEGABYTE


def sent_by_a_process(warm_up: str, urls: list[str]) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.faults.sending_process", str(DEADLINE), warm_up, *urls]
    done = subprocess.run(command, cwd=config.PROJECT_ROOT, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_what_came_of_a_broken_body_is_kept(receiver: Receiver, sender: WebhookSender) -> None:
    assert sender.send(request(receiver.url("bad-chunks"))).excerpt == b"hello"


def test_a_redirect_is_an_answer_and_nobody_goes_there(receiver: Receiver, sender: WebhookSender) -> None:
    to = receiver.url("ok/redirected")
    answer = sender.send(request(receiver.url("redirect", to=to)))
    assert (answer.outcome, answer.status) == (AttemptOutcome.REJECTED, 302)
    assert not [line for line in receiver.received() if line["path"] == "/ok/redirected"]


def test_secrets_that_a_receiver_echoes_are_not_kept(receiver: Receiver, sender: WebhookSender) -> None:
    headers = {"X-Key": "Bearer canary-of-the-header", "webhook-signature": "v1,canary-signature"}
    answer = sender.send(request(receiver.url("echo"), *headers.values(), "canary-secret", **headers))
    assert answer.excerpt is not None
    assert b"canary" not in answer.excerpt
    assert MASK.encode() in answer.excerpt


def test_nobody_who_listens_is_an_outcome_too(sender: WebhookSender) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        answer = sender.send(request(f"http://127.0.0.1:{taken.getsockname()[1]}/"))
    assert answer.outcome is AttemptOutcome.UNREACHABLE


def test_a_connection_is_used_again_and_one_that_was_closed_meanwhile_is_not(
    receiver: Receiver, sender: WebhookSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[object] = []
    connected = webhook_sender.bounded_sockets.connected
    monkeypatch.setattr(
        webhook_sender.bounded_sockets,
        "connected",
        lambda *where: opened.append(where) or connected(*where),
    )
    for _ in range(5):
        assert sender.send(request(receiver.url("ok"))).status == 200
    assert len(opened) == 1
    monkeypatch.setattr(webhook_sender, "IDLE_SECONDS", 0.0)
    assert sender.send(request(receiver.url("ok"))).status == 200
    assert len(opened) == 2


@pytest.fixture
def trap() -> Iterator[socket.socket]:
    """Somebody who listens inward, and must never be spoken to."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


def is_untouched(trap: socket.socket) -> bool:
    try:
        trap.accept()
    except BlockingIOError:
        return True
    return False


def names(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Every name has these addresses, one after the other and the last for good; who was asked for."""
    left, asked = list(addresses), []

    def look_up(host: str, port: object, **_: object) -> list[tuple[Any, ...]]:
        asked.append(host)
        address = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


@pytest.mark.parametrize("host", INWARD_HOSTS)
def test_nothing_is_sent_to_an_inward_address_however_it_got_into_the_table(
    trap: socket.socket, host: str
) -> None:
    closed = WebhookSender(timedelta(seconds=DEADLINE), [], 8)
    for scheme in ("https", "http"):
        answer = closed.send(request(f"{scheme}://{host}:{trap.getsockname()[1]}/"))
        assert answer.outcome is AttemptOutcome.TARGET_REFUSED
    assert is_untouched(trap)


def test_a_name_that_leads_inward_when_there_is_something_to_send_is_not_followed(
    app: Flask, trap: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    names(monkeypatch, "93.184.216.34", "127.0.0.1")
    url = f"https://rebound.example:{trap.getsockname()[1]}/hooks"
    with app.app_context():
        webhooks.create_webhook({"event_type": "*", "target_url": url})
        closed = WebhookSender(timedelta(seconds=DEADLINE), [], 8)
        assert closed.send(request(url)).outcome is AttemptOutcome.TARGET_REFUSED
    assert is_untouched(trap)


def test_what_was_checked_is_what_is_connected_to(
    receiver: Receiver, sender: WebhookSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = names(monkeypatch, "127.0.0.1", "127.99.0.1")
    for _ in range(3):
        answer = sender.send(request(f"http://pinned.example:{receiver.port}/ok"))
        assert answer.outcome is AttemptOutcome.DELIVERED
    assert asked == ["pinned.example"]
    hosts = {line["headers"]["host"] for line in receiver.received()}
    assert f"pinned.example:{receiver.port}" in hosts


def test_a_target_that_leads_inward_is_refused_when_it_is_saved(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    names(monkeypatch, "10.0.0.5")
    urls = ["https://inward.example/", "http://receiver.example/", "https://127.0.0.1/", "https://0x7f.1/"]
    with app.app_context():
        for url in urls:
            with pytest.raises(Invalid) as refused:
                webhooks.create_webhook({"event_type": "*", "target_url": url})
            assert list(refused.value.errors) == ["target_url"]
        assert db.session.scalars(select(Webhook)).all() == []
