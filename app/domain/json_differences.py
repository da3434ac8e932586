"""What differs between two JSON documents, place by place. For people: which values a later document has."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Json = Any


class _Absent:
    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = _Absent()
"""Stands for a value that one of the documents does not have."""


@dataclass(frozen=True, slots=True)
class JsonDifference:
    """A place, as `items[0].state`, and its values then and now; ABSENT where there is none."""

    path: str
    then: Json
    now: Json


def differences(then: Json, now: Json) -> list[JsonDifference]:
    """Where the documents differ, in the order of the earlier one, what is new at the end of its object.

    Lists are compared place by place: the documents keep their order.
    """
    return list(_compared("", then, now))


def _compared(path: str, then: Json, now: Json) -> Iterator[JsonDifference]:
    if isinstance(then, Mapping) and isinstance(now, Mapping):
        for key in (*then, *(key for key in now if key not in then)):
            inner = f"{path}.{key}" if path else str(key)
            yield from _compared(inner, then.get(key, ABSENT), now.get(key, ABSENT))
    elif isinstance(then, list) and isinstance(now, list):
        for place in range(max(len(then), len(now))):
            yield from _compared(f"{path}[{place}]", _at(then, place), _at(now, place))
    elif type(then) is not type(now) or then != now:
        yield JsonDifference(path, then, now)


def _at(values: list[Json], place: int) -> Json:
    return values[place] if place < len(values) else ABSENT
