"""The client of the API's bench: one request after another, servers by turns, answers compared before."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

from bench.api_servers import STATEMENTS_HEADER, Server

FEWEST_REQUESTS = 3
_TIMEOUT_SECONDS = 300


class Different(SystemExit):
    """Two servers answered differently: there is nothing to time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `statements` only from a counting server."""

    body: bytes
    statements: int | None

    @property
    def document(self) -> Any:
        """The JSON with addresses that name no host."""
        found = json.loads(self.body)
        for name in ("next", "previous"):
            if found.get(name):
                parts = urlsplit(found[name])
                found[name] = f"{parts.path}?{parts.query}"
        return found


def request_of(path: str, token: str) -> bytes:
    """The request as it goes over the wire. A synchronous worker closes the connection after each answer."""
    lines = [f"GET {path} HTTP/1.0", "Host: 127.0.0.1", f"Authorization: Token {token}"]
    return "\r\n".join([*lines, "", ""]).encode()


def ask(port: int, request: bytes) -> Answer:
    """The answer. Stops the bench when it is no success."""
    head, _, body = _exchange(port, request).partition(b"\r\n\r\n")
    status, *headers = head.decode("latin-1").split("\r\n")
    if status.split()[1] != "200":
        raise SystemExit(f"{request.splitlines()[0].decode()}: {status}\n{body[:500]!r}")
    found = dict(line.split(": ", 1) for line in headers)
    statements = found.get(STATEMENTS_HEADER)
    return Answer(body, int(statements) if statements else None)


def compare(servers: Sequence[Server], request: bytes) -> Mapping[str, Answer]:
    """The second answer of each server, by its key; Different when one disagrees with the first server."""
    answers = {}
    for server in servers:
        ask(server.port, request)
        answers[server.competitor.key] = ask(server.port, request)
    first, *others = answers
    for other in others:
        where = difference(answers[first].document, answers[other].document)
        if where:
            raise Different(f"{request.splitlines()[0].decode()}: {first} and {other} differ at {where}")
    return answers


def difference(one: Any, other: Any, where: str = "$") -> str | None:
    """The first place where two documents differ, also in the order of keys; None when they are the same."""
    if isinstance(one, dict) and isinstance(other, dict):
        if list(one) != list(other):
            return f"{where}: keys {list(one)} and {list(other)}"
        pairs = [(f"{where}.{key}", value, other[key]) for key, value in one.items()]
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = [(f"{where}[{index}]", *values) for index, values in enumerate(zip(one, other, strict=True))]
    else:
        same = type(one) is type(other) and one == other
        return None if same else f"{where}: {str(one)[:200]!r} and {str(other)[:200]!r}"
    return next((found for place, a, b in pairs if (found := difference(a, b, place))), None)


@dataclass(frozen=True, slots=True)
class Rounds:
    """Seconds a request took, by server, round by round."""

    times: Mapping[str, Sequence[float]]

    def ratio(self, slower: str, faster: str) -> float:
        """How many times as long `slower` took: the median over the rounds, each compared within itself."""
        return median(a / b for a, b in zip(self.times[slower], self.times[faster], strict=True))

    def a_second(self, key: str) -> float:
        """Requests a second, as information."""
        return 1 / median(self.times[key])


def measure(asked: Mapping[str, tuple[int, bytes]], rounds: int, seconds: float) -> Rounds:
    """Ask each `key: (port, request)` for at least `seconds` a round, by turns, after warming up.

    Every other round goes the other way, so that nobody always comes after the same neighbour.
    """
    times: dict[str, list[float]] = {key: [] for key in asked}
    for port, request in asked.values():
        _time_of_one(port, request, seconds / 2)
    for number in range(rounds):
        for key in list(asked)[:: -1 if number % 2 else 1]:
            times[key].append(_time_of_one(*asked[key], seconds))
    return Rounds(times)


def _time_of_one(port: int, request: bytes, seconds: float) -> float:
    expected = len(ask(port, request).body)
    done, started = 0, perf_counter()
    while done < FEWEST_REQUESTS or perf_counter() - started < seconds:
        answer = _exchange(port, request)
        if len(answer) - answer.find(b"\r\n\r\n") - 4 != expected:
            raise SystemExit(f"{request.splitlines()[0].decode()}: an answer of another length")
        done += 1
    return (perf_counter() - started) / done


def _exchange(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=_TIMEOUT_SECONDS) as connection:
        connection.sendall(request)
        parts = []
        while part := connection.recv(1 << 18):
            parts.append(part)
    return b"".join(parts)
