"""Rows for tests, with sensible defaults: `an_order(lines=[(a_product(), 2_00)])`.

Each builder stores its row, in the open unit of work or in one of its own, and gives a snapshot of it that
can be read anywhere. Quantities are hundredths of a unit. Nothing here plans, records facts or releases.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from hashlib import sha256
from itertools import count
from typing import Any, TypeVar

from sqlalchemy import insert, inspect
from sqlalchemy.orm.attributes import set_committed_value

from app import clock, models
from app.domain.folding import fold
from app.domain.stock_log import free_quantity
from app.extensions import Base, db
from app.services.unit_of_work import unit_of_work

Built = TypeVar("Built", bound=Base)

_numbers = count(1)


def a_number() -> int:
    """A number that no other row of this test run has."""
    return next(_numbers)


def _stored(row: Built, *collections: str) -> Built:
    """The row as it is stored, with these collections, apart from any session."""
    with unit_of_work():
        db.session.add(row)
        db.session.flush()
        for one in (*(member for name in collections for member in getattr(row, name)), row):
            _complete(one)
            db.session.expunge(one)
    return row


def _complete(row: Base) -> None:
    """Without asking anew: defaults came back with the insert, and what was not given is NULL."""
    state = inspect(row)
    for name in state.unloaded.intersection(state.mapper.column_attrs.keys()):
        set_committed_value(row, name, None)


def a_channel(**fields: Any) -> models.Channel:
    return _stored(models.Channel(**{"name": f"Channel {a_number()}", **fields}))


def a_country(**fields: Any) -> models.Country:
    number = a_number()
    return _stored(models.Country(**{"name": f"Country {number}", "code": f"c{number}", **fields}))


def a_city(country: models.Country | None = None, **fields: Any) -> models.City:
    country = country or a_country()
    return _stored(models.City(**{"name": f"City {a_number()}", "country_id": country.id, **fields}))


def a_township(city: models.City | None = None, **fields: Any) -> models.Township:
    city = city or a_city()
    return _stored(models.Township(**{"name": f"Township {a_number()}", "city_id": city.id, **fields}))


def a_district(township: models.Township | None = None, **fields: Any) -> models.District:
    township = township or a_township()
    place = {"city_id": township.city_id, "township_id": township.id}
    return _stored(models.District(**{"name": f"District {a_number()}", **place, **fields}))


def a_customer(channel: models.Channel | None = None, **fields: Any) -> models.Customer:
    name = {"first_name": "Ayşe", "last_name": f"Yılmaz {a_number()}", **fields}
    name["search_name"] = fold(name["first_name"], name["last_name"])
    return _stored(models.Customer(**{"channel_id": (channel or a_channel()).id, **name}))


def an_address(customer: models.Customer | None = None, **fields: Any) -> models.Address:
    customer = customer or a_customer()
    defaults = {"customer_id": customer.id, "title": "Home", "line": "Bağdat Caddesi 1", "postcode": "34000"}
    return _stored(models.Address(**{**defaults, **fields}))


def a_cargo_company(**fields: Any) -> models.CargoCompany:
    number = a_number()
    return _stored(models.CargoCompany(**{"omnitron_id": number, "name": f"Carrier {number}", **fields}))


def a_product(sku: str | None = None, *, images: Sequence[str] = (), **fields: Any) -> models.Product:
    sku = sku or f"SKU-{a_number()}"
    product = models.Product(**{"sku": sku, "name": f"Product {sku}", **fields})
    product.images = [models.ProductImage(position=place, url=url) for place, url in enumerate(images)]
    return _stored(product, "images")


def a_location(erp_code: str | None = None, **fields: Any) -> models.StockLocation:
    erp_code = erp_code or f"ST-{a_number()}"
    defaults = {"erp_code": erp_code, "name": f"Location {erp_code}", "stock_location_type": "store"}
    return _stored(models.StockLocation(**{**defaults, **fields}))


def a_located_location(latitude: str, longitude: str, **fields: Any) -> models.StockLocation:
    """A location with coordinates, in degrees."""
    return a_location(latitude=Decimal(latitude), longitude=Decimal(longitude), **fields)


def a_stock(
    location: models.StockLocation, product: models.Product, stock_count: int, **fields: Any
) -> models.Stock:
    """The location's last answer for the product."""
    keys = {"stock_location_id": location.id, "product_id": product.id, "stock_count": stock_count}
    return _stored(models.Stock(**{**keys, "answered_date": clock.now(), **fields}))


