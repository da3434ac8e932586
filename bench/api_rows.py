"""The large tables of the API's bench as INSERT … SELECT: row i follows from i alone, on either database.

N orders by turns of 2 and 3 items, N/3 customers, N/2 addresses, one attempt and ten stock-log rows an order,
and one hot order whose further attempts saw its items at one location again and again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from textwrap import dedent

PRODUCTS = 5_000
CITIES, TOWNSHIPS, DISTRICTS = 80, 400, 2_000
CHANNELS, CARGO_COMPANIES, LISTS, STOCK_LOCATIONS = 4, 5, 3, 60
HOT_ORDER, HOT_LOCATION, HOT_ATTEMPTS = 1, 1, 1_000
"""Order 1 has two items, which no ordinary row sees at location 1: two hot rows an attempt."""

FIRST_NUMBER = 2_291_000_000
FIRST_SECOND = 1_767_225_600  # 2026-01-01T00:00:00Z
SECONDS_BETWEEN_ORDERS = 20


@dataclass(frozen=True, slots=True)
class Dialect:
    """What the two databases write differently. `instant` is called with seconds and microseconds."""

    instant: Callable[[str, str], str]
    some_bytes: str


DIALECTS = {
    "sqlite": Dialect(
        lambda seconds, micros: (
            f"strftime('%Y-%m-%d %H:%M:%S.', {seconds}, 'unixepoch') || substr('00000' || ({micros}), -6)"
        ),
        "x'00'",
    ),
    "postgresql": Dialect(
        lambda seconds, micros: f"to_timestamp({seconds}) + ({micros}) * interval '1 microsecond'",
        r"'\x00'::bytea",
    ),
}

TABLES = (
    "customers",
    "addresses",
    "orders",
    "order_items",
    "execution_plans",
    "plan_attempts",
    "stock_log_entries",
)
"""What is filled here, in the order of their foreign keys."""


def order_number(order_id: int) -> str:
    """The number of that order."""
    return str(FIRST_NUMBER + order_id)


def erp_code(location_id: int) -> str:
    """The code of that location."""
    return f"ST-{location_id:03}"


def statements(dialect_name: str, orders: int) -> Iterator[str]:
    """One INSERT after another for `orders` orders; the small tables are filled before."""
    dialect = DIALECTS[dialect_name]
    customers, addresses = orders // 3 + 1, orders // 2 + 1
    yield _customers(dialect, customers)
    yield _addresses(dialect, addresses, customers)
    yield _orders(dialect, orders, addresses, customers)
    yield _order_items(dialect, orders * 5 // 2)
    yield _plans(dialect, orders)
    yield _attempts(dialect, orders)
    yield _hot_attempts(dialect, orders)
    yield _stock_log(dialect, orders * 10)
    yield _hot_stock_log(dialect, orders)


def _insert(table: str, columns: str, rows: int, values: str) -> str:
    """`values` are expressions of i, which runs from 1 to `rows`."""
    return dedent(
        f"""
        INSERT INTO {table} ({columns})
        WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < {rows})
        SELECT {values} FROM n
        """
    )


def _moment(dialect: Dialect, order: str, later: int = 0) -> str:
    """An instant of that order, `later` seconds after it was placed; its microseconds are never all zero."""
    seconds = f"{FIRST_SECOND + later} + ({order}) * {SECONDS_BETWEEN_ORDERS}"
    return dialect.instant(seconds, f"(({order}) * 7919 + {later}) % 999983 + 1")


def _order_of_item(item: str) -> str:
    """Five items go to two orders: two to the odd one, three to the even one."""
    return f"(({item}) - 1) / 5 * 2 + CASE WHEN (({item}) - 1) % 5 < 2 THEN 1 ELSE 2 END"


def _product_of_item(item: str) -> str:
    return f"(({item}) * 37) % {PRODUCTS} + 1"


def _customers(dialect: Dialect, customers: int) -> str:
    made = _moment(dialect, "i")
    return _insert(
        "customers",
        "id, channel_id, omnitron_id, email, first_name, last_name, phone_number, erp_code, search_name, "
        "created_date, modified_date",
        customers,
        f"""i, i % {CHANNELS} + 1, 40000 + i, 'customer' || i || '@example.com',
        CASE i % 4 WHEN 0 THEN 'Ayşe' WHEN 1 THEN 'John' WHEN 2 THEN 'Giulia' ELSE 'Mehmet' END,
        CASE i % 3 WHEN 0 THEN 'Yılmaz' WHEN 1 THEN 'Doe' ELSE 'Rossi' END || i,
        CASE WHEN i % 2 = 0 THEN '+90555' || (1000000 + i) END, NULL, 'customer ' || i, {made}, {made}""",
    )


def _addresses(dialect: Dialect, addresses: int, customers: int) -> str:
    district, made = f"i % {DISTRICTS}", _moment(dialect, "i")
    return _insert(
        "addresses",
        "id, customer_id, country_id, city_id, township_id, district_id, address_type, omnitron_id, mapping, "
        "title, is_active, line, postcode, notes, email, phone_number, first_name, last_name, company_name, "
        "tax_office, tax_no, e_bill_taxpayer, created_date, modified_date",
        addresses,
        f"""i, (i - 1) % {customers} + 1, 1, {district} % {TOWNSHIPS} % {CITIES} + 1,
        {district} % {TOWNSHIPS} + 1, CASE WHEN i % 10 > 0 THEN {district} + 1 END, 'customer', 90000 + i,
        NULL, 'Home', TRUE, 'Viale Edoardo Jenner ' || i, '06290', NULL, 'customer' || i || '@example.com',
        '+90 555XXX0000', 'John', 'Doe' || i, '', '', '', FALSE, {made}, {_moment(dialect, "i", 3)}""",
    )


def _orders(dialect: Dialect, orders: int, addresses: int, customers: int) -> str:
    """Every second order is billed to another address of the same customer, where there is one."""
    shipping = f"(i * 13) % {addresses} + 1"
    other = (
        f"CASE WHEN i % 2 = 1 THEN {shipping} WHEN {shipping} + {customers} <= {addresses} "
        f"THEN {shipping} + {customers} WHEN {shipping} > {customers} THEN {shipping} - {customers} "
        f"ELSE {shipping} END"
    )
    return _insert(
        "orders",
        "id, omnitron_id, number, state, channel_id, customer_id, shipping_address_id, billing_address_id, "
        "cargo_company_id, payment_type, delivery_type, client_type, retail_store, delivery_range, segment, "
        "date_placed, tracking_number, has_gift_box, gift_box_note, notes, currency, amount, "
        "shipping_amount, discount_amount, created_date, modified_date",
        orders,
        f"""i, 50000 + i, CAST({FIRST_NUMBER} + i AS VARCHAR(100)),
        CASE i % 5 WHEN 0 THEN '400' WHEN 1 THEN '450' WHEN 2 THEN '500' WHEN 3 THEN '550' ELSE '100' END,
        i % {CHANNELS} + 1, ({shipping} - 1) % {customers} + 1, {shipping}, {other},
        CASE WHEN i % 3 > 0 THEN i % {CARGO_COMPANIES} + 1 END,
        CASE i % 3 WHEN 0 THEN 'credit_card' WHEN 1 THEN 'cash_on_delivery' ELSE 'funds_transfer' END,
        CASE i % 2 WHEN 0 THEN 'standard' ELSE 'same_day' END, 'default', NULL, NULL, NULL,
        {_moment(dialect, "i")}, CASE WHEN i % 3 > 0 THEN 'TR' || i END, i % 20 = 0,
        CASE WHEN i % 20 = 0 THEN 'With love' END, NULL, 'try', 25000 + i % 900 * 100, 0, 0,
        {_moment(dialect, "i", 1)}, {_moment(dialect, "i", 600)}""",
    )


def _order_items(dialect: Dialect, items: int) -> str:
    order = _order_of_item("i")
    made = _moment(dialect, order, 2)
    return _insert(
        "order_items",
        "id, omnitron_id, order_id, product_id, state, quantity, net_amount, price, price_currency, "
        "retail_price, tax_rate, tax_amount, discount_amount, without_net_amount, "
        "installment_interest_amount, attributes, attributes_kwargs, image, price_list_id, stock_list_id, "
        "extra_field, parent_omnitron_id, created_date, modified_date",
        items,
        f"""i, 70000 + i, {order}, {_product_of_item("i")},
        CASE i % 4 WHEN 0 THEN '400' WHEN 1 THEN '500' WHEN 2 THEN '550' ELSE '425' END, 100,
        12500 + i % 700 * 99, 25000 + i % 700 * 99, 'try', 100000, CASE WHEN i % 2 = 0 THEN 800 ELSE 1800 END,
        NULL, 12500, NULL, NULL, '{{}}', '{{}}', NULL, i % {LISTS} + 1, i % {LISTS} + 1,
        '{{"price_extra_field": {{}}, "stock_extra_field": {{}}}}', NULL, {made}, {made}""",
    )


def _plans(dialect: Dialect, orders: int) -> str:
    made = _moment(dialect, "i", 3)
    columns = "id, order_id, state, created_date, modified_date"
    return _insert("execution_plans", columns, orders, f"i, i, 'completed', {made}, {made}")


_ATTEMPT_COLUMNS = "id, plan_id, number, attempted_date, trigger, record_version, record"


def _attempts(dialect: Dialect, orders: int) -> str:
    values = f"i, i, 1, {_moment(dialect, 'i', 3)}, 'order', 1, {dialect.some_bytes}"
    return _insert("plan_attempts", _ATTEMPT_COLUMNS, orders, values)


def _hot_attempts(dialect: Dialect, orders: int) -> str:
    when = _moment(dialect, f"{HOT_ORDER} + i", 4)
    values = f"{orders} + i, {HOT_ORDER}, i + 1, {when}, 'replan', 1, {dialect.some_bytes}"
    return _insert("plan_attempts", _ATTEMPT_COLUMNS, HOT_ATTEMPTS, values)


_LOG_COLUMNS = (
    "id, attempt_id, order_id, order_number, order_item_id, stock_location_id, product_id, date, "
    "stock_count, reservation_count, quantity, unit_type"
)


def _stock_log(dialect: Dialect, rows: int) -> str:
    """Each item was seen at four neighbouring locations."""
    item = "(i - 1) / 4 + 1"
    order, stock, reserved = _order_of_item(item), "i % 7 * 100", "i % 5 * 100"
    return _insert(
        "stock_log_entries",
        _LOG_COLUMNS,
        rows,
        f"""i, {order}, {order}, CAST({FIRST_NUMBER} + {order} AS VARCHAR(100)), {item},
        (i + 3) % {STOCK_LOCATIONS} + 1, {_product_of_item(item)}, {_moment(dialect, order, 3)},
        {stock}, {reserved}, {stock} - {reserved}, 'quantity'""",
    )


def _hot_stock_log(dialect: Dialect, orders: int) -> str:
    """Both items of the hot order at one location, once an attempt."""
    attempt, item = "((i - 1) / 2 + 1)", "((i - 1) % 2 + 1)"
    stock, reserved = "i % 7 * 100", "i % 11 * 100"
    return _insert(
        "stock_log_entries",
        _LOG_COLUMNS,
        2 * HOT_ATTEMPTS,
        f"""{orders * 10} + i, {orders} + {attempt}, {HOT_ORDER}, '{order_number(HOT_ORDER)}', {item},
        {HOT_LOCATION}, {_product_of_item(item)}, {_moment(dialect, f"{HOT_ORDER} + {attempt}", 4)},
        {stock}, {reserved}, {stock} - {reserved}, 'quantity'""",
    )
