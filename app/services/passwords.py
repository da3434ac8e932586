"""Hashes of passwords (argon2id) and the check against them."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LONGEST = 1024
"""Characters; nobody may make us hash a book."""

# Of a random password nobody kept, with today's cost: an unknown name takes as long as a wrong password.
NOBODYS_HASH = (
    "$argon2id$v=19$m=65536,t=3,p=4$TUkMNmNJ7EP/kvXJVq2aOg$4pdfZTF4RHE+CIcFZYdyU+ju+N7XCaGBdwCvsWMnAmY"
)

_hasher = PasswordHasher()


def hashed(password: str) -> str:
    """What is kept of a password."""
    return _hasher.hash(password)


def matches(kept: str, password: str) -> bool:
    """Whether it is that password. Takes its time whatever the answer is."""
    if len(password) > LONGEST:
        return False
    try:
        return _hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(kept: str) -> bool:
    """Whether the hash was made at a lower cost than today's."""
    return _hasher.check_needs_rehash(kept)
