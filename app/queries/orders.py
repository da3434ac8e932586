"""The list of orders: search, filters, sorting and pages, in two statements however many rows there are."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.domain.folding import fold
from app.domain.orders import PLANNABLE_STATES
from app.domain.packages import PackageState
from app.extensions import db
from app.models.channels import Channel
from app.models.customers import Address, Customer
from app.models.execution_plans import ExecutionPlan
from app.models.geography import City
from app.models.orders import Order, OrderItem
from app.models.packages import IS_OUT_OF_STOCK, Package
from app.models.products import Product
from app.queries import visibility
from app.queries.filters import equal_to
from app.queries.paging import Page, take_page
from app.queries.text_search import starts_with


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilter:
    """Which orders; None means any. `placed_to` is the first instant that is too late.

    `q` finds the start of an order number or SKU, and customers whose name holds every word of it.
    `never_planned` are those to be served that have no plan.
    """

    q: str | None = None
    state: str | None = None
    channel: int | None = None
    payment_type: str | None = None
    delivery_type: str | None = None
    placed_from: datetime | None = None
    placed_to: datetime | None = None
    out_of_stock: bool | None = None
    never_planned: bool = False
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One row of the list. `net_amount` is hundredths of `currency`: what its items cost, after discounts.

    Packages are those that may be seen, without cancelled ones; `city` is where it is sent to.
    """

    id: int
    number: str
    state: str
    channel: str
    first_name: str | None
    last_name: str | None
    date_placed: datetime
    modified_date: datetime
    payment_type: str
    delivery_type: str
    currency: str | None
    client_type: str
    city: str | None
    item_count: int
    net_amount: int | None
    package_count: int
    waiting_package_id: int | None
    waiting_since: datetime | None
    cause: str | None
    cause_determined: bool | None

    @property
    def customer(self) -> str:
        """The customer's whole name, empty when there is none."""
        return " ".join(part for part in (self.first_name, self.last_name) if part)


_waiting_one = aliased(Package)
CHUNK = 1_000
"""Rows of one statement while many are streamed."""
SORTS: Mapping[str, InstrumentedAttribute[Any] | ColumnElement[Any]] = {
    "number": Order.number,
    "date_placed": Order.date_placed,
    "state": Order.state,
    "channel": Channel.name,
    "modified": Order.modified_date,
}
DEFAULT_SORT = "-date_placed"
_FIELD_OF = {"modified": "modified_date"} | {one: one for one in SORTS if one != "modified"}


def list_orders(
    wanted: OrderFilter, sort: str, page: int, limit: int, own: visibility.Own = None
) -> Page[OrderRow]:
    """One page of the orders that are wanted, of those that may be seen.

    `sort` is a key of SORTS, with "-" for descending.
    """
    found = conditions(wanted, own)
    count = count_orders(found)

    def rows(offset: int, size: int) -> list[OrderRow]:
        return _rows(_ids(found, sort).offset(offset).limit(size), sort, own)

    return take_page(page, limit, count, rows)


def count_orders(found: Sequence[ColumnElement[bool]]) -> int:
    """How many orders meet all conditions."""
    return db.session.execute(select(func.count()).select_from(Order).where(*found)).scalar_one()


def stream_orders(
    wanted: OrderFilter, sort: str, own: visibility.Own = None, chunk: int = CHUNK
) -> Iterator[OrderRow]:
    """All orders that are wanted and may be seen, without ever holding more than a chunk of them.

    Each chunk goes on behind the last row of the one before, so that rows that come or go meanwhile
    neither repeat nor hide others. Between chunks no connection is held: whoever reads may be slow.
    """
    found, key = conditions(wanted, own), _FIELD_OF[sort.removeprefix("-")]
    behind: list[ColumnElement[bool]] = []
    while True:
        rows = _rows(_ids([*found, *behind], sort).limit(chunk), sort, own)
        db.session.rollback()
        yield from rows
        if len(rows) < chunk:
            return
        behind = [is_behind(sort, getattr(rows[-1], key), rows[-1].id)]


def channel_names() -> dict[int, str]:
    """Every channel's name by id, in the order of names."""
    return dict(db.session.execute(select(Channel.id, Channel.name).order_by(Channel.name)).all())


def conditions(wanted: OrderFilter, own: visibility.Own = None) -> list[ColumnElement[bool]]:
    """What the orders that are wanted and may be seen meet."""
    found = equal_to(
        {
            Order.state: wanted.state,
            Order.channel_id: wanted.channel,
            Order.payment_type: wanted.payment_type,
            Order.delivery_type: wanted.delivery_type,
        }
    )
    if wanted.placed_from is not None:
        found.append(Order.date_placed >= wanted.placed_from)
    if wanted.placed_to is not None:
        found.append(Order.date_placed < wanted.placed_to)
    if wanted.q:
        found.append(_search(wanted.q))
    return found + _waiting(wanted, own) + visibility.orders(own)


