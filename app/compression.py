"""Pages and JSON are sent compressed to whoever can read that. Static files have copies made beforehand."""

from __future__ import annotations

import gzip

from flask import Flask, Response, request

SMALLEST_BYTES = 1_000  # below, the headers outweigh the gain
LEVEL = 5  # a page of 80 kB takes about a millisecond; the higher levels gain a few per cent
COMPRESSED_TYPES = {"text/html", "text/csv", "text/plain", "application/json"}


def install(app: Flask) -> None:
    """Compress every answer that is text, long enough and not streamed."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if response.mimetype not in COMPRESSED_TYPES:
        return response
    response.vary.add("Accept-Encoding")
    if not _is_worth_it(response) or not request.accept_encodings["gzip"]:
        return response
    response.set_data(gzip.compress(response.get_data(), LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    return response


def _is_worth_it(response: Response) -> bool:
    if response.is_streamed or response.direct_passthrough or response.status_code != 200:
        return False
    return "Content-Encoding" not in response.headers and len(response.get_data()) >= SMALLEST_BYTES
