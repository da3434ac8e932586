"""People who sign in: made, let in by their password, given a new one."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from typing import Any

from sqlalchemy import RowMapping, insert

from app import clock
from app.domain.access import Role
from app.domain.errors import Invalid, NotFound
from app.domain.folding import fold
from app.extensions import db
from app.models.columns import table
from app.models.users import User, user_locations
from app.queries.users import Account
from app.services import natural_keys, passwords, rows
from app.services.unit_of_work import unit_of_work

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
        for erp_code in sorted(set(erp_codes)):
            location_id = natural_keys.location_id(work, erp_code, "location")
            keys = {"user_id": user_id, "stock_location_id": location_id}
            db.session.execute(insert(user_locations), keys)
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
        row = rows.find(_USERS, "id", user_id)
        if row is None:
            raise NotFound("user", user_id)
        _refuse_unusable(row["username"], password)
        values = {"password_hash": passwords.hashed(password), "session_key": _session_key()}
        rows.change(_USERS, user_id, values)
        work.audit("user.password_changed", "user", user_id)


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
