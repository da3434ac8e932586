"""JSON that is folded, and whatever else may come back from a receiver."""

from __future__ import annotations

import pytest

from app.web.json_view import DEEPEST, MOST_NODES, JsonNode, content_of


def test_values_keep_their_kinds_and_how_they_were_written() -> None:
    tree = content_of(b'{"a": [1.50, "x", true, null], "a": {}}').tree
    assert tree is not None
    first, second = tree.children
    assert [(one.kind, one.text) for one in first.children] == [
        ("number", "1.50"),
        ("text", '"x"'),
        ("word", "true"),
        ("word", "null"),
    ]
    assert second == JsonNode("object", "a", "")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"plain",
        b'"text"',
        b"{",
        b"[" * 100_000,
        b"[" * (DEEPEST + 2) + b"]" * (DEEPEST + 2),
        b"[" + b"1," * MOST_NODES + b"1]",
        b"\xff\xfe{}",
    ],
    ids=["nothing", "plain", "a text", "broken", "endless", "deep", "large", "no utf-8"],
)
def test_what_cannot_be_folded_is_shown_plainly(raw: bytes) -> None:
    found = content_of(raw)
    assert found.tree is None
    assert found.text == raw.decode("utf-8", "replace")
    assert found.size == len(raw)


def test_what_cannot_be_seen_is_written_out() -> None:
    found = content_of("a\x00b\u202ec\r\n\td".encode())
    assert found.plain == "a\\u0000b\\u202ec\r\n\td"
    tree = content_of('{"k\u202e": "\u2066v"}'.encode()).tree
    assert tree is not None
    assert (tree.children[0].key, tree.children[0].text) == ("k\\u202e", '"\\u2066v"')
