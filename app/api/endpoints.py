"""What an endpoint is: an address, who may ask, what is read, what comes out. One decorator does the rest.

A view gets the viewer and what was read, asks a query or a service, and returns a shape. It knows nothing of
tokens, limits, media types or errors.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import Blueprint, request
from spectree import Response as Answers

from app.api import authentication
from app.api.answers import json_answer
from app.api.openapi import Detail, Problem, spec
from app.api.reading import LARGEST_BODY
from app.domain.access import Role, Scope
from app.services import audit

blueprint = Blueprint("api", __name__)

EVERYBODY = frozenset(Role)
DESK = frozenset({Role.OPERATOR, Role.ADMINISTRATOR})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may ask: tokens of that scope of people in those roles. No scope: everybody, without a token."""

    scope: Scope | None
    roles: frozenset[Role]


POLICIES: dict[str, Policy] = {}
"""Endpoint → who may ask it; filled by the decorator."""

View = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of another status than the usual one."""

    status: int
    body: Any
    headers: Mapping[str, str] | None = None


def endpoint(
    method: str,
    *paths: str,
    answers: Any,
    tag: str,
    scope: Scope | None = None,
    roles: frozenset[Role] = EVERYBODY,
    query: Any = None,
    body: Any = None,
    reads_form: bool = False,
    is_open: bool = False,
    status: int = 200,
    also: Mapping[int, Any] | None = None,
    errors: tuple[int, ...] = (),
    largest_body: int = LARGEST_BODY,
) -> Callable[[View], View]:
    """Serve a view at each of `paths`, with and without the slash at the end (D11).

    The view is called with `viewer` (unless `is_open`), the path's values, `query` and `body` where declared.
    `answers` is the shape of the usual answer (None: no body), `also` of other good ones, `errors` the
    statuses that are possible beside those every such endpoint has. Reading is the usual scope of GET,
    writing that of the rest. `largest_body` is in bytes.
    """
    needed = None if is_open else scope or (Scope.READ if method == "GET" else Scope.WRITE)
    statuses = _error_statuses(needed, paths, query, body, errors)

    def register(view: View) -> View:
        @spec.validate(
            query=query,
            json=body,
            form=body if reads_form else None,
            resp=_answers({status: answers, **(also or {})}, statuses),
            tags=(tag,),
            security={"token": []} if needed else {},
        )
        @wraps(view)
        def read_and_answer(**given: Any) -> Any:
            context = request.context  # type: ignore[attr-defined]
            if query is not None:
                given["query"] = context.query
            if body is not None:
                given["body"] = context.json
            found = view(**given)
            if isinstance(found, Answer):
                return json_answer(found.body, found.status, found.headers)
            return json_answer(found, status)

        @wraps(read_and_answer)
        def serve(**given: Any) -> Any:
            request.max_content_length = largest_body
            if needed is None:
                return read_and_answer(**given)
            viewer = authentication.authenticate(needed, roles)
            with audit.acting_as(viewer.username, viewer.user_id):
                return read_and_answer(viewer=viewer, **given)

        for number, path in enumerate(paths):
            name = f"{view.__module__.rpartition('.')[2]}_{view.__name__}" + (f"_{number}" if number else "")
            blueprint.add_url_rule(path, name, serve, methods=[method], strict_slashes=False)
            POLICIES[f"{blueprint.name}.{name}"] = Policy(needed, roles)
        return view

    return register


def _error_statuses(
    scope: Scope | None, paths: tuple[str, ...], query: Any, body: Any, errors: tuple[int, ...]
) -> set[int]:
    found = {*errors, 503}
    if scope is not None:
        found |= {401, 403, 429}
    if query is not None:
        found |= {400, 404}
    if body is not None:
        found |= {400, 413, 415}
    if any("<" in path for path in paths):
        found.add(404)
    return found


def _answers(shapes: Mapping[int, Any], errors: set[int]) -> Answers:
    """The good answers and the refusals, as SpecTree wants them."""
    without_body = [f"HTTP_{status}" for status, shape in shapes.items() if shape is None]
    with_body = {f"HTTP_{status}": shape for status, shape in shapes.items() if shape is not None}
    problems = {f"HTTP_{status}": Problem if status == 400 else Detail for status in sorted(errors)}
    return Answers(*without_body, **(problems | with_body))
