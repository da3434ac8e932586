"""What hashing a password costs: next to nothing in tests, and the real cost where that is the subject."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from app.services import passwords

Cost = tuple[PasswordHasher, str]
"""Who hashes, and the hash that an unknown name is held against."""

DEAR: Cost = (passwords._hasher, passwords.NOBODYS_HASH)
_cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
CHEAP: Cost = (_cheap, _cheap.hash("nobody's"))


def pay(cost: Cost, patch: pytest.MonkeyPatch) -> None:
    """Hash at that cost until the patch is undone."""
    hasher, nobodys_hash = cost
    patch.setattr(passwords, "_hasher", hasher)
    patch.setattr(passwords, "NOBODYS_HASH", nobodys_hash)
