"""Sockets that keep to the time and the bytes of one call, however slowly or endlessly the other side sends.

A timeout of the usual ones bounds each wait: a byte now and then keeps such a call alive for ever.
"""

from __future__ import annotations

import math
import select
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from http.client import HTTPException
from pathlib import Path
from typing import Any, Protocol

from app.clients.name_lookups import Address

MOMENT = 0.015  # seconds
TAKEN_AT_ONCE = 16 * 1024
"""Bytes that the system's own buffer takes, whether the other side reads or not."""


class TooManyBytes(HTTPException):
    """The other side sent more than the call takes."""


class Waiting(Protocol):
    """Whoever wants to know when a call waits for the other side, and not for us."""

    def begins(self) -> None:
        """From here."""

    def ends(self) -> None:
        """Until here."""


class _Allowance(threading.local):
    """What the call of this thread may still take, and who is told when it waits."""

    until: float = 0.0  # by the monotonic clock
    bytes_left: int = 0
    waiting: Waiting | None = None


_allowed = _Allowance()


@contextmanager
def call(seconds: float, most_bytes: int, waiting: Waiting | None = None) -> Iterator[None]:
    """Within the block, sockets of this thread wait until its deadline and read so many bytes in all."""
    _allowed.until, _allowed.bytes_left = time.monotonic() + seconds, most_bytes
    _allowed.waiting = waiting
    try:
        yield
    finally:
        _allowed.until, _allowed.bytes_left, _allowed.waiting = 0.0, 0, None


@contextmanager
def waits() -> Iterator[None]:
    """The block waits for others."""
    waiting = _allowed.waiting
    if waiting is not None:
        waiting.begins()
    try:
        yield
    finally:
        if waiting is not None:
            waiting.ends()


def allow_bytes(most_bytes: int) -> None:
    """From here the call may read so many bytes."""
    _allowed.bytes_left = most_bytes


def seconds_left() -> float:
    """What is left of the call's time. Raises TimeoutError once it is over."""
    left = _allowed.until - time.monotonic()
    if left <= 0:
        raise TimeoutError("the deadline of the call")
    return left


def connected(addresses: Sequence[Address], port: int) -> socket.socket:
    """A connection to the first of the addresses that takes one. Raises the last one's OSError."""
    last: OSError = ConnectionError("no address to connect to")
    for address in addresses:
        family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
        connection = _Socket(family, socket.SOCK_STREAM)
        try:
            connection.settimeout(seconds_left())
            with waits():
                connection.connect((str(address), port))
            connection.settimeout(seconds_left())  # for a handshake after it
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            connection.close()
            last = error
        else:
            return connection
    raise last


def tls_context(ca_file: Path | None = None) -> ssl.SSLContext:
    """The system's certificates, those of `ca_file` besides, with sockets that keep to the call."""
    context = ssl.create_default_context()
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    context.sslsocket_class = _TlsSocket
    return context


def _await_bytes(connection: socket.socket) -> None:
    """What is there already, or comes within a moment, is not waited for, however late we look."""
    if _allowed.waiting is None or _is_readable(connection, MOMENT):
        return
    with waits():
        _is_readable(connection, seconds_left())


def _is_readable(connection: socket.socket, seconds: float) -> bool:
    watch = select.poll()
    watch.register(connection, select.POLLIN)
    return bool(watch.poll(math.ceil(seconds * 1000)))


def _count(received: int) -> int:
    _allowed.bytes_left -= received
    if _allowed.bytes_left < 0:
        raise TooManyBytes("more than the call takes")
    return received


class _Socket(socket.socket):
    """A plain one."""

    def recv_into(self, *arguments: Any, **options: Any) -> int:
        """As usual, within the call's time and bytes."""
        _await_bytes(self)
        self.settimeout(seconds_left())
        return _count(super().recv_into(*arguments, **options))

    def sendall(self, data: Any, *arguments: Any) -> None:
        """As usual, within the call's time: its timeout is one for all bytes."""
        self.settimeout(seconds_left())
        with nullcontext() if len(data) <= TAKEN_AT_ONCE else waits():
            super().sendall(data, *arguments)


class _TlsSocket(ssl.SSLSocket):
    """An encrypted one; its sendall() sends by send()."""

    def recv_into(self, *arguments: Any, **options: Any) -> int:
        """As usual, within the call's time and bytes."""
        if not self.pending():
            _await_bytes(self)
        self.settimeout(seconds_left())
        return _count(super().recv_into(*arguments, **options))

    def do_handshake(self, block: bool = False) -> None:
        """As usual; it takes the other side a while."""
        with waits():
            super().do_handshake(block)

    def send(self, data: Any, *arguments: Any) -> int:
        """As usual, within the call's time."""
        self.settimeout(seconds_left())
        with nullcontext() if len(data) <= TAKEN_AT_ONCE else waits():
            return super().send(data, *arguments)
