"""The list of orders: search, filters, sorting and pages, in three statements however many rows there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, union
from sqlalchemy.orm import InstrumentedAttribute

from app.domain.folding import fold
from app.domain.orders import PLANNABLE_STATES
from app.extensions import db
from app.models.channels import Channel
from app.models.customers import Customer
from app.models.execution_plans import ExecutionPlan
from app.models.orders import Order, OrderItem
from app.models.packages import IS_OUT_OF_STOCK, Package
from app.models.products import Product
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
    """One row of the list. `net_amount` is hundredths of `currency`: what its items cost, after discounts."""

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
    item_count: int
    net_amount: int | None
    waiting_package_id: int | None
    cause: str | None
    cause_determined: bool | None

    @property
    def customer(self) -> str:
        """The customer's whole name, empty when there is none."""
        return " ".join(part for part in (self.first_name, self.last_name) if part)


SORTS: Mapping[str, InstrumentedAttribute[Any] | ColumnElement[Any]] = {
    "number": Order.number,
    "date_placed": Order.date_placed,
    "state": Order.state,
    "channel": Channel.name,
    "modified": Order.modified_date,
}
DEFAULT_SORT = "-date_placed"


def list_orders(wanted: OrderFilter, sort: str, page: int, limit: int) -> Page[OrderRow]:
    """One page of the orders that are wanted. `sort` is a key of SORTS, with "-" for descending."""
    conditions = _conditions(wanted)
    count = db.session.execute(select(func.count()).select_from(Order).where(*conditions)).scalar_one()
    return take_page(page, limit, count, lambda offset, size: _rows(conditions, sort, offset, size))


def channel_names() -> dict[int, str]:
    """Every channel's name by id, in the order of names."""
    return dict(db.session.execute(select(Channel.id, Channel.name).order_by(Channel.name)).all())


def _conditions(wanted: OrderFilter) -> list[ColumnElement[bool]]:
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
    return found + _waiting(wanted)


def _waiting(wanted: OrderFilter) -> list[ColumnElement[bool]]:
    waiting = select(Package.order_id).where(IS_OUT_OF_STOCK)
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
    by_customer = select(Order.id).join(Customer, Customer.id == Order.customer_id).where(*named)
    found = [by_number, by_sku, by_customer] if words else [by_number, by_sku]
    return Order.id.in_(union(*found))


def _rows(conditions: Sequence[ColumnElement[bool]], sort: str, offset: int, limit: int) -> list[OrderRow]:
    """The ids of the page are found first, by a narrow index; only they are joined with the rest."""
    order = _order(sort)
    ids = select(Order.id)
    if sort.removeprefix("-") == "channel":
        ids = ids.join(Channel, Channel.id == Order.channel_id)
    shown = ids.where(*conditions).order_by(*order).offset(offset).limit(limit).subquery()
    statement = _columns().join(shown, shown.c.id == Order.id).order_by(*order)
    return [OrderRow(*row) for row in db.session.execute(statement)]


def _order(sort: str) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    column = SORTS[sort.removeprefix("-")]
    # The id in the same direction: the index is then walked backwards as a whole.
    return (column.desc(), Order.id.desc()) if sort.startswith("-") else (column.asc(), Order.id.asc())


def _columns() -> Select[*tuple[Any, ...]]:
    own_items = OrderItem.order_id == Order.id
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
            select(func.count()).select_from(OrderItem).where(own_items).scalar_subquery(),
            select(func.sum(OrderItem.net_amount)).where(own_items).scalar_subquery(),
            Package.id,
            Package.cause,
            Package.cause_determined,
        )
        .join(Channel, Channel.id == Order.channel_id)
        .outerjoin(Customer, Customer.id == Order.customer_id)
        .outerjoin(Package, (Package.order_id == Order.id) & IS_OUT_OF_STOCK)
    )
