"""Conditions that find rows by the start of a key, answered by its index on both databases."""

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import InstrumentedAttribute

_LAST_CODE_POINT = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)


def starts_with(column: InstrumentedAttribute[str], text: str) -> ColumnElement[bool]:
    """Keys that start with `text` as it is typed or in capitals: a range of code points, not a LIKE.

    Keys are no words of a language: their capital i is I also where a Turkish keyboard wrote İ.
    SQLite's LIKE ignores case and so never uses an index of code points.
    """
    wanted = dict.fromkeys((text, text.upper(), text.upper().replace("İ", "I")))
    return or_(*(_range(column, start) for start in wanted))


def _range(column: InstrumentedAttribute[str], start: str) -> ColumnElement[bool]:
    after = _next_prefix(start)
    return column >= start if after is None else (column >= start) & (column < after)


def _next_prefix(start: str) -> str | None:
    """The smallest text after everything that starts with `start`; None when there is none."""
    for end in range(len(start), 0, -1):
        code = ord(start[end - 1])
        if code < _LAST_CODE_POINT:
            following = _SURROGATES.stop if code + 1 in _SURROGATES else code + 1
            return start[: end - 1] + chr(following)
    return None
