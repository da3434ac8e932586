"""A stand-in for the systems that listen to webhooks: it checks signatures, takes each event once, and fails.

Which events fail, and how, follows from their ids, so that every kind of failure turns up in a demo.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, jsonify, request
from standardwebhooks import Webhook, WebhookVerificationError
from werkzeug.datastructures import Headers

from app.demo.demo_file import DemoFile

SECRET = "demo-receiver-secret-that-guards-nothing"  # noqa: S105
FEED, CARRIER, SHOPS = "/retail-feed", "/carrier", "/shop-screens"
"""Where the demo's three subscriptions go."""

HANGS_SECONDS = 20.0  # longer than a delivery waits


@dataclass(frozen=True, slots=True)
class Trouble:
    """How many of 256 events it befalls, whether in every attempt or only the first, and the answer."""

    share: int
    every_time: bool
    answer: Callable[[], Response]


def make_app(_demo: DemoFile) -> Flask:
    """The receiver of a demo."""
    return app_of(HANGS_SECONDS)


def app_of(hangs_seconds: float) -> Flask:
    """A receiver that hangs so long where it hangs."""
    app = Flask("receiver", static_folder=None)
    book = Book()
    troubles = _troubles(hangs_seconds)

    @app.post("/<path:where>")
    def receive(where: str) -> Response:
        body = request.get_data()
        if not is_genuine(request.headers, body):
            return _said(401, {"error": "The signature is not ours."})
        tries = book.note_try(request.headers["webhook-id"], where)
        trouble = _trouble_of(request.headers["webhook-id"], where, troubles)
        if trouble is not None and (trouble.every_time or tries == 1):
            return trouble.answer()
        is_new = book.note_taken(request.headers["webhook-id"])
        return _said(200, {"received": True, "duplicate": not is_new, "received_before": tries - 1})

    @app.get("/")
    def show() -> Response:
        return jsonify({"taken": len(book.taken), "tries": sum(book.tries.values())})

    return app


class Book:
    """What came so far, as long as the process lives."""

    def __init__(self) -> None:
        self.tries: Counter[tuple[str, str]] = Counter()
        self.taken: set[str] = set()
        self._lock = threading.Lock()

    def note_try(self, event_id: str, where: str) -> int:
        """Which try this is."""
        with self._lock:
            self.tries[event_id, where] += 1
            return self.tries[event_id, where]

    def note_taken(self, event_id: str) -> bool:
        """Whether it was not taken before: what is sent twice is done once."""
        with self._lock:
            is_new = event_id not in self.taken
            self.taken.add(event_id)
            return is_new


def is_genuine(headers: Headers, body: bytes) -> bool:
    """Whether both signatures are right."""
    wanted = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    try:
        Webhook(SECRET.encode()).verify(body.decode(), dict(headers))
    except (WebhookVerificationError, UnicodeDecodeError):
        return False
    return hmac.compare_digest(wanted, headers.get("X-Whisperer-Signature", ""))


def _troubles(hangs_seconds: float) -> tuple[Trouble, ...]:
    hanging = threading.Lock()

    def hang() -> Response:
        # One at a time: the receiver has few threads, and the other events should arrive meanwhile.
        if hanging.acquire(blocking=False):
            try:
                time.sleep(hangs_seconds)
            finally:
                hanging.release()
        return _said(503, {"error": "The queue is full."})

    return (
        Trouble(24, False, lambda: _said(503, {"error": "Down for maintenance, try again."})),
        Trouble(10, False, lambda: _said(429, {"error": "Too many requests."}, {"Retry-After": "8"})),
        Trouble(6, False, hang),
        Trouble(6, True, _unmapped),
    )


def _unmapped() -> Response:
    problem = {
        "code": "unknown_sku",
        "detail": "No article is mapped to this SKU.",
        "hint": {"list": "TR-ERP"},
    }
    return _said(422, {"error": problem})


def _trouble_of(event_id: str, where: str, troubles: tuple[Trouble, ...]) -> Trouble | None:
    """The carrier knows none of every third order; elsewhere each trouble has its share of the ids."""
    place = hashlib.sha256(event_id.encode()).digest()[0]
    if f"/{where}" == CARRIER and place % 3 == 0:
        return troubles[-1]
    for trouble in troubles:
        if place < trouble.share:
            return trouble
        place -= trouble.share
    return None


def _said(status: int, document: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    answer: Response = jsonify(document)
    answer.status_code = status
    answer.headers.update(headers or {})
    return answer
