"""The vendor's sample answers, and whether one of ours has their shape: keys, their order, types, formats."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "samples"
_FORMATS = (
    re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"),
    re.compile(r"-?\d+\.\d{2}"),
)


def sample(name: str) -> Any:
    """The sample answer of that name."""
    return json.loads((FOLDER / f"{name}.json").read_text())


def assert_like(found: Any, expected: Any, path: str = "$") -> None:
    """Walks both side by side. Null fits anything, on either side; every entry of a list is as the first."""
    if found is None or expected is None:
        return
    assert type(found) is type(expected), f"{path}: {found!r} instead of {expected!r}"
    if isinstance(expected, dict):
        assert list(found) == list(expected), path
        for key, value in expected.items():
            assert_like(found[key], value, f"{path}.{key}")
    elif isinstance(expected, list) and expected:
        for place, entry in enumerate(found):
            assert_like(entry, expected[0], f"{path}[{place}]")
    elif isinstance(expected, str):
        for form in _FORMATS:
            assert bool(form.fullmatch(found)) == bool(form.fullmatch(expected)), f"{path}: {found!r}"
