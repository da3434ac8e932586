"""Customers of a channel and their addresses, as orders bring them.

With an upstream number they are known by it and changed by what is given; without one, whoever is described
in the same words is the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from sqlalchemy import RowMapping, bindparam, select

from app.domain.folding import fold
from app.extensions import run
from app.models.columns import table
from app.models.customers import Address, Customer
from app.services import geography, rows
from app.services.documents.orders import AddressDocument, CustomerDocument
from app.services.documents.values import Document, body_of
from app.services.unit_of_work import UnitOfWork

_CUSTOMERS = table(Customer)
_ADDRESSES = table(Address)
_LONGEST_SEARCH_NAME = 512

_CUSTOMER_OF_NUMBER = select(_CUSTOMERS).where(
    _CUSTOMERS.c.channel_id == bindparam("owner"), _CUSTOMERS.c.omnitron_id == bindparam("key")
)
_CUSTOMERS_OF_EMAIL = select(_CUSTOMERS).where(
    _CUSTOMERS.c.email == bindparam("key"),
    _CUSTOMERS.c.channel_id == bindparam("owner"),
    _CUSTOMERS.c.omnitron_id.is_(None),
)
_ADDRESS_OF_NUMBER = select(_ADDRESSES).where(
    _ADDRESSES.c.customer_id == bindparam("owner"), _ADDRESSES.c.omnitron_id == bindparam("key")
)
_ADDRESSES_OF_CUSTOMER = select(_ADDRESSES).where(
    _ADDRESSES.c.customer_id == bindparam("owner"), _ADDRESSES.c.omnitron_id.is_(None)
)
_PLACES = ("country", "city", "township", "district")


def save_customer(work: UnitOfWork, channel_id: int, document: CustomerDocument) -> int:
    """Find, change or make the customer; the id."""

    def save() -> int:
        return _save_customer(work, channel_id, document)

    return _remembered(work, ("customer", channel_id), document, save)


def save_address(work: UnitOfWork, customer_id: int, document: AddressDocument) -> int:
    """Find, change or make the customer's address; the id."""

    def save() -> int:
        return _save_address(work, customer_id, document)

    return _remembered(work, ("address", customer_id), document, save)


def person_of(address: AddressDocument) -> CustomerDocument:
    """The customer of an order that only says where to send it."""
    return CustomerDocument(
        email=address.email,
        first_name=address.first_name,
        last_name=address.last_name,
        phone_number=address.phone_number,
    )


def _remembered(
    work: UnitOfWork,
    owner: tuple[str, int],
    document: CustomerDocument | AddressDocument,
    save: Callable[[], int],
) -> int:
    """What `save` gives, without saving again while the same is said of the same."""
    known: dict[Any, tuple[Document, int]] = work.cache.setdefault("persons", {})
    key = (owner, document.omnitron_id or document)
    last = known.get(key)
    if last is None or last[0] != document:
        last = known[key] = (document, save())
    return last[1]


def _save_customer(work: UnitOfWork, channel_id: int, document: CustomerDocument) -> int:
    given = body_of(document)
    keys: dict[str, Any]
    if document.omnitron_id is not None:
        keys = {"owner": channel_id, "key": document.omnitron_id}
        row = run(_CUSTOMER_OF_NUMBER, keys).mappings().one_or_none()
    elif document.email is None:
        row = None
    else:
        keys = {"owner": channel_id, "key": document.email}
        row = _same(run(_CUSTOMERS_OF_EMAIL, keys).mappings(), _said(document))
    if row is None:
        names = {"search_name": _search_name(document.first_name, document.last_name)}
        customer_id = rows.add(_CUSTOMERS, {"channel_id": channel_id, **given, **names})
        _without_address(work).add(customer_id)
        return customer_id
    changed = {column: value for column, value in given.items() if row[column] != value}
    if changed:
        after = {**row, **changed}
        changed["search_name"] = _search_name(after["first_name"], after["last_name"])
        rows.change(_CUSTOMERS, row["id"], changed)
    return cast(int, row["id"])


def _save_address(work: UnitOfWork, customer_id: int, document: AddressDocument) -> int:
    places = geography.save_places(work, document)
    given = {name: value for name, value in body_of(document).items() if name not in _PLACES}
    given |= {name: value for name, value in places.items() if value is not None}
    row = None
    if customer_id in _without_address(work):
        _without_address(work).discard(customer_id)
    else:
        row = _find_address(customer_id, document, places)
    if row is None:
        return rows.add(_ADDRESSES, {"customer_id": customer_id, **given})
    changed = {column: value for column, value in given.items() if row[column] != value}
    if changed:
        rows.change(_ADDRESSES, row["id"], changed)
    return cast(int, row["id"])


def _find_address(customer_id: int, document: AddressDocument, places: geography.Ids) -> RowMapping | None:
    if document.omnitron_id is not None:
        keys = {"owner": customer_id, "key": document.omnitron_id}
        return run(_ADDRESS_OF_NUMBER, keys).mappings().one_or_none()
    said = {name: value for name, value in _said(document).items() if name not in _PLACES}
    found = run(_ADDRESSES_OF_CUSTOMER, {"owner": customer_id}).mappings()
    return _same(found, {**said, **places})


def _without_address(work: UnitOfWork) -> set[int]:
    """Customers made in this unit of work that have no address yet: none has to be looked for."""
    found: set[int] = work.cache.setdefault("customers without address", set())
    return found


def _said(document: Document) -> dict[str, Any]:
    return {name: getattr(document, name) for name in document.__struct_fields__}


def _same(found: Any, said: dict[str, Any]) -> RowMapping | None:
    return next((row for row in found if all(row[name] == value for name, value in said.items())), None)


def _search_name(first: str | None, last: str | None) -> str:
    # Folding may lengthen: one letter of an old script becomes several.
    return fold(first, last)[:_LONGEST_SEARCH_NAME]
