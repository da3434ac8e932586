"""From requests to values: queries and bodies, read strictly. What cannot be read is its field's error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar, get_args, get_origin

import msgspec
from flask import request

from app.api.errors import detail
from app.api.values import read_value
from app.domain.errors import Invalid, InvalidEntries
from app.services import strict_json
from app.services.documents.reasons import explained

LARGEST_BODY = 1024 * 1024
Kind = TypeVar("Kind")

_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})


def query(kind: type[Kind]) -> Kind:
    """The parameters of the address that `kind` names; others are passed over, of several the last counts.

    Raises Invalid for a value that cannot be used, and ApiError 404 for a page that is no number.
    """
    given = {name: values[-1] for name, values in request.args.lists() if values[-1] != ""}
    _refuse_nul(given)
    try:
        return msgspec.convert(given, kind, strict=False, dec_hook=read_value)
    except msgspec.ValidationError as error:
        problem = _problem(str(error))
        if "page" in problem:
            raise detail(404, "Invalid page.") from error
        raise Invalid(problem) from error


def body(kind: Any, accepts_form: bool = False) -> Any:
    """The body as `kind`. Raises ApiError for what is no JSON (or form), Invalid for wrong fields.

    Of a list (`Annotated[list[X], Meta(min_length=…, max_length=…)]`) every entry is looked at: what is
    wrong with each is raised as InvalidEntries.
    """
    given = _given(accepts_form)
    if get_origin(kind) is Annotated:
        return _entries(given, kind)
    is_form = request.mimetype in _FORMS
    try:
        return msgspec.convert(given, kind, strict=not is_form, dec_hook=read_value)
    except msgspec.ValidationError as error:
        raise Invalid(_problem(str(error))) from error


def _entries(given: Any, kind: Any) -> list[Any]:
    many, limits = get_args(kind)
    if not isinstance(given, list):
        raise Invalid({"non_field_errors": ["Expected a list of items."]})
    if not limits.min_length <= len(given) <= limits.max_length:
        expected = f"Expected between {limits.min_length:,} and {limits.max_length:,} items."
        raise Invalid({"non_field_errors": [expected]})
    (entry_kind,) = get_args(many)
    found: list[Any] = []
    problems: list[dict[str, list[str]]] = []
    for entry in given:
        try:
            found.append(msgspec.convert(entry, entry_kind, dec_hook=read_value))
            problems.append({})
        except msgspec.ValidationError as error:
            problems.append(_problem(str(error)))
    if len(found) < len(given):
        raise InvalidEntries(problems)
    return found


def _given(accepts_form: bool) -> Any:
    raw = _whole_body()
    kind = request.mimetype
    if accepts_form and kind in _FORMS:
        # A part may come without a name that can be read: a field that nobody asks for.
        fields = {name: value for name, value in request.form.items() if name}
        _refuse_nul(fields)
        return fields
    if not raw:
        return {}
    if kind != "application/json" and not kind.endswith("+json"):
        raise detail(415, f'Unsupported media type "{kind}" in request.')
    try:
        return strict_json.read(raw)
    except ValueError as error:
        raise detail(400, f"JSON parse error - the body {error}") from error


def _whole_body() -> bytes:
    """Raises RequestEntityTooLarge for more than this endpoint takes."""
    raw = request.get_data()
    if request.content_length is None:
        # A body in chunks, which was read up to the limit: asked for more, the stream says that there is.
        request.stream.read(1)
    return raw


def _refuse_nul(fields: Mapping[str, str]) -> None:
    for name, value in fields.items():
        if "\x00" in name or "\x00" in value:
            raise Invalid({name.replace("\x00", ""): ["has a NUL character"]})


def _problem(message: str) -> dict[str, list[str]]:
    field, reason = explained(message)
    return {field or "non_field_errors": [reason]}
