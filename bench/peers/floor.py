"""Peer (c), the floor: bare WSGI, the driver, SQL by hand, msgspec. No framework, no token, no limiter.

A page is its keys first, from the narrow index, then one statement a table; small reference rows are kept
encoded and read anew when the database says that one of them has changed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

import msgspec

from bench.peers import floor_references, floor_sql
from bench.peers.floor_values import Raw, fixed

LARGEST_LIMIT = 200
ORDERS = "orders.spans"
"""The counters whose sum is the number of orders."""
Row = Sequence[Any]

database = floor_sql.connect(os.environ["DATABASE_URL"])
_encoder = msgspec.json.Encoder()
_fixed = lru_cache(maxsize=65_536)(fixed)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answers the three lists; anything else is a KeyError."""
    given = dict(parse_qsl(environ["QUERY_STRING"]))
    count, results = LISTS[environ["PATH_INFO"]](given, *_page_of(given))
    answer = {"count": count, **_neighbours(environ, given, count), "results": results}
    body = _encoder.encode(answer)
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def _page_of(given: dict[str, str]) -> tuple[int, int]:
    return int(given.get("page", 1)), min(int(given.get("limit", 10)), LARGEST_LIMIT)


def _neighbours(environ: dict[str, Any], given: dict[str, str], count: int) -> dict[str, str | None]:
    page, limit = _page_of(given)
    base = f"http://{environ['HTTP_HOST']}{environ['PATH_INFO']}"
    return {
        "next": _address(base, given, page + 1) if page * limit < count else None,
        "previous": _address(base, given, page - 1) if page > 1 else None,
    }


def _address(base: str, given: dict[str, str], page: int) -> str:
    kept = {name: value for name, value in given.items() if name != "page"}
    if page > 1:
        kept["page"] = str(page)
    return f"{base}?{urlencode(sorted(kept.items()))}" if kept else base


def _orders(_given: dict[str, str], page: int, limit: int) -> tuple[int, list[Any]]:
    sums, keys = database.sums(), database.order_keys(page, limit)
    rows = database.rows("orders", keys)
    items = database.rows("order_items", keys)
    addresses = database.rows("addresses", list({key for row in rows for key in row[3:5] if key}))
    customers = database.rows(
        "customers", list({row[2] for row in rows if row[2]} | {row[1] for row in addresses})
    )
    known = floor_references.current(database, sums, {row[1] for row in items})
    of_customer = {row[0]: _encoded(_customer(row)) for row in customers}
    of_address = {row[0]: _encoded(_address_of(row, known, of_customer)) for row in addresses}
    of_order: dict[int, list[Any]] = {key: [] for key in keys}
    for row in items:
        of_order[row[-1]].append(_item(row, known))
    return sums[ORDERS], [_order(row, of_order[row[0]], known, of_customer, of_address) for row in rows]


def _encoded(value: Any) -> Raw:
    return Raw(_encoder.encode(value))


def _order(
    row: Row,
    items: list[Any],
    known: floor_references.References,
    customers: dict[int, Raw],
    addresses: dict[int, Raw],
) -> dict[str, Any]:
    return {
        "id": row[0],
        "state": known.order_states[row[1]],
        "commands": [],
        "orderitem_set": items,
        "customer": customers.get(row[2]),
        "shipping_address": addresses.get(row[3]),
        "billing_address": addresses.get(row[4]),
        "channel": known.channels[row[5]],
        "payment_type": row[6],
        "retail_store": row[7],
        "delivery_range": row[8],
        "client_type": row[9],
        "delivery_type": row[10],
        "created_date": row[11],
        "modified_date": row[12],
        "omnitron_id": row[13],
        "number": row[14],
        "date_placed": row[15],
        "tracking_number": row[16],
        "has_gift_box": bool(row[17]),
        "gift_box_note": row[18],
        "notes": row[19],
        "segment": row[20],
        "cargo_company": row[21],
    }


