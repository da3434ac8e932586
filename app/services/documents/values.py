"""The value types of documents: how each is read from JSON, and the one form in which it is written back."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Self, TypeVar

import msgspec
from msgspec import Meta, Struct

AnyDocument = TypeVar("AnyDocument", bound="Document")

_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]{1,2})?")
# Twelve digits before the point: a float keeps them and two decimals exactly, and sums stay in 64 bits.
_LARGEST = 10**14
_YEARS = range(1900, 9999)
_PLACES = Decimal("0.00000001")


class Hundredths(int):
    """A decimal of at most two places as a whole number of hundredths; written with two places (D16)."""

    smallest = -_LARGEST

    @classmethod
    def read(cls, value: object) -> Self:
        """From "2", "2.5", 2 or 2.5. Raises ValueError for anything else, and for what is out of range."""
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise ValueError("should be a number, or a number as text")
        text = value if isinstance(value, str) else repr(value)
        if len(text) > 40 or not _DECIMAL.fullmatch(text):
            raise ValueError("should be a number with at most two decimals")
        hundredths = int(Decimal(text).scaleb(2))
        if hundredths < cls.smallest:
            raise ValueError("should not be negative" if cls.smallest == 0 else cls._too_small())
        if hundredths > _LARGEST:
            raise ValueError("is too large")
        return cls(hundredths)

    @classmethod
    def _too_small(cls) -> str:
        return "should be more than zero" if cls.smallest == 1 else "is too small"

    def write(self) -> str:
        sign, (units, hundredths) = "-" if self < 0 else "", divmod(abs(int(self)), 100)
        return f"{sign}{units}.{hundredths:02d}"


class Count(Hundredths):
    """What was counted: never negative."""

    smallest = 0


class Quantity(Hundredths):
    """Units that somebody wants or holds: more than zero."""

    smallest = 1


class Instant(datetime):
    """An instant in UTC; written with six digits and Z (D17)."""

    @classmethod
    def read(cls, value: object) -> Self:
        """From ISO 8601 with a zone. Raises ValueError for anything else."""
        if not isinstance(value, str):
            raise ValueError("should be an instant as text, such as 2026-11-20T08:00:00Z")
        try:
            found = cls.fromisoformat(value)
        except ValueError as error:
            raise ValueError("should be an instant such as 2026-11-20T08:00:00Z") from error
        if found.tzinfo is None:
            raise ValueError("has no time zone; write Z or an offset such as +03:00 behind it")
        if found.year not in _YEARS:
            raise ValueError("should lie between the years 1900 and 9998")
        return found.astimezone(UTC)

    @classmethod
    def of(cls, instant: datetime) -> Self:
        """The same instant as this type. `instant` has a zone."""
        return cls.fromtimestamp(0, UTC) + (instant - _EPOCH)

    def write(self) -> str:
        return self.isoformat(timespec="microseconds").replace("+00:00", "Z")


class Degrees(Decimal):
    """A coordinate with eight places, as the seed shows them."""

    largest = 180

    @classmethod
    def read(cls, value: object) -> Self:
        """From "40.80" or 40.8. Raises ValueError for anything else, and for what is not on the globe."""
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise ValueError("should be degrees as a number, or a number as text")
        text = value if isinstance(value, str) else repr(value)
        if len(text) > 40 or not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
            raise ValueError("should be degrees such as 40.80276")
        if abs(Decimal(text)) > cls.largest:
            raise ValueError(f"should lie between -{cls.largest} and {cls.largest} degrees")
        return cls(Decimal(text).quantize(_PLACES))

    def write(self) -> str:
        return f"{self:.8f}"


class Latitude(Degrees):
    """North is positive."""

    largest = 90


class Longitude(Degrees):
    """East is positive."""


_EPOCH = datetime.fromtimestamp(0, UTC)
_READERS: Mapping[Any, Callable[[object], Any]] = {
    kind: kind.read for kind in (Hundredths, Count, Quantity, Instant, Latitude, Longitude)
}

Number = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
Quota = Annotated[int, Meta(ge=0, le=2**31 - 1)]
OmnitronId = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Json = dict[str, Any]

Text10 = Annotated[str, Meta(max_length=10)]
Text50 = Annotated[str, Meta(max_length=50)]
Text100 = Annotated[str, Meta(max_length=100)]
Text254 = Annotated[str, Meta(max_length=254)]
Text255 = Annotated[str, Meta(max_length=255)]
Key40 = Annotated[str, Meta(min_length=1, max_length=40)]
Key50 = Annotated[str, Meta(min_length=1, max_length=50)]
Key100 = Annotated[str, Meta(min_length=1, max_length=100)]
Key120 = Annotated[str, Meta(min_length=1, max_length=120)]
Key255 = Annotated[str, Meta(min_length=1, max_length=255)]
Key512 = Annotated[str, Meta(min_length=1, max_length=512)]


class Document(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What every document is: never changed, without fields it does not know."""


def read(kind: type[AnyDocument], values: object) -> AnyDocument:
    """The document of that kind. Raises msgspec.ValidationError naming the first wrong field by its path."""
    return msgspec.convert(values, kind, dec_hook=_read_value)


def body_of(document: Document) -> Json:
    """The document as JSON values: what was left out, or says what is so anyway, is not in it."""
    body: Json = msgspec.to_builtins(document, enc_hook=_write_value)
    return body


def _read_value(kind: type, value: object) -> Any:
    return _READERS[kind](value)


def _write_value(value: Any) -> Any:
    return value.write()
