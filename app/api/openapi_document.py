"""Where the OpenAPI document is."""

from __future__ import annotations

from typing import Any

from app.api import openapi
from app.api.endpoints import endpoint


@endpoint("GET", "/api/v1/openapi.json", tag="reference", answers=dict[str, Any], is_open=True)
def show_document() -> dict[str, Any]:
    """This document."""
    return openapi.document()
