"""Pages of lists: what may be asked for, and the envelope they come in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode

from flask import request
from msgspec import Meta, Struct

from app.api.errors import detail
from app.config import settings

DEFAULT_LIMIT = 10
LARGEST_LIMIT = 200
_Shape = TypeVar("_Shape")
Row = TypeVar("Row")

_Page = Annotated[int, Meta(ge=1, description="From 1; a page past the end is 404.")]
_Limit = Annotated[
    int, Meta(ge=1, description=f"Rows a page; more than {LARGEST_LIMIT} is taken as {LARGEST_LIMIT}.")
]


class ListQuery(Struct, kw_only=True, frozen=True):
    """What every list understands. `page_size` is another name of `limit`."""

    page: _Page = 1
    limit: _Limit = DEFAULT_LIMIT
    page_size: _Limit | None = None

    @property
    def size(self) -> int:
        """Rows a page, never more than the largest."""
        return min(self.page_size or self.limit, LARGEST_LIMIT)

    @property
    def offset(self) -> int:
        """How many rows come before the page."""
        return (self.page - 1) * self.size


class Page(Struct, Generic[_Shape], frozen=True):
    """One page of a list; `count` is the exact number of all rows."""

    count: int
    next: str | None
    previous: str | None
    results: list[_Shape]


def page(
    query: ListQuery, count: int, rows: Callable[[int, int], Sequence[Row]], shape: Callable[[Row], Any]
) -> Page[Any]:
    """The page that was asked for. `rows` is called with offset and limit, `shape` with each of its rows.

    Raises ApiError 404 for a page past the end; the first page of an empty list is there.
    """
    check(query, count)
    found = rows(query.offset, query.size) if count else ()
    return envelope(query, count, [shape(row) for row in found])


def check(query: ListQuery, count: int) -> None:
    """Raises ApiError 404 when a list of `count` rows has no such page."""
    if query.page > 1 and query.offset >= count:
        raise detail(404, "Invalid page.")


def envelope(query: ListQuery, count: int, results: list[Any]) -> Page[Any]:
    """The rows of the page with the addresses of those beside it."""
    is_last = query.offset + query.size >= count
    return Page(
        count=count,
        next=None if is_last else _address(query.page + 1),
        previous=None if query.page == 1 else _address(query.page - 1),
        results=results,
    )


def _address(page: int) -> str:
    """This request's absolute address with another page; as with the vendor, the first has no number."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "page"]
    if page > 1:
        kept.append(("page", str(page)))
    query = urlencode(sorted(kept))
    return f"{_site()}{request.path}?{query}" if query else f"{_site()}{request.path}"


def _site() -> str:
    """PUBLIC_URL, or the host that was asked, which is one we trust or the request would not be here."""
    return (settings().public_url or f"{request.scheme}://{request.host}").rstrip("/")
