"""Sockets that keep to the time and the bytes of one call, however slowly or endlessly the other side sends.

A timeout of the usual ones bounds each wait: a byte now and then keeps such a call alive for ever.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPException
from typing import Any

from app.clients.name_lookups import Address


class TooManyBytes(HTTPException):
    """The other side sent more than the call takes."""


class _Allowance(threading.local):
    """What the call of this thread may still take."""

    until: float = 0.0  # by the monotonic clock
    bytes_left: int = 0


_allowed = _Allowance()


@contextmanager
def call(seconds: float, most_bytes: int) -> Iterator[None]:
    """Within the block, sockets of this thread wait until its deadline and read so many bytes in all."""
    _allowed.until, _allowed.bytes_left = time.monotonic() + seconds, most_bytes
    try:
        yield
    finally:
        _allowed.until, _allowed.bytes_left = 0.0, 0


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
            connection.connect((str(address), port))
            connection.settimeout(seconds_left())  # for a handshake after it
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            connection.close()
            last = error
        else:
            return connection
    raise last


def tls_context() -> ssl.SSLContext:
    """The system's certificates and rules, with sockets that keep to the call."""
    context = ssl.create_default_context()
    context.sslsocket_class = _TlsSocket
    return context


def _count(received: int) -> int:
    _allowed.bytes_left -= received
    if _allowed.bytes_left < 0:
        raise TooManyBytes("more than the call takes")
    return received


class _Socket(socket.socket):
    """A plain one."""

    def recv_into(self, *arguments: Any, **options: Any) -> int:
        """As usual, within the call's time and bytes."""
        self.settimeout(seconds_left())
        return _count(super().recv_into(*arguments, **options))

    def sendall(self, *arguments: Any, **options: Any) -> None:
        """As usual, within the call's time: its timeout is one for all bytes."""
        self.settimeout(seconds_left())
        super().sendall(*arguments, **options)


class _TlsSocket(ssl.SSLSocket):
    """An encrypted one; its sendall() sends by send()."""

    def recv_into(self, *arguments: Any, **options: Any) -> int:
        """As usual, within the call's time and bytes."""
        self.settimeout(seconds_left())
        return _count(super().recv_into(*arguments, **options))

    def send(self, *arguments: Any, **options: Any) -> int:
        """As usual, within the call's time."""
        self.settimeout(seconds_left())
        return super().send(*arguments, **options)
