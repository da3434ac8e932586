"""The page on which the API is read and tried out: Swagger UI over the OpenAPI document. Open to all."""

from __future__ import annotations

from flask import Blueprint, render_template

blueprint = Blueprint("api_docs", __name__)


@blueprint.get("/api/docs/", strict_slashes=False)
def show() -> str:
    """The page; its script fetches the document and sends the pasted token with what is tried out."""
    return render_template("api_docs/page.html")
