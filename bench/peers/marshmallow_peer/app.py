"""The Flask application: token and throttle before each request, one view a list, newest first."""

import os
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import pysqlite3
from flask import Flask, Response, abort, g, jsonify, request
from flask_limiter import Limiter
from marshmallow import Schema
from sqlalchemy import Select, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import joinedload, selectinload

from bench.peers.marshmallow_peer import schemas
from bench.peers.marshmallow_peer.models import (
    Address,
    Order,
    OrderItem,
    Product,
    StockLocation,
    StockLogEntry,
    Token,
    User,
    db,
)

LARGEST_LIMIT = 200
ORDER, SHORT_ORDER, STOCK_LOG_ENTRY = schemas.Order(), schemas.ShortOrder(), schemas.StockLogEntry()


def _engine(url: str) -> tuple[str, dict[str, Any]]:
    if url.startswith("sqlite"):
        return url, {"module": pysqlite3.dbapi2}
    address = make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    options = {"options": "-c timezone=UTC"}
    return address, {"isolation_level": "AUTOCOMMIT", "connect_args": options}


app = Flask(__name__)
app.json.sort_keys = False  # type: ignore[attr-defined]
app.config["SQLALCHEMY_DATABASE_URI"], app.config["SQLALCHEMY_ENGINE_OPTIONS"] = _engine(
    os.environ["DATABASE_URL"]
)
db.init_app(app)


def _authenticate() -> None:
    """One statement: the token with its user."""
    kind, _, key = request.headers.get("Authorization", "").partition(" ")
    now = datetime.now(UTC)
    if db.engine.dialect.name == "sqlite":
        now = now.replace(tzinfo=None)
    found = select(Token).join(Token.user).options(joinedload(Token.user))
    found = found.where(
        Token.digest == sha256(key.encode()).hexdigest(),
        Token.revoked_date.is_(None),
        Token.expires_date.is_(None) | (Token.expires_date > now),
        User.is_active,
    )
    g.token = db.session.execute(found).scalar_one_or_none() if kind == "Token" else None
    if g.token is None:
        abort(401)


app.before_request(_authenticate)
# Bound after it: the limit counts requests of a token.
limiter = Limiter(lambda: str(g.token.id), app=app, default_limits=["100000/second"], storage_uri="memory://")


def _address_parts(of: Any) -> Any:
    places = (Address.customer, Address.country, Address.city, Address.township, Address.district)
    return selectinload(of).options(*(selectinload(place) for place in places))


ORDER_PARTS = (
    selectinload(Order.state),
    selectinload(Order.customer),
    selectinload(Order.channel),
    _address_parts(Order.shipping_address),
    _address_parts(Order.billing_address),
    selectinload(Order.items).options(
        selectinload(OrderItem.state),
        selectinload(OrderItem.price_list),
        selectinload(OrderItem.stock_list),
        selectinload(OrderItem.product).selectinload(Product.images),
    ),
)


@app.get("/api/v1/oms/orders/")
def orders() -> Response:
    return _page(select(Order).options(*ORDER_PARTS).order_by(Order.id.desc()), ORDER)


@app.get("/api/v1/oms/orders/short/")
def short_orders() -> Response:
    return _page(select(Order).order_by(Order.id.desc()), SHORT_ORDER, _count_items)


@app.get("/api/v1/oms/order-stock-info/")
def stock_info() -> Response:
    found = (
        select(StockLogEntry)
        .options(selectinload(StockLogEntry.order_item), selectinload(StockLogEntry.product))
        .order_by(StockLogEntry.date.desc(), StockLogEntry.id.desc())
    )
    if "order_number" in request.args:
        found = found.where(StockLogEntry.order_number == request.args["order_number"])
    if "erp_code" in request.args:
        place = StockLocation.erp_code == request.args["erp_code"]
        found = found.join(StockLogEntry.stock_location).where(place)
    return _page(found, STOCK_LOG_ENTRY)


def _count_items(found: list[Order]) -> None:
    """The number and the sum of the items of the orders on the page."""
    keys = [order.id for order in found]
    sums = select(OrderItem.order_id, func.count(), func.sum(OrderItem.net_amount))
    rows = db.session.execute(sums.where(OrderItem.order_id.in_(keys)).group_by(OrderItem.order_id))
    by_order = {order_id: (count, amount) for order_id, count, amount in rows}
    for order in found:
        order.order_item_count, order.net_amount = by_order.get(order.id, (0, None))


def _page(statement: Select[Any], schema: Schema, prepare: Any = None) -> Response:
    page = request.args.get("page", 1, type=int)
    limit = min(request.args.get("limit", 10, type=int), LARGEST_LIMIT)
    found = db.paginate(statement, page=page, per_page=limit)
    if prepare is not None:
        prepare(found.items)
    return jsonify(
        {
            "count": found.total,
            "next": _address(found.next_num),
            "previous": _address(found.prev_num),
            "results": schema.dump(found.items, many=True),
        }
    )


def _address(page: int | None) -> str | None:
    if page is None:
        return None
    given = {**request.args.to_dict(), "page": str(page)}
    if page == 1:
        del given["page"]
    query = urlencode(sorted(given.items()))
    return f"{request.base_url}?{query}" if query else request.base_url
