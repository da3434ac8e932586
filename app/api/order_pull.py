"""Orders brought here from the upstream by their numbers (D8)."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from app.api.endpoints import DESK, endpoint
from app.domain.access import Viewer
from app.services import order_pull
from app.services.documents.values import Key100

MOST_NUMBERS = 500


class Wanted(Struct, frozen=True):
    """Numbers of the orders to pull."""

    order_numbers: Annotated[list[Key100], Meta(min_length=1, max_length=MOST_NUMBERS)]


class PulledShape(Struct, frozen=True):
    """What became of one number; without success `errors` say why."""

    order_number: str
    success: bool
    errors: list[str]


@endpoint(
    "POST",
    "/api/v1/oms/orders/pull_from_omnitron/",
    tag="orders",
    roles=DESK,
    body=Wanted,
    answers=list[PulledShape],
)
def pull_orders(viewer: Viewer, body: Wanted) -> list[PulledShape]:
    """Pull orders from Omnitron.

    One result for each number, in the order of the request; also when none could be pulled.
    """
    pulled = order_pull.pull_orders(body.order_numbers)
    return [PulledShape(one.order_number, not one.errors, list(one.errors)) for one in pulled]
