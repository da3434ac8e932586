"""The search box of every page: its results, what it suggests while one types, and the way to an order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.queries import search
from app.queries.search import Hit
from app.web.access import is_desk, own_locations

blueprint = Blueprint("search", __name__)

SUGGESTED, SHOWN = 5, 20
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """A hit with its page. `kind` is that of its state."""

    hit: Hit
    url: str
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Hits of one kind; `more_url` is the list that has all of them, where there are more."""

    name: str
    icon: str
    entries: list[Entry]
    more_url: str | None = None


@blueprint.get("/search/", strict_slashes=False)
def show() -> Response | str:
    """What was found, by kind; the order itself where its whole number was typed."""
    text = _text()
    exact = search.exact_orders(text, own_locations()) if text else []
    if len(exact) == 1:
        return redirect(url_for("orders.show", order_id=exact[0]), 303)
    return render_template(
        "search/page.html", text=text, groups=_groups(text, SHOWN), shortest=search.SHORTEST
    )


@blueprint.get("/search/suggestions")
def suggest() -> str:
    """The best of each kind, for htmx."""
    text = _text()
    return render_template("search/_suggestions.html", text=text, groups=_groups(text, SUGGESTED))


def _text() -> str:
    text = request.args.get("q", "").strip()[:LONGEST]
    return text if text.isprintable() else ""


def _groups(text: str, most: int) -> list[Group]:
    found = search.find(text, most + 1, own_locations())
    groups = [
        _group(
            gettext("Orders"), "shopping-cart", found.orders, most, _order, url_for("orders.index", q=text)
        ),
        _group(gettext("Packages"), "package", found.packages, most, _package),
        _group(
            gettext("Customers"), "user", found.customers, most, _customer, url_for("orders.index", q=text)
        ),
        _group(gettext("Products"), "tag", found.products, most, _product),
        _group(gettext("Locations"), "building-store", found.locations, most, _location),
    ]
    return [one for one in groups if one.entries]


def _group(
    name: str,
    icon: str,
    hits: list[Hit],
    most: int,
    entry: Callable[[Hit], Entry],
    more_url: str | None = None,
) -> Group:
    return Group(name, icon, [entry(one) for one in hits[:most]], more_url if len(hits) > most else None)


def _order(hit: Hit) -> Entry:
    return Entry(hit, url_for("orders.show", order_id=hit.id), "order")


def _package(hit: Hit) -> Entry:
    return Entry(hit, url_for("explanations.show", package_id=hit.id), "package")


def _customer(hit: Hit) -> Entry:
    return Entry(hit, url_for("orders.index", q=hit.name))


def _product(hit: Hit) -> Entry:
    """Orders of that SKU: a product has no page of its own."""
    return Entry(hit, url_for("orders.index", q=hit.name))


def _location(hit: Hit) -> Entry:
    endpoint = "stock_locations.show" if is_desk() else "my_location.show"
    return Entry(hit, url_for(endpoint, location_id=hit.id))
