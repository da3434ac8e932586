"""Two stores that must not see each other: one of everything in each, and values that tell of the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from app import models
from app.domain.saved_views import ListCode
from app.extensions import db
from app.services import planning, saved_views
from app.services.unit_of_work import unit_of_work
from tests import builders
from tests.access import desk_work

COUNT = 7_654_321_00
"""What the other store counted: written 7,654,321 on pages and 7654321.00 in JSON."""

GIVEN_AWAY = ("FOREIGN-", "Yabancıoğlu", "other store's note", "7,654,321", "7654321.00")
"""Texts that tell of the other store's records or numbers."""


@dataclass
class Store:
    """One store: its manager, and an object for each argument of an address."""

    location: models.StockLocation
    manager: models.User
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass
class Stores:
    """The manager's own store and the other one, and what belongs to no store."""

    own: Store
    other: Store
    shared: dict[str, Any]

    def values(self, names: set[str], *, is_foreign: bool) -> dict[str, Any]:
        """What an address is built from. Fails for an argument that nobody has registered."""
        known = {**self.shared, **(self.other if is_foreign else self.own).arguments}
        assert names <= known.keys(), f"say in {__name__} what {sorted(names - known.keys())} name"
        return {name: known[name] for name in names}


OF_STORES = frozenset(
    {"order_id", "package_id", "discrepancy_id", "location_id", "number", "plan_id", "reservation_id"}
)
"""Arguments whose object belongs to a store; of somebody else's it is not there."""

OF_PEOPLE = frozenset({"token_id", "view_id"})
"""Arguments whose object belongs to a person."""


def two_stores(channel_id: int | None = None) -> Stores:
    """Both stores, each with a planned order, a report and a token; the other one's tell where they show.

    Their orders are of that channel, or of one of their own.
    """
    with unit_of_work():
        known = None if channel_id is None else db.session.get_one(models.Channel, channel_id)
        channel = known or builders.a_channel(name="Web")
        own_place, other_place = builders.a_location("ST-A"), builders.a_location("ST-B")
        builders.a_scenario(channels=[channel], rules=[{"locations": [own_place, other_place]}])
        own = _store(own_place, channel, "1001", "Ayşe", "own note", 5_00)
        other = _store(other_place, channel, "FOREIGN-1", "Yabancıoğlu", "the other store's note", COUNT)
        _blocked_order(channel, own_place, other_place)
    for store in (own, other):
        store.arguments |= desk_work.about(store.location, store.arguments)
    return Stores(own, other, _shared(channel))


def _store(
    place: models.StockLocation, channel: models.Channel, number: str, name: str, note: str, count: int
) -> Store:
    manager = builders.a_user(role="store_manager", locations=[place])
    product = builders.a_product(f"SKU-{number}")
    builders.a_stock(place, product, count)
    customer = builders.a_customer(channel, first_name=name)
    order = builders.an_order(
        channel=channel, number=number, lines=[(product, 1_00)], customer_id=customer.id
    )
    planning.plan_order(order.id, "order")
    package = db.session.scalars(select(models.Package).where(models.Package.order_id == order.id)).one()
    item = db.session.scalars(
        select(models.PackageItem).where(models.PackageItem.package_id == package.id)
    ).one()
    report = builders.a_discrepancy(place, product, note=note, reported_by=name, package_item_id=item.id)
    return Store(
        place,
        manager,
        {
            "order_id": order.id,
            "number": order.number,
            "package_id": package.id,
            "plan_id": _id_of(models.ExecutionPlan, order_id=order.id),
            "reservation_id": _id_of(models.Reservation, package_item_id=item.id),
            "discrepancy_id": report.id,
            "location_id": place.id,
            "omnitron_id": order.items[0].omnitron_id,
            "token_id": builders.a_token(manager)[1].id,
            "view_id": saved_views.create_view(manager.id, ListCode.PACKAGES, f"{number} waits", ""),
        },
    )


def _blocked_order(
    channel: models.Channel, own_place: models.StockLocation, other_place: models.StockLocation
) -> None:
    """An order that both stores block: the own one sees why, without what the other one has."""
    product = builders.a_product("SKU-BOTH")
    for place, note in ((own_place, "own note"), (other_place, "the other store's note")):
        builders.a_stock(place, product, COUNT if place is other_place else 3_00)
        builders.a_discrepancy(place, product, note=note)
    order = builders.an_order(channel=channel, number="1002", lines=[(product, 1_00)])
    planning.plan_order(order.id, "order")


def _shared(channel: models.Channel) -> dict[str, Any]:
    """What belongs to no store."""
    return {
        "filename": "app.css",
        "name": "ts-crew-wht",
        "key": "replan",
        "command": "pack",
        "list_code": "orders",
        "scenario_id": _id_of(models.Scenario),
        "user_id": builders.a_user().id,
        "channel_id": channel.id,
    }


def _id_of(model: Any, **wanted: Any) -> int:
    statement = select(model.id).filter_by(**wanted).limit(1)
    return db.session.execute(statement).scalar_one()
