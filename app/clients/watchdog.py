"""A deadline for a whole HTTP call. A timeout of requests bounds each wait for bytes, not the call."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util.ssl_ import create_urllib3_context

_watching: ContextVar[Watchdog | None] = ContextVar("watching", default=None)


class Watchdog:
    """Closes the connection under a call that takes too long, however slowly its bytes keep dripping."""

    def __init__(self) -> None:
        self.has_bitten = False
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None

    def watch(self, connection: socket.socket | None) -> None:
        """The call goes on over this connection."""
        with self._lock:
            self._socket = connection
        if self.has_bitten:
            self._close()

    def bite(self) -> None:
        """The time is over."""
        self.has_bitten = True
        self._close()

    def _close(self) -> None:
        with self._lock:
            if self._socket is not None:
                # Of the plain socket, also under TLS: whoever reads from it wakes up at once.
                with suppress(OSError):
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


@contextmanager
def bounded(seconds: float) -> Iterator[Watchdog]:
    """Let the calls of a session with a WatchedAdapter take so long together; then `has_bitten` is set.

    What the call raises then is of no interest: ask `has_bitten` first.
    """
    dog = Watchdog()
    timer = threading.Timer(max(0.0, seconds), dog.bite)
    timer.daemon = True
    timer.start()
    token = _watching.set(dog)
    try:
        yield dog
    finally:
        _watching.reset(token)
        timer.cancel()
        dog.watch(None)


def _show_connection(connection: HTTPConnection) -> None:
    dog = _watching.get()
    if dog is not None:
        dog.watch(connection.sock)


class _Connection(HTTPConnection):
    def getresponse(self) -> Any:
        """Shows the connection to the watchdog before the first wait for an answer."""
        _show_connection(self)
        return super().getresponse()


class _SecureConnection(HTTPSConnection):
    def getresponse(self) -> Any:
        """As above."""
        _show_connection(self)
        return super().getresponse()


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class WatchedAdapter(HTTPAdapter):
    """Mount it on a session, so that `bounded` can close the connections of its calls.

    Authorities in `ca_file` (PEM) vouch for servers besides those of requests.
    """

    def __init__(self, ca_file: Path | None = None) -> None:
        self._ca_file = ca_file
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """As the usual one, with connections that can be watched."""
        if self._ca_file is not None:
            context = create_urllib3_context()
            context.load_verify_locations(self._ca_file)
            kwargs["ssl_context"] = context
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
