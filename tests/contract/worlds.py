"""A world for contract tests: at least one of each kind of record that the API shows."""

from __future__ import annotations

from app import clock
from app.domain.access import Scope
from app.services import tokens
from app.services.unit_of_work import unit_of_work
from tests import builders, outbox
from tests.shops import a_shop

ADMINISTRATOR = "ayse"


def a_small_world() -> str:
    """The key of an administrator's token that may write, in a world of some orders and all that follows."""
    with unit_of_work():
        builders.a_user(ADMINISTRATOR, role="administrator")
        _orders()
    return tokens.create_token(ADMINISTRATOR, Scope.WRITE)


def _orders() -> None:
    shop = a_shop()
    address = builders.an_address(shop.customer)
    served = shop.an_order(number="1001", address=address)
    short = shop.an_order(number="1002", is_served=False)
    builders.a_discrepancy(shop.location, shop.missing)
    builders.a_reservation(served.items[0], shop.location)
    builders.a_mapping(short.items[0])
    for state in ("delivered", "undelivered"):
        event = outbox.an_event(order=served, state=state)
        status = 200 if state == "delivered" else 500
        outcome = "delivered" if state == "delivered" else "rejected"
        outbox.an_attempt(event, clock.now(), status=status, content=b"ok", outcome=outcome)
    outbox.a_webhook(headers={"X-Key": "k"})
