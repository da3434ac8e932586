"""A stand-in for Omnitron: the part of its API that Stocktrace asks, over HTTP, with switches for trouble.

It answers what the team's HTTP contract says of the upstream, and nothing else.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask, Response, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as Redirect

from app.demo import demo_file, omnitron_orders
from app.demo.demo_file import DemoFile
from app.demo.omnitron_book import Json, MappedOtherwise, OrderBook
from app.demo.omnitron_faults import Faults

USERNAME, PASSWORD = "omnitron", "stocktrace"
PROJECT = Path(__file__).resolve().parent.parent.parent
MOST_ROWS = 200


def make_app(demo: DemoFile) -> Flask:
    """The stand-in of a demo, with the orders that the demo has not pulled yet."""
    book = OrderBook(omnitron_orders.ITEMS_PULLED_BEFORE)
    omnitron_orders.fill(book, demo)
    return app_of(book, Faults(demo.seed))


def app_of(book: OrderBook, faults: Faults, token: str = demo_file.OMNITRON_TOKEN) -> Flask:
    """The stand-in over these orders."""
    folders = {"template_folder": str(PROJECT / "templates"), "static_folder": str(PROJECT / "static")}
    app = Flask("omnitron", **folders)  # type: ignore[arg-type]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.before_request(partial(_check_token, token))
    faults.install(app)
    _add_api(app, book, faults, token)
    _add_page(app, book, faults)
    return app


def _add_api(app: Flask, book: OrderBook, faults: Faults, token: str) -> None:
    @app.post("/api/i1/auth/login/")
    def sign_in() -> Any:
        who = request.get_json(silent=True) or {}
        if (who.get("username"), who.get("password")) != (USERNAME, PASSWORD):
            said = "Unable to log in with provided credentials."
            return jsonify({"non_field_errors": [said]}), 400
        return jsonify({"key": token})

    @app.get("/api/i1/orders/")
    def list_orders() -> Any:
        if "number" in request.args:
            return jsonify(_envelope(book.of_number(request.args["number"])))
        faults.shift(book)
        page = max(1, request.args.get("page", 1, int))
        limit = min(max(1, request.args.get("limit", 10, int)), MOST_ROWS)
        rows, total = book.changed_since(request.args.get("modified_date__gte", ""), page, limit)
        return jsonify(_envelope(faults.repeat(rows), total, page if page * limit < total else None))

    @app.get("/api/i1/orders_integration/<int:pk>/detailed_integration/")
    def show_order(pk: int) -> Any:
        return _found(book.find(pk))

    @app.post("/api/i1/order_items/<int:pk>/create_mapping/")
    def map_item(pk: int) -> Any:
        code = (request.get_json(silent=True) or {}).get("code")
        if not isinstance(code, str) or not code:
            return jsonify({"code": ["This field is required."]}), 400
        try:
            return _found(book.map_item(pk, code))
        except MappedOtherwise:
            return jsonify({"non_field_errors": ["This order item has another mapping."]}), 400


def _add_page(app: Flask, book: OrderBook, faults: Faults) -> None:
    @app.get("/")
    def show_switches() -> str:
        counts = {"orders": len(book.numbers()), "requests": faults.requests}
        return render_template(
            "demo/omnitron.html", switches=faults.switches, counts=counts, mappings=book.mappings()[:20]
        )

    @app.post("/switches/")
    def set_switches() -> Redirect | tuple[Response, int]:
        """From the page's form (percent) or as JSON (shares)."""
        try:
            faults.switches = faults.switches.changed(_wanted())
        except (TypeError, ValueError) as error:
            return jsonify({"detail": str(error)}), 400
        return redirect("/", 303)


def _wanted() -> dict[str, float]:
    if request.is_json:
        return dict(request.get_json())
    return {
        name: float(value) / (1 if name in ("retry_after", "slow_seconds") else 100)
        for name, value in request.form.items()
    }


def _check_token(token: str) -> Any:
    if not request.path.startswith("/api/") or request.path.startswith("/api/i1/auth/"):
        return None
    if request.headers.get("Authorization") == f"Token {token}":
        return None
    return jsonify({"detail": "Invalid token."}), 401


def _found(found: Json | None) -> Any:
    return jsonify(found) if found is not None else (jsonify({"detail": "Not found."}), 404)


def _envelope(rows: list[Json], total: int | None = None, next_after: int | None = None) -> Json:
    following = f"{request.base_url}?page={next_after + 1}" if next_after else None
    return {
        "count": len(rows) if total is None else total,
        "next": following,
        "previous": None,
        "results": rows,
    }