def _waiting(wanted: OrderFilter, own: visibility.Own) -> list[ColumnElement[bool]]:
    waiting = select(Package.order_id).where(IS_OUT_OF_STOCK, *visibility.packages(own))
    found: list[ColumnElement[bool]] = []
    if wanted.cause is not None:
        found.append(Order.id.in_(waiting.where(Package.cause == wanted.cause)))
    if wanted.never_planned:
        plans = select(ExecutionPlan.id).where(ExecutionPlan.order_id == Order.id)
        found += [Order.state.in_(sorted(PLANNABLE_STATES)), ~plans.exists()]
    if wanted.out_of_stock is not None:
        is_waiting = Order.id.in_(waiting)
        found.append(is_waiting if wanted.out_of_stock else ~is_waiting)
    return found


def _search(text: str) -> ColumnElement[bool]:
    words = fold(text).split()
    by_number = select(Order.id).where(starts_with(Order.number, text))
    by_sku = (
        select(OrderItem.order_id)
        .join(Product, Product.id == OrderItem.product_id)
        .where(starts_with(Product.sku, text))
    )
    named = [Customer.search_name.contains(word, autoescape=True) for word in words]
    by_customer = select(Order.id).where(Order.customer_id.in_(select(Customer.id).where(*named)))
    found = [by_number, by_sku, by_customer] if words else [by_number, by_sku]
    return Order.id.in_(union_all(*found))  # sorting out what is found twice would cost more than it saves


def is_behind(sort: str, value: Any, order_id: int) -> ColumnElement[bool]:
    """That an order stands behind the one of that id in the list, whose sort column holds `value`."""
    column = SORTS[sort.removeprefix("-")]
    # The first comparison is for the index; the second decides between equal ones.
    if sort.startswith("-"):
        return and_(column <= value, or_(column < value, Order.id < order_id))
    return and_(column >= value, or_(column > value, Order.id > order_id))


def with_sort(statement: Select[Any], sort: str) -> Select[Any]:
    """The statement about orders, joined with what the sort column is of."""
    is_of_channel = sort.removeprefix("-") == "channel"
    return statement.join(Channel, Channel.id == Order.channel_id) if is_of_channel else statement


def in_order(sort: str) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    """What the list is ordered by."""
    column = SORTS[sort.removeprefix("-")]
    # The id in the same direction: the index is then walked backwards as a whole.
    return (column.desc(), Order.id.desc()) if sort.startswith("-") else (column.asc(), Order.id.asc())


def _ids(found: Sequence[ColumnElement[bool]], sort: str) -> Select[Any]:
    return with_sort(select(Order.id), sort).where(*found).order_by(*in_order(sort))


def _rows(ids: Select[Any], sort: str, own: visibility.Own) -> list[OrderRow]:
    """The ids are found first, by a narrow index; only they are joined with the rest."""
    shown = ids.subquery()
    statement = _columns(own).join(shown, shown.c.id == Order.id).order_by(*in_order(sort))
    return [OrderRow(*row) for row in db.session.execute(statement)]


def _columns(own: visibility.Own) -> Select[*tuple[Any, ...]]:
    own_items = OrderItem.order_id == Order.id
    seen = visibility.packages(own)
    packages = select(func.count()).where(
        Package.order_id == Order.id, Package.state != PackageState.CANCELLED, *seen
    )
    return (
        select(
            Order.id,
            Order.number,
            Order.state,
            Channel.name,
            Customer.first_name,
            Customer.last_name,
            Order.date_placed,
            Order.modified_date,
            Order.payment_type,
            Order.delivery_type,
            Order.currency,
            Order.client_type,
            City.name,
            select(func.count()).select_from(OrderItem).where(own_items).scalar_subquery(),
            select(func.sum(OrderItem.net_amount)).where(own_items).scalar_subquery(),
            packages.correlate(Order).scalar_subquery(),
            _waiting_one.id,
            _waiting_one.created_date,
            _waiting_one.cause,
            _waiting_one.cause_determined,
        )
        .join(Channel, Channel.id == Order.channel_id)
        .outerjoin(Customer, Customer.id == Order.customer_id)
        .outerjoin(Address, Address.id == Order.shipping_address_id)
        .outerjoin(City, City.id == Address.city_id)
        .outerjoin(_waiting_one, _is_waiting_here(own))
    )


def _is_waiting_here(own: visibility.Own) -> ColumnElement[bool]:
    waiting = select(Package.id).where(IS_OUT_OF_STOCK, Package.order_id == Order.id)
    waiting = waiting.where(*visibility.packages(own)).correlate(Order)
    return _waiting_one.id == waiting.scalar_subquery()
