"""Why a document cannot be read: msgspec's messages as field and reason, in our words."""

from __future__ import annotations

import re

_EXPECTED = re.compile(
    r"^Expected `(?P<wanted>[^`]+)`(?: (?P<limit>of length )?(?P<sign><=|>=) (?P<bound>-?\d+))?"
)
_NAMED = re.compile(r"^Object (?P<how>missing required|contains unknown) field `(?P<name>[^`]*)`", re.DOTALL)
_ENUM = re.compile(r"^Invalid enum value (?P<value>.*)$", re.DOTALL)
_TYPE_NAMES = {
    "str": "text",
    "int": "a whole number",
    "bool": "true or false",
    "array": "a list",
    "object": "a JSON object",
    "null": "null",
}


def explained(message: str) -> tuple[str | None, str]:
    """Field and reason, in our words, of what msgspec says about a document."""
    what, _, tail = message.partition(" - at `")
    path = tail.partition("$")[2].rstrip("`").lstrip(".")
    named = _NAMED.match(what)
    if named:
        field = f"{path}.{named['name']}" if path else named["name"]
        return field, "is missing" if named["how"].startswith("missing") else "is not known here"
    return path or None, _reason(what)


def _reason(what: str) -> str:
    expected, enum = _EXPECTED.match(what), _ENUM.match(what)
    if enum:
        return f"cannot be {enum['value']}"
    if expected is None:
        return what
    if expected["bound"]:
        return _limit(expected["limit"] is not None, expected["wanted"], expected["sign"], expected["bound"])
    names = [_TYPE_NAMES.get(name, name) for name in expected["wanted"].split(" | ")]
    return f"should be {' or '.join(names)}"


def _limit(is_length: bool, wanted: str, sign: str, bound: str) -> str:
    if not is_length:
        return f"should be {'at most' if sign == '<=' else 'at least'} {bound}"
    if sign == ">=":
        return "should not be empty"
    return f"is longer than {bound} {'characters' if wanted.startswith('str') else 'entries'}"
