"""Column types and constraint makers of all tables: what a stored value is, on both databases alike."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ColumnElement,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    String,
    Table,
    literal_column,
)
from sqlalchemy.orm import Mapped, MappedColumn, mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine

from app import clock

# SQLite numbers rows by itself only in a column declared INTEGER, which already holds 64 bits there.
RowId = BigInteger().with_variant(Integer(), "sqlite")

# Integer hundredths of a unit or of a currency unit (D16): 32 bits would end at 21 million.
Hundredths = BigInteger

# JSON whose absence is SQL NULL, never the JSON text "null".
OptionalJson = JSON(none_as_null=True)

# An act binds its one instant with every row it stores.
_TEXTS_KEPT = 256
_SQLITE_TEXT_LENGTH = len("2026-11-21 08:00:00.000000")

COORDINATE_UNIT = Decimal("0.00000001")


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware outside, UTC in the table. Without a zone it is refused with ValueError (D17)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC, naive for SQLite, whose text of fixed width then sorts by time."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any] | None:
        """Straight to SQLite's text: every statement binds instants, and two steps cost twice the time."""
        return _sqlite_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC again, whatever zone the connection speaks."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


@lru_cache(_TEXTS_KEPT)
def _sqlite_text(value: datetime | None) -> str | None:
    """As SQLAlchemy's DateTime stores it, in UTC: 2026-11-21 08:00:00.000000."""
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(f"{value!r} has no time zone")
    instant = value if value.tzinfo is UTC else value.astimezone(UTC)
    return instant.isoformat(" ", "microseconds")[:_SQLITE_TEXT_LENGTH]


class Coordinate(TypeDecorator[Decimal]):
    """Degrees as a Decimal with eight places outside, as a whole number of 1e-8 degrees in the table."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Rounded half to even where more than eight places are given."""
        return None if value is None else int(value.quantize(COORDINATE_UNIT).scaleb(8))

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """Always eight places: "32.85404900" stays as it came."""
        return None if value is None else Decimal(value).scaleb(-8).quantize(COORDINATE_UNIT)


def KeyText(length: int) -> TypeEngine[str]:
    """Text that is searched or sorted by: by code point on both databases, so that answers are equal."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


def primary_key() -> MappedColumn[int]:
    """The row's number, the first column of the table."""
    return mapped_column(RowId, primary_key=True, sort_order=-1)


def reference(target: str, *, ondelete: str | None = None, **options: Any) -> MappedColumn[Any]:
    """A foreign key to `target` ("orders.id"). Give `index=True` unless another index starts with it."""
    return mapped_column(RowId, ForeignKey(target, ondelete=ondelete), **options)


def known(column: str, values: Iterable[str]) -> CheckConstraint:
    """Only these codes, usually the members of a domain enum; NULL passes where the column allows it."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def equals_literal(model: type[Any], column: str, code: str) -> ColumnElement[bool]:
    """`column = 'code'` with the code written out: a bound parameter would never match a partial index."""
    equal: ColumnElement[bool] = table(model).c[column] == literal_column(f"'{code}'")
    return equal


def table(model: type[Any]) -> Table:
    """The table behind a mapped class: statements on it skip the mapper, which costs ten times their SQL."""
    return cast(Table, model.__table__)


class Timestamps:
    """When the row was made and last changed, by the application's clock."""

    created_date: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    modified_date: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, onupdate=clock.now)
