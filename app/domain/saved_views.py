"""Saved views: names for what a list shows. Which lists have them, and who may change which."""

from __future__ import annotations

from enum import StrEnum

from app.domain.access import DESK, Role

LONGEST_NAME = 60
LONGEST_KEY = 255
"""Characters of a folded name, which may be longer than the name."""
LONGEST_QUERY = 2_000
"""Characters of a list's parameters: every filter at its longest stays far below."""


class ListCode(StrEnum):
    """A list that views can be saved of."""

    ORDERS = "orders"
    PACKAGES = "packages"


def may_share(role: str) -> bool:
    """Whether somebody may make a view that everybody sees."""
    return role in DESK


def may_change(owner_id: int, is_shared: bool, user_id: int, role: str) -> bool:
    """Whether somebody may change or delete a view: their own, and administrators what is shared."""
    return owner_id == user_id or (is_shared and role == Role.ADMINISTRATOR)
