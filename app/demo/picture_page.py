"""Serves the product pictures of the demo world: drawn when asked for, never changing, open to all."""

from flask import Blueprint, Response, abort

from app.demo.pictures import find_picture

pictures = Blueprint("pictures", __name__)

# A picture's name says all that goes into it, so a browser never has to ask twice.
_CACHE_CONTROL = "public, max-age=31536000, immutable"


@pictures.get("/pictures/<name>.svg")
def show_picture(name: str) -> Response:
    """The drawn picture of a model in a colour, e.g. `/pictures/ts-crew-wht.svg`; no sign-in needed."""
    drawing = find_picture(name)
    if drawing is None:
        abort(404)
    response = Response(drawing, mimetype="image/svg+xml")
    response.headers["Cache-Control"] = _CACHE_CONTROL
    # Opened on its own an SVG is a document; it needs nothing, so nothing is allowed in it.
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
