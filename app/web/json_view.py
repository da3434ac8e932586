"""JSON as a tree that a template can fold, from whatever bytes a receiver sends. Nothing of it is run.

Numbers and texts stay as they were written; what is no JSON, or too deep or large to fold, is shown plainly.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

DEEPEST = 24
MOST_NODES = 2_000
# Control characters, and those that make a text run backwards: they would show something else than is there.
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class JsonNode:
    """A value: `kind` is object, array, text, number or word (true, false, null). `key` is its name above."""

    kind: str
    key: str | None
    text: str
    children: Sequence[JsonNode] = ()

    @property
    def is_folded(self) -> bool:
        """Whether it has anything to fold."""
        return bool(self.children)


@dataclass(frozen=True, slots=True)
class Content:
    """What was sent or came back: the text to copy, how to show it plainly, and its tree if it is JSON."""

    text: str
    plain: str
    tree: JsonNode | None
    size: int  # bytes


@dataclass(frozen=True, slots=True)
class _Number:
    text: str


class _TooMuch(Exception):
    """More than a person can fold."""


def content_of(raw: bytes) -> Content:
    """The content of those bytes; what is not UTF-8 shows replacement characters."""
    text = raw.decode("utf-8", "replace")
    return Content(text, shown(text), _tree(text), len(raw))


def shown(text: str) -> str:
    """The text with what cannot be seen written as \\u…, so that it shows what is there."""
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _tree(text: str) -> JsonNode | None:
    """The tree of an object or a list; None for anything else."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        found = json.loads(
            text,
            object_pairs_hook=_Pairs,
            parse_int=_Number,
            parse_float=_Number,
            parse_constant=_Number,
        )
        return _Grower().node(None, found, 0)
    except (ValueError, RecursionError, _TooMuch):
        return None


class _Pairs(list[tuple[str, Any]]):
    """An object with its keys as they were sent, also those given twice."""


class _Grower:
    def __init__(self) -> None:
        self.nodes = 0

    def node(self, key: str | None, value: Any, depth: int) -> JsonNode:
        self.nodes += 1
        if depth > DEEPEST or self.nodes > MOST_NODES:
            raise _TooMuch
        name = None if key is None else shown(key)
        if isinstance(value, _Pairs):
            return JsonNode(
                "object", name, "", tuple(self.node(one, inner, depth + 1) for one, inner in value)
            )
        if isinstance(value, list):
            return JsonNode("array", name, "", tuple(self.node(None, inner, depth + 1) for inner in value))
        if isinstance(value, _Number):
            return JsonNode("number", name, value.text)
        if isinstance(value, str):
            return JsonNode("text", name, shown(json.dumps(value, ensure_ascii=False)))
        return JsonNode("word", name, json.dumps(value))
