"""The value types of the API: how filters read text, and how shapes describe what they hold.

A type with `read` takes part in the reading of queries and bodies, one with `schema` in the document.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar, Self

from msgspec import Meta

from app.config import settings
from app.services.documents.values import Count

# Shapes hold encoded text: its form is told to readers of the document.
Fixed = Annotated[str, Meta(pattern=r"^-?[0-9]+\.[0-9]{2}$", description="Fixed-point, two decimals.")]
InstantText = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
RowId = Annotated[int, Meta(ge=1, le=2**63 - 1)]

_DATE = r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_DAY_FIRST = r"(0[1-9]|[12][0-9]|3[01])-(0[1-9]|1[0-2])-(19|20)[0-9]{2}"
_TIME = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?"
_ZONE = r"(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9])"
_MOMENT = re.compile(f"{_DATE}([T ]{_TIME}{_ZONE}?)?")


class Moment(datetime):
    """An instant as a filter names it: ISO 8601. Without a zone it is meant in the site's."""

    schema: ClassVar = {
        "type": "string",
        "pattern": f"^{_DATE}(T{_TIME}{_ZONE}?)?$",
        "description": "ISO 8601; a date alone is its first instant, without a zone it is the site's.",
        "examples": ["2026-11-20", "2026-11-20T08:00:00Z"],
    }

    @classmethod
    def read(cls, value: object) -> Self:
        """Raises ValueError for what is no instant."""
        text = _with_plus(str(value))
        if not _MOMENT.fullmatch(text):
            raise ValueError("should be an instant such as 2026-11-20T08:00:00Z, or a date")
        try:
            found = datetime.fromisoformat(text)
        except ValueError as error:
            raise ValueError("should be a day of the calendar") from error
        found = (found if found.tzinfo else found.replace(tzinfo=settings().time_zone)).astimezone(UTC)
        return cls.fromtimestamp(0, UTC) + (found - datetime.fromtimestamp(0, UTC))


class Day(date):
    """A day, as the vendor writes it (10-10-2023) or as ISO 8601 does (2023-10-10)."""

    schema: ClassVar = {
        "type": "string",
        "pattern": f"^({_DATE}|{_DAY_FIRST})$",
        "description": "DD-MM-YYYY or YYYY-MM-DD.",
        "examples": ["10-10-2023", "2023-10-10"],
    }

    @classmethod
    def read(cls, value: object) -> Self:
        """Raises ValueError for what is no day."""
        text = str(value)
        if re.fullmatch(_DAY_FIRST, text):
            text = "-".join(reversed(text.split("-")))
        if not re.fullmatch(_DATE, text):
            raise ValueError("should be a day such as 10-10-2023 or 2023-10-10")
        try:
            return cls.fromisoformat(text)
        except ValueError as error:
            raise ValueError("should be a day of the calendar") from error


def _with_plus(text: str) -> str:
    """A plus sign that was not escaped arrives as a space."""
    return re.sub(r" (?=\d\d:\d\d$)", "+", text) if "T" in text else text


class Names(tuple[str, ...]):
    """Several texts in one parameter, divided by commas."""

    schema: ClassVar = {"type": "string", "description": "Several values, divided by commas."}

    @classmethod
    def read(cls, value: object) -> Self:
        """Empty places do not count."""
        return cls(part.strip() for part in str(value).split(",") if part.strip())


class UnitCount(Count):
    """What was counted, in hundredths; written as text or as a number."""

    schema: ClassVar = {
        "anyOf": [
            {"type": "string", "pattern": r"^[0-9]{1,12}(\.[0-9]{1,2})?$"},
            {"type": "number", "minimum": 0, "maximum": 10**12},
        ],
        "description": "Units, with at most two decimals; as text nothing is rounded on the way.",
        "examples": ["3", "2.50", 3],
    }


READ_TYPES: frozenset[Any] = frozenset({Moment, Day, Names, UnitCount})


def read_value(kind: Any, value: Any) -> Any:
    """msgspec's hook for types it does not know."""
    return kind.read(value)


def schema_of(kind: Any) -> dict[str, Any]:
    """msgspec's hook for their place in the document."""
    found: dict[str, Any] = kind.schema
    return found