def a_scenario(
    *,
    channels: Sequence[models.Channel] = (),
    rules: Sequence[Mapping[str, Any]] = ({},),
    **fields: Any,
) -> models.Scenario:
    """A scenario for these channels (none: any) with one rule for each mapping of a_rule's arguments."""
    with unit_of_work():
        scenario = _stored(models.Scenario(**{"name": f"Scenario {a_number()}", **fields}))
        for channel in channels:
            keys = {"scenario_id": scenario.id, "channel_id": channel.id}
            db.session.execute(insert(models.scenario_channels).values(keys))
        for priority, rule in enumerate(rules, start=1):
            a_rule(scenario, **{"priority": priority, **rule})
    return scenario


def a_rule(
    scenario: models.Scenario,
    *,
    locations: Sequence[models.StockLocation] = (),
    excluded: Sequence[models.StockLocation] = (),
    **fields: Any,
) -> models.Rule:
    """A rule for these locations (none: any), except the excluded ones."""
    rule = models.Rule(**{"scenario_id": scenario.id, "name": f"rule {a_number()}", "priority": 1, **fields})
    named = [(location, False) for location in locations] + [(location, True) for location in excluded]
    rule.locations = [
        models.RuleLocation(stock_location_id=location.id, is_excluded=is_excluded)
        for location, is_excluded in named
    ]
    return _stored(rule, "locations")


def an_order(
    *,
    channel: models.Channel | None = None,
    lines: Sequence[tuple[models.Product, int]] | None = None,
    state: str = "400",
    **fields: Any,
) -> models.Order:
    """An order with one item for each (product, quantity), all in the order's state; by default one unit."""
    number = a_number()
    defaults: dict[str, Any] = {
        "number": f"{1_000_000 + number}",
        "channel_id": (channel or a_channel()).id,
        "payment_type": "credit_card",
        "delivery_type": "standard",
        "date_placed": clock.now(),
    }
    order = models.Order(state=state, **{**defaults, **fields})
    wanted = lines if lines is not None else [(a_product(), 1_00)]
    order.items = [
        models.OrderItem(
            omnitron_id=70_000 + a_number(), product_id=product.id, quantity=quantity, state=state
        )
        for product, quantity in wanted
    ]
    return _stored(order, "items")


def an_item(order: models.Order, product: models.Product | None = None, **fields: Any) -> models.OrderItem:
    """One more item of the order."""
    product = product or a_product()
    keys = {"order_id": order.id, "product_id": product.id, "omnitron_id": 70_000 + a_number()}
    return _stored(models.OrderItem(**{**keys, "state": order.state, "quantity": 1_00, **fields}))


def a_plan(order: models.Order | None = None, **fields: Any) -> models.ExecutionPlan:
    order = order or an_order()
    return _stored(models.ExecutionPlan(**{"order_id": order.id, "state": "pending", **fields}))


def a_plan_item(
    plan: models.ExecutionPlan, item: models.OrderItem, **fields: Any
) -> models.ExecutionPlanItem:
    keys = {"plan_id": plan.id, "order_item_id": item.id, "quantity": item.quantity}
    return _stored(models.ExecutionPlanItem(**{**keys, "state": "out_of_stock", **fields}))


def an_attempt(plan: models.ExecutionPlan | None = None, **fields: Any) -> models.PlanAttempt:
    plan = plan or a_plan()
    defaults = {
        "number": 1,
        "attempted_date": clock.now(),
        "trigger": "order",
        "record_version": 1,
        "record": b"",
    }
    return _stored(models.PlanAttempt(**{"plan_id": plan.id, **defaults, **fields}))


