"""Sends one event to one receiver, once: where the address is checked, the time is short, the answer is cut.

Redirects are not followed, nothing is unpacked, no proxy of the environment is asked. What the answer means
for the event is not decided here.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog
from urllib3 import BaseHTTPResponse, HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, SSLError
from urllib3.exceptions import TimeoutError as Urllib3Timeout

from app.clients import bounded_sockets, name_lookups
from app.clients.bounded_sockets import TooManyBytes, Waiting
from app.clients.name_lookups import Address, UnknownName
from app.domain import webhook_excerpts, webhook_targets
from app.domain.webhook_outcomes import outcome_of
from app.domain.webhook_targets import Network, Target
from app.domain.webhooks import LONGEST_EXCERPT, AttemptOutcome

log = structlog.get_logger(__name__)

MOST_HEADER_BYTES = 64 * 1024
_PIECE = 4 * 1024
IDLE_SECONDS = 3.0
"""Longer unused connections are not used again: receivers close theirs after five seconds and more."""

MOST_KEPT_OPEN = 64
"""Connections to one host, which several webhooks may share; more of them are closed after use."""

LOOKED_UP_FOR = 10.0
"""Seconds for which a name's addresses, once checked, are connected to without asking again."""

_TIMEOUTS = (TimeoutError, Urllib3Timeout)


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent: `secrets` are masked in what is kept of the answer."""

    url: str
    body: bytes
    headers: Mapping[str, str]
    secrets: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """How the try ended; `retry_after` is the header of that name. `duration_ms` is always there."""

    outcome: AttemptOutcome
    duration_ms: int
    status: int | None = None
    excerpt: bytes | None = None
    retry_after: str | None = None


class TargetRefused(Exception):
    """Nothing may be sent there; the words say why."""


class _Pinned:
    """Connections to addresses that were checked before, whatever their name means by now."""

    used_at = 0.0
    pinned: Sequence[Address] = ()
    port: int

    def _new_conn(self) -> Any:
        return bounded_sockets.connected(self.pinned, self.port)

    def request(self, *arguments: Any, **options: Any) -> None:
        """As usual; remembers when."""
        self.used_at = time.monotonic()
        super().request(*arguments, **options)  # type: ignore[misc]

    @property
    def is_connected(self) -> bool:
        """Whether it can be used again."""
        return time.monotonic() - self.used_at < IDLE_SECONDS and super().is_connected  # type: ignore[misc]


class _Connection(_Pinned, HTTPConnection):
    """A plain one."""


class _TlsConnection(_Pinned, HTTPSConnection):
    """An encrypted one: certificate and SNI are those of the name."""


class _Door:
    """Connections to one host and port, all to the same addresses, until they have to be looked up again."""

    def __init__(self, target: Target, addresses: tuple[Address, ...], slots: int, tls: Any) -> None:
        self.addresses = addresses
        self.until = 0.0
        options: dict[str, Any] = {"maxsize": max(slots, MOST_KEPT_OPEN), "block": False, "retries": False}
        if target.is_plain:
            self.pool = HTTPConnectionPool(target.host, target.port, **options)
            kind: Any = _Connection
        else:
            self.pool = HTTPSConnectionPool(target.host, target.port, ssl_context=tls, **options)
            kind = _TlsConnection
        self.pool.ConnectionCls = type(kind.__name__, (kind,), {"pinned": addresses})


class WebhookSender:
    """Sends from any number of threads. `slots` connections to a host are kept open between deliveries.

    Authorities in `ca_file` (PEM) vouch for receivers besides the system's.
    """

    def __init__(
        self, deadline: timedelta, allowed: Collection[Network], slots: int, ca_file: Path | None = None
    ) -> None:
        self._deadline = deadline.total_seconds()
        self._allowed = tuple(allowed)
        self._slots = slots
        self._tls = bounded_sockets.tls_context(ca_file)
        self._doors: dict[tuple[str, str, int], _Door] = {}
        self._turn = threading.Lock()

    def send(self, request: Request, waiting: Waiting | None = None) -> Answer:
        """One try, within the deadline. Raises nothing: whatever happens is an outcome.

        `waiting` is told when it waits for the receiver.
        """
        started = time.monotonic()
        with bounded_sockets.call(self._deadline, MOST_HEADER_BYTES, waiting):
            try:
                found: Answer = self._tried(request)
            except TargetRefused as refusal:
                log.warning("webhook_target_refused", reason=str(refusal))
                found = Answer(AttemptOutcome.TARGET_REFUSED, 0)
            except _TIMEOUTS:
                found = Answer(AttemptOutcome.TIMED_OUT, 0)
            except (HTTPError, OSError, UnknownName, TooManyBytes, ValueError) as error:
                found = Answer(_not_connected(error), 0)
        took = time.monotonic() - started
        if took >= self._deadline and found.status is None and found.outcome is AttemptOutcome.UNREACHABLE:
            found = Answer(AttemptOutcome.TIMED_OUT, 0)
        return Answer(found.outcome, round(took * 1000), found.status, found.excerpt, found.retry_after)

    def close(self) -> None:
        """Close what is kept open."""
        with self._turn:
            doors, self._doors = list(self._doors.values()), {}
        for door in doors:
            door.pool.close()

    def _tried(self, request: Request) -> Answer:
        parts = urlsplit(request.url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        target = _parsed(request.url)
        pool = self._door(target).pool
        answer = pool.urlopen(
            "POST",
            path,
            body=request.body,
            headers=request.headers,
            redirect=False,
            preload_content=False,
            decode_content=False,
        )
        return _kept(answer, request.secrets)

    def _door(self, target: Target) -> _Door:
        key = (target.scheme, target.host, target.port)
        with self._turn:
            door = self._doors.get(key)
        if door is not None and door.until > time.monotonic():
            return door
        with bounded_sockets.waits():
            addresses = checked_addresses(target, self._allowed, bounded_sockets.seconds_left())
        if not addresses:
            raise UnknownName(target.host)
        with self._turn:
            door = self._doors.get(key)
            if door is None or door.addresses != addresses:
                # One that is still in use closes its connections when the last delivery lets go of it.
                door = self._doors[key] = _Door(target, addresses, self._slots, self._tls)
            door.until = time.monotonic() + LOOKED_UP_FOR
        return door


def checked_addresses(target: Target, allowed: Collection[Network], seconds: float) -> tuple[Address, ...]:
    """The addresses of a target, each of which may be connected to; none for a name nobody knows.

    Raises TargetRefused in words for people. Looking up a name takes up to `seconds`.
    """
    addresses = (target.address,) if target.address else _looked_up(target.host, seconds)
    problem = webhook_targets.problem_of(target, addresses, allowed)
    if problem:
        raise TargetRefused(problem)
    return addresses


def _looked_up(host: str, seconds: float) -> tuple[Address, ...]:
    try:
        return name_lookups.addresses_of(host, seconds)
    except UnknownName:
        return ()


def _not_connected(error: Exception) -> AttemptOutcome:
    """Whether nobody could be spoken to, or somebody who could not prove who they are."""
    reason = error.args[0] if isinstance(error, SSLError) and error.args else error
    if isinstance(reason, ssl.SSLCertVerificationError):
        log.warning("webhook_not_trusted", reason=reason.verify_message)
        return AttemptOutcome.NOT_TRUSTED
    log.info("webhook_unreachable", error=type(error).__name__)
    return AttemptOutcome.UNREACHABLE


def _parsed(url: str) -> Target:
    try:
        return webhook_targets.parse(url)
    except ValueError as error:
        raise TargetRefused(str(error)) from error


def _kept(answer: BaseHTTPResponse, secrets: Collection[str]) -> Answer:
    """Status and beginning of an answer. A body that breaks off leaves what came of it."""
    most = LONGEST_EXCERPT + webhook_excerpts.margin(secrets)
    bounded_sockets.allow_bytes(most + MOST_HEADER_BYTES)
    body = bytearray()
    try:
        while len(body) < most and (piece := answer.read1(_PIECE, decode_content=False)):
            body += piece
    except _TIMEOUTS:
        raise
    except (HTTPError, TooManyBytes, OSError) as error:
        log.info("webhook_answer_broken", error=type(error).__name__)
        answer.close()
    if len(body) >= most:
        answer.close()  # the rest is of no interest, and may be endless
    excerpt = webhook_excerpts.excerpt(bytes(body), secrets)
    retry_after = answer.headers.get("Retry-After")
    return Answer(outcome_of(answer.status), 0, answer.status, excerpt, retry_after)
