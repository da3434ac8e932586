"""Reads one field of Omnitron's JSON at a time: the value, or which field is broken and why."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_YEARS = range(1900, 9999)
_LARGEST_ID = 2**63 - 1
_DECIMAL = re.compile(r"-?[0-9]{1,12}(\.[0-9]+)?")
_DEEPEST = 32


class BrokenField(Exception):
    """A field that cannot be used: its path in Omnitron's JSON and what is wrong with it."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field} {reason}")
        self.field = field
        self.reason = reason


class Fields:
    """An object of Omnitron's, whose fields are asked for by name. Every method raises BrokenField.

    Fields that are not asked for may be anything. A field that is null counts as missing; what `needed`
    fields lack is an error, others are None then.
    """

    def __init__(self, found: Any, path: str = "") -> None:
        if not isinstance(found, Mapping):
            raise BrokenField(path or "record", "should be a JSON object")
        self._found = found
        self._path = path

    def has(self, name: str) -> bool:
        """Whether the field is there and not null."""
        return self._found.get(name) is not None

    def whole(self, name: str, *, least: int = 1) -> int:
        """A needed whole number, such as an id."""
        value = self._needed(name)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.broken(name, "should be a whole number")
        if not least <= value <= _LARGEST_ID:
            raise self.broken(name, f"should lie between {least} and {_LARGEST_ID}")
        return value

    def whole_or_none(self, name: str) -> int | None:
        """A whole number where there is one."""
        return None if self._found.get(name) is None else self.whole(name)

    def text(self, name: str) -> str:
        """A needed text that is not empty."""
        found = self.text_or_none(name)
        if found is None:
            raise self.broken(name, "is missing")
        if not found.strip():
            raise self.broken(name, "should not be empty")
        return found

    def text_or_none(self, name: str) -> str | None:
        """A text where there is one."""
        value = self._found.get(name)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self.broken(name, "should be text")
        if _UNSTORABLE.search(value):
            raise self.broken(name, "has a NUL character or half a surrogate pair in it")
        return value

    def instant(self, name: str) -> datetime:
        """A needed instant with a zone, in UTC."""
        value = self.text(name)
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            raise self.broken(name, "should be an instant such as 2026-11-20T08:00:00Z") from None
        if found.tzinfo is None:
            raise self.broken(name, "has no time zone")
        if found.year not in _YEARS:
            raise self.broken(name, "should lie between the years 1900 and 9998")
        return found.astimezone(UTC)

    def decimal_or_none(self, name: str) -> str | None:
        """A number, or a number as text, with two decimals; more of them must be zeros."""
        value = self._found.get(name)
        if value is None:
            return None
        text = value if isinstance(value, str) else repr(value)
        if (
            isinstance(value, bool)
            or not isinstance(value, str | int | float)
            or not _DECIMAL.fullmatch(text)
        ):
            raise self.broken(name, "should be a number")
        try:
            found = Decimal(text)
            rounded = found.quantize(Decimal("0.01"))
        except InvalidOperation:
            raise self.broken(name, "is too large") from None
        if rounded != found:
            raise self.broken(name, "should have at most two decimals")
        return f"{rounded:.2f}"

    def degrees_or_none(self, name: str) -> str | None:
        """A coordinate as text."""
        value = self._found.get(name)
        if value is None or value == "":
            return None
        text = value if isinstance(value, str) else repr(value)
        if (
            isinstance(value, bool)
            or not isinstance(value, str | int | float)
            or not _DECIMAL.fullmatch(text)
        ):
            raise self.broken(name, "should be degrees such as 40.80276")
        return text

    def flag(self, name: str) -> bool:
        """True or false; false where it is missing."""
        value = self._found.get(name)
        if value is not None and not isinstance(value, bool):
            raise self.broken(name, "should be true or false")
        return bool(value)

    def document_or_empty(self, name: str) -> dict[str, Any]:
        """An object of any content that can be stored."""
        value = self._found.get(name)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            raise self.broken(name, "should be a JSON object")
        if not is_storable(value):
            raise self.broken(name, "holds something that cannot be stored")
        return dict(value)

    def inner(self, name: str) -> Fields:
        """A needed object."""
        return Fields(self._needed(name), self.path_of(name))

    def inner_or_none(self, name: str) -> Fields | None:
        """An object where there is one."""
        return None if self._found.get(name) is None else self.inner(name)

    def entries(self, name: str) -> Iterator[Fields]:
        """The objects of a list; none where it is missing."""
        value = self._found.get(name)
        if value is None:
            return
        if not isinstance(value, list):
            raise self.broken(name, "should be a list")
        for place, entry in enumerate(value):
            yield Fields(entry, f"{self.path_of(name)}[{place}]")

    def path_of(self, name: str) -> str:
        """How the field is called in an error."""
        return f"{self._path}.{name}" if self._path else name

    def broken(self, name: str, reason: str) -> BrokenField:
        """The error to raise about the field."""
        return BrokenField(self.path_of(name), reason)

    def _needed(self, name: str) -> Any:
        value = self._found.get(name)
        if value is None:
            raise self.broken(name, "is missing")
        return value


def is_storable(value: Any, depth: int = 0) -> bool:
    """Whether both databases can keep the JSON value: no NUL, nothing infinite, not nested too deep."""
    if depth > _DEEPEST:
        return False
    if isinstance(value, str):
        return _UNSTORABLE.search(value) is None
    if isinstance(value, float):
        return value - value == 0  # neither infinite nor NaN
    if isinstance(value, Mapping):
        return all(is_storable(key) and is_storable(inner, depth + 1) for key, inner in value.items())
    if isinstance(value, list):
        return all(is_storable(inner, depth + 1) for inner in value)
    return True
