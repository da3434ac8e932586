"""Documents hold what their tables can hold, and write each value in one form."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, get_args, get_origin

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import String, Text

from app import models
from app.models.columns import table
from app.services.documents import events, master_data, orders
from app.services.documents.reasons import explained
from app.services.documents.values import Count, Hundredths, Instant, Latitude, Quantity, body_of, read
from app.services.world_lines import KINDS

# Document → the table whose columns have the same names.
TABLES: dict[type, type] = {
    master_data.ChannelDocument: models.Channel,
    master_data.ProductDocument: models.Product,
    master_data.CargoCompanyDocument: models.CargoCompany,
    master_data.StockLocationDocument: models.StockLocation,
    master_data.RuleDocument: models.Rule,
    master_data.ScenarioDocument: models.Scenario,
    orders.OrderDocument: models.Order,
    orders.OrderItemDocument: models.OrderItem,
    orders.AddressDocument: models.Address,
    orders.CustomerDocument: models.Customer,
    orders.PlaceDocument: models.Country,
    orders.ListDocument: models.PriceList,
    events.MappingDocument: models.Mapping,
    events.DiscrepancyDocument: models.InventoryDiscrepancy,
}


@pytest.mark.parametrize("document", TABLES, ids=lambda document: document.__name__)
def test_a_text_is_never_longer_than_its_column(document: type) -> None:
    columns = table(TABLES[document]).c
    for field in msgspec.structs.fields(document):
        column = columns.get(field.name)
        if column is None or not isinstance(column.type, String) or isinstance(column.type, Text):
            continue
        limits = list(_limits(field.type))
        assert limits, f"{document.__name__}.{field.name} has no limit"
        assert all(limit <= column.type.length for limit in limits), field.name


def _limits(annotation: Any) -> Any:
    """The longest text of each part of the type that is text; enums are as long as their members."""
    for part in get_args(annotation) if get_origin(annotation) is not None else [annotation]:
        if isinstance(part, msgspec.Meta):
            if part.max_length is not None:
                yield part.max_length
        elif isinstance(part, type) and issubclass(part, str) and part is not str:
            yield max(len(member) for member in part)
        elif get_origin(part) is not None or hasattr(part, "__metadata__"):
            for inner in (*get_args(part), *getattr(part, "__metadata__", ())):
                yield from _limits(inner)


def test_every_kind_of_line_has_a_document_that_refuses_what_it_does_not_know() -> None:
    for document in KINDS.values():
        with pytest.raises(msgspec.ValidationError, match="nobody_knows"):
            read(document, {"nobody_knows": 1})


@given(st.integers(min_value=-(10**14), max_value=10**14))
def test_hundredths_are_read_as_they_are_written(number: int) -> None:
    assert Hundredths.read(Hundredths(number).write()) == number


@given(st.decimals(min_value=0, max_value=10**12, places=2, allow_nan=False))
def test_a_number_means_the_same_as_its_text(number: Any) -> None:
    assert Count.read(float(number)) == Count.read(str(number)) == int(number * 100)


@given(
    st.datetimes(
        min_value=datetime(1901, 1, 1),  # noqa: DTZ001
        max_value=datetime(9997, 1, 1),  # noqa: DTZ001
        timezones=st.just(UTC),
    )
)
def test_instants_are_read_as_they_are_written(instant: datetime) -> None:
    written = Instant.of(instant).write()
    assert written.endswith("Z")
    assert len(written) == len("2026-11-20T08:00:00.000000Z")
    assert Instant.read(written) == instant == Instant.of(instant)


READ: dict[str, tuple[Any, object, str]] = {
    "a whole number": (Count, 3, "3.00"),
    "text without decimals": (Count, "3", "3.00"),
    "one decimal": (Count, "2.5", "2.50"),
    "a float": (Count, 2.05, "2.05"),
    "minus": (Hundredths, "-0.05", "-0.05"),
    "minus one and a half": (Hundredths, -1.5, "-1.50"),
    "minus zero": (Count, "-0", "0.00"),
    "a quantity": (Quantity, "0.01", "0.01"),
    "degrees": (Latitude, "40.8", "40.80000000"),
    "degrees as a number": (Latitude, -12, "-12.00000000"),
    "an offset": (Instant, "2026-11-20T11:00:00+03:00", "2026-11-20T08:00:00.000000Z"),
    "milliseconds": (Instant, "2026-11-20T08:00:00.123Z", "2026-11-20T08:00:00.123000Z"),
}


@pytest.mark.parametrize("what", READ)
def test_a_value_is_written_in_its_one_form(what: str) -> None:
    kind, given_value, written = READ[what]
    assert kind.read(given_value).write() == written


def test_what_is_left_out_is_not_written() -> None:
    line = {"erp_code": "WH1", "max_quota": None, "latitude": 40}
    document = read(master_data.StockLocationDocument, line)
    assert body_of(document) == {"erp_code": "WH1", "max_quota": None, "latitude": "40.00000000"}


EXPLAINED = {
    "Object missing required field `sku` - at `$.items[0]`": ("items[0].sku", "is missing"),
    "Object contains unknown field `x`": ("x", "is not known here"),
    "Expected `int | null`, got `str` - at `$.n`": ("n", "should be a whole number or null"),
    "Expected `str` of length <= 5 - at `$.a`": ("a", "is longer than 5 characters"),
    "Expected `array` of length <= 5 - at `$.a`": ("a", "is longer than 5 entries"),
    "Expected `str` of length >= 1 - at `$.a.b`": ("a.b", "should not be empty"),
    "Expected `int` <= 9 - at `$.n`": ("n", "should be at most 9"),
    "Expected `int` >= -9 - at `$.n`": ("n", "should be at least -9"),
    "Invalid enum value 'x' - at `$.s`": ("s", "cannot be 'x'"),
    "our own words - at `$.s`": ("s", "our own words"),
}


@pytest.mark.parametrize("message", EXPLAINED)
def test_the_reader_s_message_becomes_field_and_reason(message: str) -> None:
    assert explained(message) == EXPLAINED[message]
