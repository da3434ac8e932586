"""Packages: what locations must ship and what is out of stock, and the commands that are possible now."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from app.api.answers import amount, text
from app.api.endpoints import endpoint
from app.api.errors import not_allowed
from app.api.paging import ListQuery, Page, page
from app.api.values import Fixed, InstantText, RowId
from app.domain.access import Viewer
from app.domain.diagnosis.causes import Cause
from app.domain.packages import PackageCommand, PackageState, commands_for
from app.domain.states import RecordKind, state_name
from app.queries import package_lists
from app.queries.package_lists import ListedItem, ListedPackage, PackageWanted
from app.services import packages

PATH = "/api/v1/oms/packages/"
MOST_ITEMS = 1000


class PackageOrder(Struct, frozen=True):
    """The order; `channel` is an id."""

    id: int
    number: str
    channel: int


class PackageStateShape(Struct, frozen=True):
    """The state by its code and its name."""

    enum_value: PackageState
    name: str


class PackagePlace(Struct, frozen=True):
    """The stock location."""

    id: int
    erp_code: str
    name: str


class PackageItemShape(Struct, frozen=True):
    """An item; `superseded_by` is the item of another package that serves it instead."""

    id: int
    order_item: int
    sku: str
    quantity: Fixed
    state: PackageState
    superseded_by: int | None


class PackageShape(Struct, frozen=True):
    """A package. An out-of-stock one has no location, and a cause once it was explained."""

    id: int
    number: str
    order: PackageOrder
    state: PackageStateShape
    stock_location: PackagePlace | None
    cause: Cause | None
    packageitem_set: list[PackageItemShape]
    commands: list[PackageCommand]
    created_date: InstantText
    modified_date: InstantText


class PackageQuery(ListQuery, kw_only=True, frozen=True):
    """Which packages. Only packages that are out of stock have a cause."""

    state__enum_value: PackageState | None = None
    order__number: str | None = None
    stock_location__erp_code: str | None = None
    cause: Cause | None = None
    sort: Literal["id", "-id", "created_date", "-created_date", "modified_date", "-modified_date"] = "-id"


class PackageAct(Struct, frozen=True):
    """A command. `refuse` needs a reason; `not_found` may name items by id, otherwise it means all."""

    command: PackageCommand
    reason: Annotated[str, Meta(max_length=1000)] | None = None
    package_items: Annotated[list[RowId], Meta(max_length=MOST_ITEMS)] | None = None


@endpoint("GET", PATH, tag="packages", query=PackageQuery, answers=Page[PackageShape])
def list_packages(viewer: Viewer, query: PackageQuery) -> Page[PackageShape]:
    """Packages, the newest first."""
    wanted = PackageWanted(
        state=query.state__enum_value,
        order_number=query.order__number,
        erp_code=query.stock_location__erp_code,
        cause=query.cause,
    )
    own = viewer.location_ids
    return page(
        query,
        package_lists.count_packages(wanted, own),
        lambda offset, size: package_lists.list_packages(wanted, own, query.sort, offset, size),
        lambda row: _shape(row, viewer),
    )


@endpoint("GET", f"{PATH}<int:package_id>/", tag="packages", answers=PackageShape)
def show_package(viewer: Viewer, package_id: int) -> PackageShape:
    """One package."""
    return _shape(package_lists.find_package(package_id, viewer.location_ids), viewer)


@endpoint("POST", f"{PATH}<int:package_id>/command/", tag="packages", body=PackageAct, answers=PackageShape)
def command_package(viewer: Viewer, package_id: int, body: PackageAct) -> PackageShape:
    """Carry out a command and what follows from it, and answer the package as it is then.

    Store managers command the packages at their own locations only.
    """
    if not _may_command(package_lists.find_package(package_id, viewer.location_ids), viewer):
        raise not_allowed()
    packages.carry_out(package_id, body.command, body.reason, body.package_items)
    return _shape(package_lists.find_package(package_id, viewer.location_ids), viewer)


def _may_command(row: ListedPackage, viewer: Viewer) -> bool:
    """A package never moves to another location, so this stays true while the command is carried out."""
    return viewer.location_ids is None or row.stock_location_id in viewer.location_ids


def _shape(row: ListedPackage, viewer: Viewer) -> PackageShape:
    return PackageShape(
        id=row.id,
        number=row.number,
        order=PackageOrder(row.order_id, row.order_number, row.channel_id),
        state=PackageStateShape(PackageState(row.state), state_name(RecordKind.PACKAGE, row.state).english),
        stock_location=_location(row),
        cause=Cause(row.cause) if row.cause and row.state == PackageState.OUT_OF_STOCK else None,
        packageitem_set=[_item(item) for item in row.items],
        commands=commands_for(row.state) if _may_command(row, viewer) else [],
        created_date=text(row.created_date),
        modified_date=text(row.modified_date),
    )


def _location(row: ListedPackage) -> PackagePlace | None:
    if row.stock_location_id is None:
        return None
    return PackagePlace(row.stock_location_id, row.erp_code or "", row.location_name or "")


def _item(item: ListedItem) -> PackageItemShape:
    return PackageItemShape(
        id=item.id,
        order_item=item.order_item_id,
        sku=item.sku,
        quantity=amount(item.quantity),
        state=PackageState(item.state),
        superseded_by=item.superseded_by_id,
    )
