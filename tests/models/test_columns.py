"""What a value is after it went through the table, on both databases alike."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import TypeVar

import pytest
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from app import clock, models
from app.extensions import Base, db
from app.services.unit_of_work import unit_of_work
from tests.builders import a_channel, a_city, a_country, a_location, an_audit_entry, an_order

pytestmark = pytest.mark.usefixtures("db_session")

ISTANBUL = timezone(timedelta(hours=3))
Row = TypeVar("Row", bound=Base)


def read_again(row: Row) -> Row:
    """The same row as the table gives it; what a builder gives keeps the values it was given."""
    return db.session.get_one(type(row), row.id)


def test_an_instant_comes_back_in_utc_with_its_microseconds() -> None:
    placed = datetime(2026, 11, 20, 11, 0, 0, 123456, tzinfo=ISTANBUL)
    order = read_again(an_order(date_placed=placed))
    assert order.date_placed == placed
    assert order.date_placed.tzinfo is UTC
    found = db.session.scalars(select(models.Order.number).where(models.Order.date_placed == placed)).all()
    assert found == [order.number]


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(StatementError, match="has no time zone"):
        an_order(date_placed=datetime(2026, 11, 20, 11, 0))  # noqa: DTZ001 - that is the point


def test_instants_sort_by_time_also_around_whole_seconds() -> None:
    whole = datetime(2026, 11, 20, 8, tzinfo=UTC)
    instants = [whole - timedelta(microseconds=1), whole, whole + timedelta(microseconds=1)]
    for instant in reversed(instants):
        an_order(date_placed=instant)
    placed = models.Order.date_placed
    assert db.session.scalars(select(placed).order_by(placed)).all() == instants


@pytest.mark.parametrize("degrees", ["32.85404900", "-0.00000001", "180.00000000", "-179.99999999", "0E-8"])
def test_a_coordinate_keeps_its_eight_places(degrees: str) -> None:
    city = read_again(a_city(a_country(), longitude=Decimal(degrees), latitude=None))
    assert city.longitude is not None
    assert f"{city.longitude:.8f}" == f"{Decimal(degrees):.8f}"
    assert city.longitude.as_tuple().exponent == -8
    assert city.latitude is None


def test_more_than_eight_places_are_rounded() -> None:
    location = read_again(a_location(latitude=Decimal("40.123456785")))
    assert location.latitude == Decimal("40.12345678")


def test_text_keys_sort_by_code_point() -> None:
    names = ["Ankara", "Zonguldak", "a", "b", "Çorum", "çay", "İzmir", "ıspanak", "Şile"]
    for name in reversed(names):
        a_channel(name=name)
    column = models.Channel.name
    assert db.session.scalars(select(column).order_by(column)).all() == sorted(names)


def test_json_keeps_the_order_of_its_keys_and_absence_is_null() -> None:
    configuration = {"server": "x", "b": 1, "a": {"z": None, "y": [1, 2]}, "ş": "ı"}
    channel = read_again(a_channel(configuration=configuration))
    assert list(channel.configuration) == list(configuration)
    assert channel.configuration == configuration
    an_audit_entry(before=None, after={"a": None})
    found = select(models.AuditEntry.after).where(models.AuditEntry.before.is_(None))
    assert db.session.scalars(found).all() == [{"a": None}]


def test_amounts_beyond_32_bits_fit() -> None:
    order = read_again(an_order(amount=99_999_999_999_99))
    assert order.amount == 99_999_999_999_99


def test_rows_are_stamped_by_the_clock_when_made_and_when_changed() -> None:
    made, changed = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    with clock.at(made):
        channel = a_channel()
    with clock.at(changed), unit_of_work():
        db.session.get_one(models.Channel, channel.id).is_active = False
    found = db.session.get_one(models.Channel, channel.id)
    assert (found.created_date, found.modified_date) == (made, changed)
