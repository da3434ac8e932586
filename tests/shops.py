"""A small shop for page tests: channels, places, products and rules, and orders planned for real."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app import models
from app.services import planning
from app.services.unit_of_work import unit_of_work
from tests import builders
from tests.pages import PLANTED_SECRETS

CONFIGURATION = {
    "server": "shop.example",
    "password": PLANTED_SECRETS[0],
    "auth_token": PLANTED_SECRETS[1],
    "nested": {"api_key": PLANTED_SECRETS[2]},
}


@dataclass
class Shop:
    """One location with ten of one product, none of another, and a rule that asks it."""

    channel: models.Channel
    location: models.StockLocation
    product: models.Product
    missing: models.Product
    customer: models.Customer
    scenario: models.Scenario

    def an_order(self, *, is_served: bool = True, **fields: Any) -> models.Order:
        """An order of one unit, planned: served by the location, or out of stock."""
        wanted = self.product if is_served else self.missing
        return self.a_planned_order([(wanted, 1_00)], **fields)

    def a_planned_order(self, lines: list[tuple[models.Product, int]], **fields: Any) -> models.Order:
        """An order of these lines of the shop's channel and customer, planned, with its fact."""
        address = fields.pop("address", None)
        if address is not None:
            fields |= {"shipping_address_id": address.id, "billing_address_id": address.id}
        with unit_of_work():
            own = {"channel": self.channel, "customer_id": self.customer.id, "currency": "try", **fields}
            order = builders.an_order(lines=lines, **own)
            builders.a_fact(
                "order", order_id=order.id, body={"items": [{}] * len(lines), "state": order.state}
            )
            planning.plan_order(order.id, "order")
        return order


def a_shop() -> Shop:
    """The shop, with secrets in its channel's configuration."""
    channel = builders.a_channel(name="Web Türkiye", configuration=CONFIGURATION)
    location = builders.a_location("ST-001", name="İstanbul Kadıköy", priority=1)
    product = builders.a_product("TS-M", name="T-shirt M", images=["/pictures/ts-crew-wht.svg"])
    missing = builders.a_product("TS-L", name="T-shirt L")
    builders.a_stock(location, product, 1_000_00)
    builders.a_stock(location, missing, 0)
    customer = builders.a_customer(channel, first_name="Işıl", last_name="Çağlar", email="isil@example.com")
    scenario = builders.a_scenario(
        name="Online", channels=[channel], rules=[{"name": "stores", "locations": [location]}]
    )
    return Shop(channel, location, product, missing, customer, scenario)