def _item(row: Row, known: floor_references.References) -> dict[str, Any]:
    return {
        "id": row[0],
        "state": known.item_states[row[2]],
        "product": known.products[row[1]],
        "created_date": row[3],
        "modified_date": row[4],
        "omnitron_id": row[5],
        "net_amount": _fixed(row[6]),
        "price": _fixed(row[7]),
        "price_currency": row[8],
        "retail_price": _fixed(row[9]),
        "tax_rate": _fixed(row[10]),
        "tax_amount": _fixed(row[11]),
        "discount_amount": _fixed(row[12]),
        "without_net_amount": _fixed(row[13]),
        "installment_interest_amount": _fixed(row[14]),
        "attributes": Raw(row[15].encode()),
        "attributes_kwargs": Raw(row[16].encode()),
        "image": row[17],
        "price_list": known.price_lists.get(row[18]),
        "stock_list": known.stock_lists.get(row[19]),
        "extra_field": Raw(row[20].encode()) if row[20] else None,
        "parent_omnitron_id": row[21],
        "order": row[22],
    }


def _customer(row: Row) -> dict[str, Any]:
    return {
        "email": row[1],
        "first_name": row[2],
        "last_name": row[3],
        "phone_number": row[4],
        "erp_code": row[5],
        "pk": row[0],
        "channel": row[6],
    }


def _address_of(row: Row, known: floor_references.References, customers: dict[int, Raw]) -> dict[str, Any]:
    return {
        "id": row[0],
        "city": known.cities.get(row[2]),
        "country": known.countries.get(row[3]),
        "township": known.townships.get(row[4]),
        "district": known.districts.get(row[5]),
        "customer": customers[row[1]],
        "address_type": row[6],
        "created_date": row[7],
        "modified_date": row[8],
        "omnitron_id": row[9],
        "mapping": row[10],
        "title": row[11],
        "is_active": bool(row[12]),
        "line": row[13],
        "postcode": row[14],
        "notes": row[15],
        "email": row[16],
        "phone_number": row[17],
        "first_name": row[18],
        "last_name": row[19],
        "company_name": row[20],
        "tax_office": row[21],
        "tax_no": row[22],
        "e_bill_taxpayer": bool(row[23]),
    }


def _short_orders(_given: dict[str, str], page: int, limit: int) -> tuple[int, list[Any]]:
    count, keys = database.sums()[ORDERS], database.order_keys(page, limit)
    sums = {row[0]: row for row in database.rows("item_sums", keys)}
    return count, [_short_order(row, sums[row[0]]) for row in database.rows("short_orders", keys)]


def _short_order(row: Row, sums: Row) -> dict[str, Any]:
    return {
        "id": row[0],
        "omnitron_id": row[1],
        "number": row[2],
        "state": row[3],
        "channel": row[4],
        "customer": row[5],
        "shipping_address": row[6],
        "billing_address": row[7],
        "payment_type": row[8],
        "delivery_type": row[9],
        "client_type": row[10],
        "cargo_company": row[11],
        "tracking_number": row[12],
        "date_placed": row[13],
        "created_date": row[14],
        "modified_date": row[15],
        "order_item_count": sums[1],
        "net_amount": _fixed(sums[2]),
    }


def _stock_info(given: dict[str, str], page: int, limit: int) -> tuple[int, list[Any]]:
    count, rows = database.stock_log(given["order_number"], given["erp_code"], page, limit)
    return count, [_log_entry(row) for row in rows]


def _log_entry(row: Row) -> dict[str, Any]:
    return {
        "date": row[0],
        "order_item": {"pk": row[1], "sku": row[2], "omnitron_id": row[3], "order_number": row[4]},
        "stock_data": {
            "quantity": _fixed(row[5]),
            "unit_type": row[6],
            "stock_count": _fixed(row[7]),
            "reservation_count": _fixed(row[8]),
        },
    }


LISTS: dict[str, Callable[[dict[str, str], int, int], tuple[int, list[Any]]]] = {
    "/api/v1/oms/orders/": _orders,
    "/api/v1/oms/orders/short/": _short_orders,
    "/api/v1/oms/order-stock-info/": _stock_info,
}
