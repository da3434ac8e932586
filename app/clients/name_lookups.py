"""Looks up host names within a time: the system's own call may take half a minute and cannot be stopped."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import Future
from ipaddress import IPv4Address, IPv6Address, ip_address

Address = IPv4Address | IPv6Address

_running: dict[str, Future[tuple[Address, ...]]] = {}
_turn = threading.Lock()


class UnknownName(Exception):
    """The name has no address, or nobody said so in time."""


def addresses_of(host: str, seconds: float) -> tuple[Address, ...]:
    """Every address of a name, in the system's order. Raises UnknownName, after `seconds` at the latest."""
    with _turn:
        lookup = _running.get(host)
        if lookup is None:
            lookup = _running[host] = Future()
            threading.Thread(target=_look_up, args=(host, lookup), daemon=True).start()
    try:
        return lookup.result(max(0.0, seconds))
    except TimeoutError as error:
        raise UnknownName(f"{host} was not found in time") from error


def _look_up(host: str, lookup: Future[tuple[Address, ...]]) -> None:
    """Those who ask for one name at the same time share one call."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        lookup.set_result(tuple(dict.fromkeys(ip_address(str(one[4][0])) for one in found)))
    except (OSError, UnicodeError, ValueError) as error:
        lookup.set_exception(UnknownName(f"{host}: {error}"))
    finally:
        with _turn:
            _running.pop(host, None)
