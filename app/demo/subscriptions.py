"""The demo's subscriptions to its own receiver: one mostly works, one gives up soon, one is off."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from ipaddress import ip_network
from itertools import islice
from typing import Any

from flask import current_app

from app import config
from app.demo import demo_file, receiver
from app.domain.webhooks import ANY_EVENT, EventType
from app.services import webhooks
from app.services.webhooks import WebhookFields

NEWEST = 400
"""So many of the newest facts happen while somebody listens: the last hours before the demo's present."""
PORTION = 100
"""Facts told in one transaction: payloads show what was committed, so that they tell of states in between."""

# Ten tries within half a minute, so that a demo shows what becomes of an event that never arrives.
_SOON: dict[str, Any] = {"choice": "fixed", "kwargs": {"seconds": 3}}


class Split:
    """Lines of a world script in two: iterating gives all but the newest, which `newest` has then."""

    def __init__(self, lines: Iterable[dict[str, Any]], newest: int = NEWEST) -> None:
        self._lines = lines
        self._count = newest
        self.newest: deque[dict[str, Any]] = deque()

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for line in self._lines:
            self.newest.append(line)
            if len(self.newest) > self._count:
                yield self.newest.popleft()


def portions(lines: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """The lines, some at a time, in their order."""
    waiting = iter(lines)
    while some := list(islice(waiting, PORTION)):
        yield some


def subscribe() -> None:
    """Tell the receiver of the present demo what happens from now on. Needs the demo's file."""
    demo = demo_file.find()
    if demo is None:
        raise LookupError("the database is not a demo's")
    _allow_receiver()
    base = demo_file.address(demo_file.RECEIVER, demo.ports)
    signed: WebhookFields = {"secret_key": receiver.SECRET}
    shipped = EventType.PACKAGE_STATUS_SHIPPED.value
    webhooks.create_webhook({"event_type": ANY_EVENT, "target_url": base + receiver.FEED, **signed})
    carrier: WebhookFields = {"event_type": shipped, "target_url": base + receiver.CARRIER}
    webhooks.create_webhook({**carrier, **signed, "retry_countdown_config": _SOON})
    screens: WebhookFields = {
        "event_type": EventType.DISCREPANCY_CREATED.value,
        "target_url": base + receiver.SHOPS,
    }
    webhooks.create_webhook({**screens, **signed, "is_active": False})


def _allow_receiver() -> None:
    """The demo's file allows its own address; this process read its settings before there was that file."""
    own = ip_network(f"{demo_file.HOST}/32")
    settings = config.settings()
    if own not in settings.webhook_allowed_networks:
        allowed = (*settings.webhook_allowed_networks, own)
        current_app.extensions["settings"] = replace(settings, webhook_allowed_networks=allowed)
