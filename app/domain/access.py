"""Roles of people and scopes of tokens: the closed lists that policies are written in."""

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
