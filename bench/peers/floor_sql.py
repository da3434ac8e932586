"""The floor's statements, with constant text, and its one connection."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

ROWS = {
    "orders": "SELECT id, state, customer_id, shipping_address_id, billing_address_id, channel_id,"
    " payment_type, retail_store, delivery_range, client_type, delivery_type, {at:created_date},"
    " {at:modified_date}, omnitron_id, number, {at:date_placed}, tracking_number, has_gift_box,"
    " gift_box_note, notes, segment, cargo_company_id FROM orders WHERE id {keys} ORDER BY id DESC",
    "order_items": "SELECT id, product_id, state, {at:created_date}, {at:modified_date}, omnitron_id,"
    " net_amount, price, price_currency, retail_price, tax_rate, tax_amount, discount_amount,"
    " without_net_amount, installment_interest_amount, {text:attributes}, {text:attributes_kwargs}, image,"
    " price_list_id, stock_list_id, {text:extra_field}, parent_omnitron_id, order_id"
    " FROM order_items WHERE order_id {keys} ORDER BY order_id, id",
    "addresses": "SELECT id, customer_id, city_id, country_id, township_id, district_id, address_type,"
    " {at:created_date}, {at:modified_date}, omnitron_id, mapping, title, is_active, line, postcode, notes,"
    " email, phone_number, first_name, last_name, company_name, tax_office, tax_no, e_bill_taxpayer"
    " FROM addresses WHERE id {keys}",
    "customers": "SELECT id, email, first_name, last_name, phone_number, erp_code, channel_id"
    " FROM customers WHERE id {keys}",
    "products": "SELECT id, {at:created_date}, {at:modified_date}, omnitron_id, name, base_code, sku,"
    " barcode, {text:attributes}, {text:attributes_kwargs}, {text:extra_attributes},"
    " {at:remote_modified_date} FROM products WHERE id {keys}",
    "product_images": "SELECT id, product_id, position, url FROM product_images WHERE product_id {keys}"
    " ORDER BY product_id, position, id",
    "item_sums": "SELECT order_id, count(*), CAST(sum(net_amount) AS BIGINT) FROM order_items"
    " WHERE order_id {keys} GROUP BY order_id",
    "short_orders": "SELECT id, omnitron_id, number, state, channel_id, customer_id, shipping_address_id,"
    " billing_address_id, payment_type, delivery_type, client_type, cargo_company_id, tracking_number,"
    " {at:date_placed}, {at:created_date}, {at:modified_date} FROM orders WHERE id {keys} ORDER BY id DESC",
}
VERSIONS = [f"{name}.version" for name in ("states", "channels", "geography", "sales_lists", "products")]
COUNTERS = ["orders.spans", *VERSIONS]
SUMS = "SELECT name, CAST(sum(n) AS BIGINT) FROM counters WHERE name {keys} GROUP BY name"
BLOCKS = (
    "SELECT block, CAST(sum(n) AS BIGINT) FROM counters WHERE name = 'orders.blocks'"
    " GROUP BY block ORDER BY block DESC"
)
BLOCK_BITS = 12
NO_BOUND = 2**62
ORDER_KEYS = "SELECT id FROM orders WHERE id < {p} ORDER BY id DESC LIMIT {p} OFFSET {p}"
LOG_COUNT = (
    "SELECT count(*) FROM stock_log_entries WHERE order_number = {p} AND stock_location_id ="
    " (SELECT id FROM stock_locations WHERE erp_code = {p})"
)
LOG_ROWS = (
    "SELECT {at:l.date}, l.order_item_id, p.sku, i.omnitron_id, l.order_number, l.quantity, l.unit_type,"
    " l.stock_count, l.reservation_count FROM stock_log_entries l"
    " JOIN order_items i ON i.id = l.order_item_id JOIN products p ON p.id = l.product_id"
    " WHERE l.order_number = {p} AND l.stock_location_id ="
    " (SELECT id FROM stock_locations WHERE erp_code = {p})"
    " ORDER BY l.date DESC, l.id DESC LIMIT {p} OFFSET {p}"
)


class Database:
    """One connection in autocommit. Statements are prepared once by the driver."""

    name: str
    mark: str
    keys: str

    def __init__(self, connection: Any) -> None:
        self._execute = connection.execute
        self._rows = {name: self.written(statement) for name, statement in ROWS.items()}
        self._log_count, self._log_rows = self.written(LOG_COUNT), self.written(LOG_ROWS)
        self._sums, self._order_keys = self.written(SUMS), self.written(ORDER_KEYS)

    def all(self, statement: str, *values: Any) -> list[Sequence[Any]]:
        """Every row of a statement."""
        found: list[Sequence[Any]] = self._execute(statement, values).fetchall()
        return found

    def rows(self, table: str, keys: list[int]) -> list[Sequence[Any]]:
        """The rows of those keys, in one statement."""
        return self.all(self._rows[table], self.array(keys))

    def sums(self) -> dict[str, int]:
        """How many orders there are, and the versions of the reference tables."""
        return {row[0]: row[1] for row in self.all(self._sums, self.array(COUNTERS))}

    def order_keys(self, page: int, limit: int) -> list[int]:
        """The ids of the page, newest first: at most a block's ids are skipped."""
        bound, skipped = self._start((page - 1) * limit)
        return [row[0] for row in self.all(self._order_keys, bound, limit, skipped)]

    def stock_log(
        self, order_number: str, erp_code: str, page: int, limit: int
    ) -> tuple[int, list[Sequence[Any]]]:
        """How many entries the order has at the location, and those of the page, newest first."""
        count = self.all(self._log_count, order_number, erp_code)[0][0]
        return count, self.all(self._log_rows, order_number, erp_code, limit, (page - 1) * limit)

    def _start(self, offset: int) -> tuple[int, int]:
        if offset:
            for block, n in self.all(BLOCKS):
                if offset < n:
                    return (block + 1) << BLOCK_BITS, offset
                offset -= n
        return NO_BOUND, offset

    def array(self, keys: list[Any]) -> Any:
        """Keys as one parameter."""
        raise NotImplementedError

    def text(self, column: str) -> str:
        """A JSON column as the text it is."""
        raise NotImplementedError

    def at(self, column: str) -> str:
        """An instant as the text of the answer."""
        raise NotImplementedError

    def written(self, statement: str, **parts: str) -> str:
        """The statement in this database's words: {keys}, {p}, {text:column}, {at:column} and `parts`."""
        return statement.format(
            keys=self.keys, p=self.mark, text=_Call(self.text), at=_Call(self.at), **parts
        )


class _Call:
    """What `{text:column}` becomes: the function called with "column"."""

    def __init__(self, function: Callable[[str], str]) -> None:
        self._function = function

    def __format__(self, column: str) -> str:
        return self._function(column)


class Sqlite(Database):
    name, mark, keys = "sqlite", "?", "IN (SELECT value FROM json_each(?))"

    def array(self, keys: list[Any]) -> str:
        return json.dumps(keys)

    def text(self, column: str) -> str:
        return column

    def at(self, column: str) -> str:
        return f"replace({column}, ' ', 'T') || 'Z'"


class Postgresql(Database):
    name, mark, keys = "postgresql", "%s", "= ANY(%s)"

    def array(self, keys: list[Any]) -> list[Any]:
        return keys

    def text(self, column: str) -> str:
        return f"{column}::text"

    def at(self, column: str) -> str:
        return f"""to_char({column}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""


def connect(url: str) -> Database:
    """The database of that address."""
    if url.startswith("sqlite:///"):
        import pysqlite3

        return Sqlite(pysqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None))
    import psycopg

    return Postgresql(psycopg.connect(url, autocommit=True, options="-c timezone=UTC", prepare_threshold=1))
