"""Links within a page's own address: the same list, filtered, sorted or paged differently."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from flask import Flask, g, request

PAGE = "page"
PAGES_AROUND = 1  # shown on each side of the present one


def url_with(**changes: object) -> str:
    """This page's address with some query parameters changed.

    None and "" remove a parameter, a list gives it several values. Whatever changes, the first page is shown,
    unless `page` itself is given.
    """
    query = dict(_given())
    for name, value in changes.items():
        query[name] = [str(one) for one in _several(value)]
    return _address(query)


def url_without(name: str, value: object = None) -> str:
    """This page's address without a parameter, or without that one of its values: a chip's cross."""
    kept = [one for one in request.args.getlist(name) if value is not None and one != str(value)]
    return url_with(**{name: kept})


def kept_parameters(replaced: Iterable[str]) -> list[tuple[str, str]]:
    """The query parameters that a filter form has no field for, so that it can send them along."""
    dropped = {PAGE, *replaced}
    return [(name, value) for name, value in request.args.items(multi=True) if name not in dropped]


def page_numbers(current: int, last: int) -> list[int | None]:
    """The numbers a pager shows: the ends and what is near, with None for what is left out."""
    near = range(current - PAGES_AROUND, current + PAGES_AROUND + 1)
    found: list[int | None] = []
    before = 0
    for number in sorted({1, last, *near} & set(range(1, last + 1))):
        if number - before == 2:
            found.append(number - 1)
        elif number - before > 2:
            found.append(None)
        found.append(number)
        before = number
    return found


def register(app: Flask) -> None:
    """Make them known to the templates."""
    app.jinja_env.globals.update(
        url_with=url_with,
        url_without=url_without,
        kept_parameters=kept_parameters,
        page_numbers=page_numbers,
    )


def _given() -> dict[str, list[str]]:
    """What the address says, without the page. Rows ask for it, so it is read once a request."""
    known: dict[str, list[str]] | None = g.get("_given_parameters")
    if known is None:
        names = (name for name in request.args if name != PAGE)
        known = g._given_parameters = {
            name: [one for one in request.args.getlist(name) if one] for name in names
        }
    return known


def _several(value: object) -> Iterable[object]:
    if value is None or value == "":
        return ()
    return value if isinstance(value, list | tuple | set) else (value,)


def _address(query: dict[str, list[str]]) -> str:
    encoded = urlencode({name: values for name, values in query.items() if values}, doseq=True)
    return f"{request.path}?{encoded}" if encoded else request.path
