"""What people call the objects that audit entries tell of: order numbers, SKUs and names in place of ids."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import Column, String, cast, literal, select, union_all

from app.extensions import db
from app.models.cargo_companies import CargoCompany
from app.models.channels import Channel
from app.models.columns import table
from app.models.execution_plans import ExecutionPlan
from app.models.inventory_discrepancies import InventoryDiscrepancy
from app.models.list_parameters import one_of
from app.models.mappings import Mapping as ErpMapping
from app.models.orders import Order, OrderItem
from app.models.packages import Package, PackageItem
from app.models.products import Product
from app.models.reservations import Reservation
from app.models.saved_views import SavedView
from app.models.scenarios import Scenario
from app.models.stock_locations import StockLocation
from app.models.upstream import UpstreamOrder
from app.models.users import User
from app.queries.audit import AuditRow

Named = tuple[str, str]
"""An object as entries store it: its kind and its id."""

_NUMBER, _SKU = table(Order).c.number, table(Product).c.sku
# Kind → whose id an entry has, and where its name stands. Kinds that are missing have no name.
_NAMES: Mapping[str, tuple[type[Any], Column[str]]] = {
    "cargo_company": (CargoCompany, table(CargoCompany).c.name),
    "channel": (Channel, table(Channel).c.name),
    "discrepancy": (InventoryDiscrepancy, _SKU),
    "execution_plan": (ExecutionPlan, _NUMBER),
    "mapping": (ErpMapping, table(ErpMapping).c.code),
    "order": (Order, _NUMBER),
    "order_item": (OrderItem, _SKU),
    "package": (Package, table(Package).c.number),
    "package_item": (PackageItem, table(Package).c.number),
    "product": (Product, _SKU),
    "reservation": (Reservation, _SKU),
    "saved_view": (SavedView, table(SavedView).c.name),
    "scenario": (Scenario, table(Scenario).c.name),
    "stock_location": (StockLocation, table(StockLocation).c.name),
    "upstream_order": (UpstreamOrder, table(UpstreamOrder).c.number),
    "user": (User, table(User).c.username),
}
NAMED_KINDS = frozenset(_NAMES)


def _named(kind: str) -> Any:
    model, name = _NAMES[kind]
    own = table(model)
    source = own if name.table is own else own.join(name.table)
    columns = (literal(kind, String).label("kind"), own.c.id, cast(name, String).label("name"))
    return select(*columns).select_from(source).where(one_of(own.c.id, kind))


_ALL_NAMES = union_all(*map(_named, _NAMES))


def names_of(rows: Iterable[AuditRow]) -> dict[Named, str]:
    """The names of what the entries are about, and of what their values refer to, in one statement.

    What is gone or has no name is missing.
    """
    wanted: dict[str, set[int]] = defaultdict(set)
    for kind, number in (one for row in rows for one in _told_of(row)):
        if kind in NAMED_KINDS and number.isdecimal():
            wanted[kind].add(int(number))
    if not wanted:
        return {}
    found = db.session.execute(_ALL_NAMES, {kind: sorted(wanted[kind]) for kind in _NAMES})
    return {(kind, str(number)): name for kind, number, name in found if name}


def referred(value_name: str) -> str | None:
    """The kind of object that values of this name are ids of, if it may have a name."""
    kind = value_name.removesuffix("_id")
    return kind if kind in NAMED_KINDS and kind != value_name else None


def _told_of(row: AuditRow) -> Iterator[Named]:
    yield row.object_type, row.object_id or ""
    for values in (row.before, row.after):
        for name, value in (values or {}).items():
            if kind := referred(name):
                yield kind, str(value)