def a_package(
    order: models.Order | None = None,
    location: models.StockLocation | None = None,
    *,
    state: str = "100",
    **fields: Any,
) -> models.Package:
    """A package of all items the order was built with, at a location unless it is out of stock."""
    order = order or an_order()
    if state != "920" and "stock_location_id" not in fields:
        fields["stock_location_id"] = (location or a_location()).id
    package = models.Package(
        **{"order_id": order.id, "number": f"{order.number}-{a_number()}", "state": state, **fields}
    )
    package.items = [
        models.PackageItem(
            order_item_id=item.id, product_id=item.product_id, quantity=item.quantity, state=state
        )
        for item in order.items
    ]
    return _stored(package, "items")


def an_out_of_stock_package(order: models.Order | None = None, **fields: Any) -> models.Package:
    return a_package(order, state="920", **fields)


def a_reservation(
    item: models.OrderItem, location: models.StockLocation, quantity: int | None = None, **fields: Any
) -> models.Reservation:
    """Units of the item held at the location, without a package item unless one is given."""
    keys = {"order_item_id": item.id, "product_id": item.product_id, "stock_location_id": location.id}
    amount = item.quantity if quantity is None else quantity
    return _stored(models.Reservation(**{**keys, "quantity": amount, "reserved_date": clock.now(), **fields}))


def a_mapping(item: models.OrderItem, **fields: Any) -> models.Mapping:
    return _stored(models.Mapping(**{"order_item_id": item.id, "code": f"ERP-{a_number()}", **fields}))


def a_discrepancy(
    location: models.StockLocation, product: models.Product, **fields: Any
) -> models.InventoryDiscrepancy:
    keys = {"stock_location_id": location.id, "product_id": product.id}
    return _stored(models.InventoryDiscrepancy(**{**keys, "reason": "out_of_stock", **fields}))


def a_refusal(
    package_item: models.PackageItem, location: models.StockLocation, **fields: Any
) -> models.Refusal:
    keys = {"order_item_id": package_item.order_item_id, "package_item_id": package_item.id}
    defaults = {"stock_location_id": location.id, "reason": "Damaged", "refused_date": clock.now()}
    return _stored(models.Refusal(**{**keys, **defaults, **fields}))


def a_log_entry(
    attempt: models.PlanAttempt,
    order: models.Order,
    location: models.StockLocation,
    *,
    stock_count: int = 1_00,
    reservation_count: int = 6_00,
    **fields: Any,
) -> models.StockLogEntry:
    """What the attempt saw for the first item of the order at the location; by default the seed's sample."""
    item = order.items[0]
    keys = {"attempt_id": attempt.id, "order_id": order.id, "order_number": order.number}
    place = {"order_item_id": item.id, "product_id": item.product_id, "stock_location_id": location.id}
    counts = {"stock_count": stock_count, "reservation_count": reservation_count}
    free = {"date": attempt.attempted_date, "quantity": free_quantity(stock_count, reservation_count)}
    return _stored(models.StockLogEntry(**{**keys, **place, **counts, **free, **fields}))


def a_user(
    username: str | None = None, *, locations: Sequence[models.StockLocation] = (), **fields: Any
) -> models.User:
    """Somebody whose password nobody knows; store managers with these own locations."""
    username = username or f"user{a_number()}"
    defaults = {"password_hash": "!", "role": "operator", "session_key": f"session-{username}"}
    with unit_of_work():
        user = _stored(models.User(**{"username": username, **defaults, **fields}))
        for location in locations:
            keys = {"user_id": user.id, "stock_location_id": location.id}
            db.session.execute(insert(models.user_locations).values(keys))
    return user


def a_token(
    user: models.User | None = None, key: str | None = None, **fields: Any
) -> tuple[str, models.Token]:
    """The key to send, and the stored token."""
    key = key or f"{a_number():040d}"
    user = user or a_user()
    kept = {"user_id": user.id, "prefix": key[:8], "digest": sha256(key.encode()).hexdigest()}
    return key, _stored(models.Token(**{**kept, **fields}))


def an_audit_entry(**fields: Any) -> models.AuditEntry:
    act = {"actor": "ayse", "action": "reservation.released", "object_type": "reservation", "object_id": "1"}
    return _stored(models.AuditEntry(**{"date": clock.now(), **act, **fields}))


def a_fact(kind: str = "stock", **fields: Any) -> models.Fact:
    return _stored(models.Fact(**{"at": clock.now(), "kind": kind, "body": {}, **fields}))
