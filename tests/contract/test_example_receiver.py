"""The receiver that customers copy (examples/receiver.py), held against what our sender sends."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from ipaddress import ip_network
from uuid import uuid4

import pytest

from app import clock
from app.clients import webhook_signatures
from app.clients.webhook_sender import Request, WebhookSender
from app.config import PROJECT_ROOT
from app.domain.webhook_secrets import standard_form
from tests.servers import STARTS_WITHIN_SECONDS, free_port

EXAMPLE = PROJECT_ROOT / "examples" / "receiver.py"
SECRETS = ("a customer's secret, ünlü", standard_form("another one"))
BODY = '{"event":{"type":"ping","uuid":"%s"},"payload":{"note":"İstanbul"}}'


@contextmanager
def receiver(secret: str) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """Its port and process."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, str(EXAMPLE), str(port)],
        env={"SECRET": secret, "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        _wait_for(port)
        yield port, process
    finally:
        process.kill()
        process.communicate()


def _wait_for(port: int) -> None:
    until = time.monotonic() + STARTS_WITHIN_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


class Sender:
    """Sends events to the receiver as deliveries are sent; gives the status."""

    def __init__(self, port: int) -> None:
        self._url = f"http://127.0.0.1:{port}/hooks"
        self._sender = WebhookSender(timedelta(seconds=10), [ip_network("127.0.0.1/32")], 2)

    def send(
        self,
        secrets: tuple[str, ...],
        uuid: str,
        at: datetime | None = None,
        without: str = "",
        body: bytes | None = None,
    ) -> int | None:
        """`without` leaves out a header, `body` is sent instead of the signed one."""
        signed = (BODY % uuid).encode()
        headers = webhook_signatures.headers("ping", uuid, signed, secrets, at or clock.now())
        headers = {name: value for name, value in headers.items() if name != without}
        return self._sender.send(Request(self._url, body or signed, headers)).status


@pytest.mark.parametrize("secret", SECRETS, ids=["plain", "whsec"])
def test_either_signature_is_enough_and_each_event_is_done_once(secret: str) -> None:
    first, second = str(uuid4()), str(uuid4())
    with receiver(secret) as (port, process):
        sender = Sender(port)
        assert sender.send((secret,), first) == 204
        assert sender.send((secret,), first) == 204, "a retry is taken"
        assert sender.send(("the new one", secret), second, without="X-Whisperer-Signature") == 204, (
            "rotation"
        )
        assert sender.send((secret,), second, without="webhook-signature") == 204
        process.kill()
        assert process.stdout is not None
        done = process.stdout.read().split()
    assert done == ["ping", first, "ping", second]


def test_what_is_not_ours_is_refused() -> None:
    secret, uuid = SECRETS[0], str(uuid4())
    with receiver(secret) as (port, _process):
        sender = Sender(port)
        assert sender.send(("guessed",), uuid) == 401
        assert sender.send((), uuid) == 401
        assert sender.send((secret,), uuid, body=b'{"event":{"type":"ping","uuid":"forged"}}') == 401
        old = clock.now() - timedelta(hours=1)
        assert sender.send((secret,), uuid, old, without="X-Whisperer-Signature") == 401


def test_a_receiver_without_a_secret_takes_nothing() -> None:
    with receiver("") as (port, _process):
        assert Sender(port).send((), str(uuid4())) == 401
