"""Fills a migrated database with the data of the API's bench. Set-based: a million orders are minutes.

The shape: 2.5 items an order, 5,000 products with two pictures, 4 channels, ten stock-log rows an order.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, insert, text

from app import databases
from app.extensions import db
from app.models import (
    CargoCompany,
    Channel,
    City,
    Country,
    District,
    PriceList,
    Product,
    ProductImage,
    StockList,
    StockLocation,
    Township,
    counter_triggers,
)
from app.models.columns import table
from app.models.triggers import create_triggers
from app.services import channel_secrets
from bench import api_rows as rows

MADE_AT = datetime(2025, 12, 1, 8, 30, 15, 123456, tzinfo=UTC)
Row = dict[str, Any]


def fill(orders: int) -> None:
    """Make `orders` orders with all that belongs to them, in the application context's empty database."""
    dialect = db.engine.dialect.name
    with (
        db.engine.connect().execution_options(**databases.write_options(dialect)) as connection,
        _without_indexes(connection),
        _unchecked(connection),
        connection.begin(),
    ):
        counter_triggers.drop(connection)
        for model, found in _small_tables().items():
            connection.execute(insert(table(model)), found)
        for statement in rows.statements(dialect, orders):
            connection.execute(text(statement))
        create_triggers(connection)  # they count what is there
    _settle(dialect)


def _settle(dialect: str) -> None:
    """What PostgreSQL would have done by itself by now, or else does while its first answers are timed."""
    if dialect == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
            connection.execute(text("CHECKPOINT"))


@contextmanager
def _without_indexes(connection: Connection) -> Iterator[None]:
    """Indexes of the large tables are made once at the end instead of kept up row by row."""
    listing = {
        "sqlite": "SELECT name, sql FROM sqlite_master "
        "WHERE type = 'index' AND tbl_name = :table AND sql > ''",
        "postgresql": "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = :table "
        "AND indexname NOT IN (SELECT conname FROM pg_constraint)",
    }[connection.dialect.name]
    with connection.begin():
        found = [row for name in rows.TABLES for row in connection.execute(text(listing), {"table": name})]
        for name, _ in found:
            connection.execute(text(f'DROP INDEX "{name}"'))
    yield
    with connection.begin():
        for _, definition in found:
            connection.exec_driver_sql(definition)


@contextmanager
def _unchecked(connection: Connection) -> Iterator[None]:
    """Without looking up every foreign key: the rows are right by construction."""
    turn = {
        "sqlite": "PRAGMA foreign_keys = {}",
        "postgresql": "SET session_replication_role = {}",
    }[connection.dialect.name]
    off, on = ("OFF", "ON") if connection.dialect.name == "sqlite" else ("replica", "origin")
    _outside_transaction(connection, turn.format(off))
    yield
    _outside_transaction(connection, turn.format(on))


def _outside_transaction(connection: Connection, statement: str) -> None:
    """SQLite ignores this pragma inside of one; the driver's connection begins none by itself."""
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.execute(statement)
    if connection.dialect.name == "postgresql":
        driver.commit()


def _small_tables() -> dict[type[Any], list[Row]]:
    """The rows that orders refer to, in the order of their own foreign keys."""
    return {
        Country: [_place(1, "Italy", omnitron_id=1, code="it")],
        City: [_place(i, f"CITY {i}", country_id=1) for i in _numbers(rows.CITIES)],
        Township: [
            _place(i, f"Township {i}", city_id=(i - 1) % rows.CITIES + 1) for i in _numbers(rows.TOWNSHIPS)
        ],
        District: [_district(i) for i in _numbers(rows.DISTRICTS)],
        Channel: [_channel(i) for i in _numbers(rows.CHANNELS)],
        CargoCompany: [
            {"id": i, "omnitron_id": 30 + i, "name": f"Carrier {i}", **_stamps(i)}
            for i in _numbers(rows.CARGO_COMPANIES)
        ],
        PriceList: [{**_list(i), "currency": "try"} for i in _numbers(rows.LISTS)],
        StockList: [_list(i) for i in _numbers(rows.LISTS)],
        Product: [_product(i) for i in _numbers(rows.PRODUCTS)],
        ProductImage: [_image(i) for i in _numbers(2 * rows.PRODUCTS)],
        StockLocation: [_location(i) for i in _numbers(rows.STOCK_LOCATIONS)],
    }


def _numbers(most: int) -> range:
    return range(1, most + 1)


def _stamps(number: int) -> Row:
    made = MADE_AT + timedelta(seconds=number, microseconds=number)
    return {"created_date": made, "modified_date": made + timedelta(days=1)}


def _place(number: int, name: str, **more: Any) -> Row:
    degrees = Decimal(number) / 1000
    return {
        "id": number,
        "omnitron_id": 500 + number,
        "name": name,
        "is_active": True,
        "longitude": Decimal("27.85404900") + degrees,
        "latitude": Decimal("38.92076300") + degrees,
        **more,
    }


def _district(number: int) -> Row:
    township = (number - 1) % rows.TOWNSHIPS
    keys = {"township_id": township + 1, "city_id": township % rows.CITIES + 1}
    return _place(number, f"District {number}", **keys)


def _channel(number: int) -> Row:
    configuration = {
        "server": "https://shop.example.com/api/v1",
        "password": f"opens-nothing-{number}",
        "username": "omnitron",
        "sales_url": "https://shop.example.com/",
        "auth_token": f"opens-nothing-either-{number}",
        "feature_flags": {},
        "cancel_mail_subject": "{}",
        "cancel_mail_template_url": "{}",
        "localized_cancel_mail_subject": {},
        "direct_cancel_mail_template_url": "{}",
    }
    return {
        "id": number,
        "channel_type": "web",
        "omnitron_id": 10 + number,
        "name": f"Shop {number}",
        "configuration": channel_secrets.encrypted(configuration, {}),
        "is_active": True,
        **_stamps(number),
    }


def _list(number: int) -> Row:
    name = f"list_{number}"
    return {"id": number, "code": name, "name": name, "is_auto_sync": False, **_stamps(number)}


def _product(number: int) -> Row:
    attributes = {"color": "Lacivert", "size": f"{36 + number % 10}", "integration_kol_boyu": "kısa"}
    labels = {
        key: {"label": value, "value": value, "data_type": "dropdown"} for key, value in attributes.items()
    }
    return {
        "id": number,
        "omnitron_id": 8_000 + number,
        "name": f"Ultimate Organic Cotton T Shirt With Crew Neck {number}",
        "base_code": f"AKN-{number // 10:04}",
        "sku": f"AKN-{number:05}",
        "barcode": f"86900000{number:05}" if number % 3 else None,
        "attributes": attributes,
        "attributes_kwargs": labels,
        "extra_attributes": {},
        "remote_modified_date": MADE_AT,
        **_stamps(number),
    }


def _image(number: int) -> Row:
    product, position = (number + 1) // 2, (number + 1) % 2
    return {
        "id": number,
        "product_id": product,
        "omnitron_id": number,
        "position": position,
        "url": f"https://cdn.example.com/products/2022/09/07/{product}/38f3cfef-d582-{position}.jpg",
    }


def _location(number: int) -> Row:
    return {
        "id": number,
        "erp_code": rows.erp_code(number),
        "name": f"Store {number}",
        "stock_location_type": "store",
        "is_active": True,
        "priority": number,
        "max_quota": None,
        "latitude": Decimal("38.5"),
        "longitude": Decimal("27.5"),
        "city": "Izmir",
        **_stamps(number),
    }
