"""Roles of people and scopes of tokens: the closed lists that policies are written in."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person does here."""

    OPERATOR = "operator"
    STORE_MANAGER = "store_manager"
    ADMINISTRATOR = "administrator"


class Scope(StrEnum):
    """What a token may do with the rights of its user. Writing includes reading."""

    READ = "read"
    WRITE = "write"


class Whose(StrEnum):
    """Whose records somebody comes to where something is open to them. What is not theirs is 404."""

    NOBODYS = "nobodys"
    OWN = "own"
    OWN_LOCATIONS = "own_locations"
    ALL = "all"


DESK = frozenset({Role.OPERATOR, Role.ADMINISTRATOR})
"""Those who see the records of every location."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks or acts. `location_ids` are a store manager's own; None: everything is open to them."""

    user_id: int
    username: str
    role: Role
    location_ids: frozenset[int] | None = None
