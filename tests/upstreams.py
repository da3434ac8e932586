"""Upstreams of tests: the stand-in for Omnitron over orders of the test's own, on a port of this machine."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask

from app.demo.demo_file import OMNITRON_TOKEN
from app.demo.omnitron import app_of
from app.demo.omnitron_book import OrderBook, written
from app.demo.omnitron_faults import Faults, Switches
from app.demo.side_server import SideServer

Json = dict[str, Any]
BEGUN = datetime(2026, 3, 1, 8, tzinfo=UTC)
FIRST_ITEM = 900_000


@dataclass(frozen=True)
class StandIn:
    """A running stand-in: where it is, what it holds, what befalls its requests."""

    address: str
    book: OrderBook
    faults: Faults

    @property
    def settings(self) -> dict[str, str]:
        """The environment of a process that is connected to it, and impatient."""
        return {
            "OMNITRON_URL": self.address,
            "OMNITRON_TOKEN": OMNITRON_TOKEN,
            "OMNITRON_RETRY_WAIT": "0.01",
            "OMNITRON_TIMEOUT": "2",
        }


@contextmanager
def a_stand_in(*orders: Json, switches: Switches | None = None, seed: int = 7) -> Iterator[StandIn]:
    """Serve these orders while the block runs."""
    logging.getLogger("waitress").setLevel(logging.CRITICAL)  # it reports the bodies that are cut on purpose
    book, faults = OrderBook(), Faults(seed, switches)
    for order in orders:
        book.put(order)
    server = SideServer(app_of(book, faults), port=0, threads=4)
    try:
        yield StandIn(f"http://127.0.0.1:{server.port}", book, faults)
    finally:
        server.end()


def connect(app: Flask, stand_in: StandIn, **changed: Any) -> None:
    """Let the application of a test ask that stand-in; it is put back after the test."""
    known = replace(
        app.extensions["settings"],
        omnitron_url=stand_in.address,
        omnitron_token=OMNITRON_TOKEN,
        omnitron_retry_wait=timedelta(seconds=0.01),
        omnitron_timeout=timedelta(seconds=2),
        omnitron_deadline=timedelta(seconds=5),
        **changed,
    )
    app.extensions["settings"] = known
    app.extensions.pop("omnitron", None)


def a_whole_order(pk: int, /, **fields: Any) -> Json:
    """An order of one unit as Omnitron sends it, changed `pk` minutes after the beginning."""
    at = written(BEGUN + timedelta(minutes=pk))
    order: Json = {
        "pk": pk,
        "number": f"5{pk:07d}",
        "status": "400",
        "date_placed": at,
        "created_date": at,
        "modified_date": at,
        "channel": {"pk": 1, "name": "Web", "channel_type": "web"},
        "payment_type": "credit_card",
        "delivery_type": "standard",
        "customer": {"pk": 1 + pk % 50, "email": f"c{pk % 50}@example.com", "first_name": "Ada"},
        "orderitem_set": [an_item(pk)],
        "unknown_to_us": [1, 2],
    }
    return {**order, **fields}


def an_item(pk: int, /, **fields: Any) -> Json:
    product = {"pk": 1 + pk % 20, "sku": f"UP-{pk % 20}", "name": f"Product {pk % 20}"}
    return {"pk": FIRST_ITEM + pk, "status": "400", "quantity": "1.00", "product": product, **fields}
