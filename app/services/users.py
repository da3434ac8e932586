"""People who sign in: made, let in by their password, given a new one."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from typing import Any

from sqlalchemy import RowMapping, delete, insert, select

from app import clock
from app.domain.access import Role
from app.domain.errors import Invalid, NotFound, Refused
from app.domain.folding import fold
from app.extensions import db
from app.models.columns import table
from app.models.stock_locations import StockLocation
from app.models.users import User, user_locations
from app.queries.users import Account
from app.services import natural_keys, passwords, rows
from app.services.unit_of_work import UnitOfWork, unit_of_work

_USERS = table(User)
_LONGEST_NAME = 150


def create_user(username: str, role: Role, password: str, erp_codes: Collection[str] = ()) -> int:
    """Make somebody who may sign in; the id. `erp_codes` are the own locations of a store manager.

    The name is kept folded: "Ayşe" and "ayse" are one. Raises Invalid for a name that is taken, empty or too
    long, for a password that is empty or too long, and for an unknown location.
    """
    name = fold(username)
    _refuse_unusable(name, password)
    kept = passwords.hashed(password)
    with unit_of_work() as work:
        if rows.find(_USERS, "username", name) is not None:
            raise Invalid({"username": [f"is {name!r}, which somebody else has"]})
        values = {"username": name, "role": role.value, "password_hash": kept, "session_key": _session_key()}
        user_id = rows.add(_USERS, values)
        _add_locations(work, user_id, sorted(set(erp_codes)))
        after = {"username": name, "role": role.value, "locations": sorted(set(erp_codes))}
        work.audit("user.created", "user", user_id, after=after)
        return user_id


def check_password(username: str, password: str) -> Account | None:
    """Who that is; None for an unknown name, a wrong password and somebody switched off, after equal time.

    Remembers when they signed in, and keeps the password at today's cost.
    """
    row = rows.find(_USERS, "username", fold(username)[:_LONGEST_NAME])
    kept = row["password_hash"] if row else passwords.NOBODYS_HASH
    if not passwords.matches(kept, password) or row is None or not row["is_active"]:
        return None
    values: dict[str, Any] = {"last_login_date": clock.now()}
    if passwords.is_outdated(kept):
        values["password_hash"] = passwords.hashed(password)
    with unit_of_work():
        rows.change(_USERS, row["id"], {**values, "modified_date": row["modified_date"]})
    return _account(row)


def is_known(username: str) -> bool:
    """Whether somebody of that name exists, active or not."""
    return rows.find(_USERS, "username", fold(username)) is not None


def change_password(user_id: int, password: str) -> None:
    """Give somebody a new password; every session of theirs ends. Raises NotFound, Invalid."""
    with unit_of_work() as work:
        row = _find(user_id)
        _refuse_unusable(row["username"], password)
        values = {"password_hash": passwords.hashed(password), "session_key": _session_key()}
        rows.change(_USERS, user_id, values)
        work.audit("user.password_changed", "user", user_id)


def change_own_password(user_id: int, present: str, password: str) -> None:
    """The same by the person, who gives the present one. Raises NotFound, and Invalid naming the field."""
    with unit_of_work():
        row = _find(user_id)
        if not passwords.matches(row["password_hash"], present):
            raise Invalid({"present": ["is not your present password"]})
        change_password(user_id, password)


def change_user(user_id: int, role: Role, erp_codes: Collection[str] = (), *, is_active: bool = True) -> None:
    """Change what somebody is, whose locations they look after, and whether they may sign in at all.

    Holds from their next request on; who is switched off is signed out everywhere, also their tokens open
    nothing. Raises NotFound, Invalid for an unknown location, and Refused `last_administrator` when nobody
    would be left to administer.
    """
    with unit_of_work() as work:
        row = _find(user_id)
        if row["role"] == Role.ADMINISTRATOR and not (role is Role.ADMINISTRATOR and is_active):
            _refuse_last_administrator(user_id)
        codes = sorted(set(erp_codes))
        before = {"role": row["role"], "is_active": row["is_active"], "locations": _codes_of(user_id)}
        after = {"role": role.value, "is_active": is_active, "locations": codes}
        if before == after:
            return
        values = {"role": role.value, "is_active": is_active}
        rows.change(_USERS, user_id, values if is_active else {**values, "session_key": _session_key()})
        db.session.execute(delete(user_locations).where(user_locations.c.user_id == user_id))
        _add_locations(work, user_id, codes)
        changed = [name for name in after if before[name] != after[name]]
        work.audit(
            "user.changed",
            "user",
            user_id,
            {name: before[name] for name in changed},
            {name: after[name] for name in changed},
        )


def sign_out_everywhere(user_id: int) -> None:
    """End every session of somebody, on every computer, with their next request. Raises NotFound."""
    with unit_of_work() as work:
        _find(user_id)
        rows.change(_USERS, user_id, {"session_key": _session_key()})
        work.audit("user.signed_out", "user", user_id)


def _find(user_id: int) -> RowMapping:
    row = rows.find(_USERS, "id", user_id)
    if row is None:
        raise NotFound("user", user_id)
    return row


def _refuse_last_administrator(user_id: int) -> None:
    """Two who switch each other off at once wait for each other here."""
    administrators = (
        select(_USERS.c.id)
        .where(_USERS.c.role == Role.ADMINISTRATOR.value, _USERS.c.is_active)
        .order_by(_USERS.c.id)
        .with_for_update()
    )
    if set(db.session.execute(administrators).scalars()) <= {user_id}:
        raise Refused("last_administrator")


def _codes_of(user_id: int) -> list[str]:
    own = (
        select(StockLocation.erp_code)
        .join(user_locations, user_locations.c.stock_location_id == StockLocation.id)
        .where(user_locations.c.user_id == user_id)
    )
    return sorted(db.session.execute(own).scalars())


def _add_locations(work: UnitOfWork, user_id: int, erp_codes: Collection[str]) -> None:
    for erp_code in erp_codes:
        location_id = natural_keys.location_id(work, erp_code, "location")
        keys = {"user_id": user_id, "stock_location_id": location_id}
        db.session.execute(insert(user_locations), keys)


def _refuse_unusable(name: str, password: str) -> None:
    errors = {}
    if not 0 < len(name) <= _LONGEST_NAME:
        errors["username"] = [f"should have between 1 and {_LONGEST_NAME} characters"]
    if not 0 < len(password) <= passwords.LONGEST:
        errors["password"] = [f"should have between 1 and {passwords.LONGEST} characters"]
    if errors:
        raise Invalid(errors)


def _session_key() -> str:
    return secrets.token_urlsafe(32)


def _account(row: RowMapping) -> Account:
    fields = ("id", "username", "role", "session_key", "language", "time_zone")
    return Account(*(row[name] for name in fields))
