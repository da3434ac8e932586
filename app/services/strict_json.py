"""JSON from outside, read so that it means one thing everywhere and fits both databases.

Refused beyond what is not JSON: doubled keys, NaN and infinities, NUL characters and halves of surrogate
pairs, deeper nesting than MAX_DEPTH.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from math import isfinite
from typing import Any

MAX_DEPTH = 32

_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')
_OPENING = re.compile(r"[\[{]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def read(raw: bytes) -> Any:
    """The value of a JSON text in UTF-8. Raises ValueError that says what is wrong with it."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ValueError("is not UTF-8 text") from error
    _refuse_depth(text)
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"is not JSON: {error.msg.lower()} at character {error.pos + 1}") from error
    if "\\u" in text:
        _refuse_unstorable(value)
    return value


def _refuse_depth(text: str) -> None:
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    depth = 0
    for bracket in re.findall(r"[\[\]{}]", _TEXT.sub("", text)):
        depth += 1 if _OPENING.match(bracket) else -1
        if depth > MAX_DEPTH:
            raise ValueError(f"is nested deeper than {MAX_DEPTH} levels")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        doubled = next(key for key, count in _counts(key for key, _ in pairs) if count > 1)
        raise ValueError(f"has the key {doubled!r} twice")
    return found


def _counts(keys: Iterable[str]) -> Iterator[tuple[str, int]]:
    seen: dict[str, int] = {}
    for key in keys:
        seen[key] = seen.get(key, 0) + 1
    yield from seen.items()


def _refuse_constant(name: str) -> float:
    raise ValueError(f"has {name}, which is not a JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError("has a number that is too large")
    return number


def _whole(text: str) -> int:
    # Beyond 64 bits it could be stored, but not every reader of our own JSON would get it back.
    if len(text) > 20 or not -(2**63) <= int(text) < 2**64:
        raise ValueError("has a number that is too large")
    return int(text)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_constant=_refuse_constant, parse_float=_finite, parse_int=_whole
)


def _refuse_unstorable(value: Any) -> None:
    if isinstance(value, str):
        if _UNSTORABLE.search(value):
            raise ValueError("has a NUL character or half a surrogate pair in a text")
    elif isinstance(value, dict):
        for key, inner in value.items():
            _refuse_unstorable(key)
            _refuse_unstorable(inner)
    elif isinstance(value, list):
        for inner in value:
            _refuse_unstorable(inner)
