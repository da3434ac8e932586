"""What differs between two JSON documents, place by place."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.json_differences import ABSENT, JsonDifference, differences


@pytest.mark.parametrize(
    ("then", "now", "expected"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, [("a", 1, 2)]),
        ({"a": 1}, {"a": True}, [("a", 1, True)]),
        ({"a": {"b": [1, {"c": None}]}}, {"a": {"b": [1, {"c": "x"}]}}, [("a.b[1].c", None, "x")]),
        ({"a": [1, 2]}, {"a": [1]}, [("a[1]", 2, ABSENT)]),
        ({"a": 1}, {"b": 1}, [("a", 1, ABSENT), ("b", ABSENT, 1)]),
        ({"a": []}, {"a": {}}, [("a", [], {})]),
        ([1], [1, {"a": 2}], [("[1]", ABSENT, {"a": 2})]),
    ],
)
def test_each_difference_is_named_by_its_place(then: Any, now: Any, expected: list[Any]) -> None:
    assert differences(then, now) == [JsonDifference(*one) for one in expected]
