"""Answers of the API that are no success, in the vendor's manner. What no endpoint is concerned with, such as
unknown addresses, is answered by error_pages.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response
from flask_limiter import RateLimitExceeded

from app.api.answers import json_answer
from app.domain.errors import Invalid, InvalidEntries
from app.extensions import seconds_throttled


class ApiError(Exception):
    """An answer of that status and body; raised wherever a request cannot go on."""

    def __init__(self, status: int, body: Any, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body
        self.headers = dict(headers or {})


def detail(status: int, text: str, headers: Mapping[str, str] | None = None) -> ApiError:
    """An error about the request as a whole."""
    return ApiError(status, {"detail": text}, headers)


def not_allowed() -> ApiError:
    """Whoever asks may see it, and may not do that."""
    return detail(403, "You do not have permission to perform this action.")


def sentences(reasons: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Reasons, which follow the field's name elsewhere, as sentences of their own."""
    return {field: [_sentence(reason) for reason in found] for field, found in reasons.items()}


def install(blueprint: Blueprint) -> None:
    """Turn what endpoints raise into answers."""
    blueprint.register_error_handler(ApiError, _answer)
    blueprint.register_error_handler(Invalid, _invalid)
    blueprint.register_error_handler(InvalidEntries, _invalid_entries)
    blueprint.register_error_handler(RateLimitExceeded, _throttled)


def _answer(error: ApiError) -> Response:
    return json_answer(error.body, error.status, error.headers)


def _invalid(error: Invalid) -> Response:
    return json_answer(sentences(error.errors), 400)


def _invalid_entries(error: InvalidEntries) -> Response:
    return json_answer([sentences(entry) for entry in error.entries], 400)


def _throttled(_error: RateLimitExceeded) -> Response:
    seconds = seconds_throttled()
    text = f"Request was throttled. Expected available in {seconds} second{'' if seconds == 1 else 's'}."
    return json_answer({"detail": text}, 429, {"Retry-After": str(seconds)})


def _sentence(reason: str) -> str:
    if reason == "is missing":
        return "This field is required."
    return f"This field {reason}." if reason[:1].islower() else reason
