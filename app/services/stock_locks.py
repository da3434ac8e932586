"""The numbers that stand for products and locations in PostgreSQL's advisory locks. Takes no lock itself."""

from collections.abc import Collection
from hashlib import blake2b

KEYS_OF_A_KIND = 512
"""How many numbers all products share, and all locations: PostgreSQL's table of locks is small.

With a number each, two feeds of 10,000 products at once would fill it, and be refused. Two products that
share a number only wait for each other where they need not.
"""


def key_of(name: str) -> int:
    """A signed 64-bit number, the same in every process and release (unlike hash())."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)


def keys_of(skus: Collection[str], erp_codes: Collection[str]) -> set[int]:
    """The locks of these products and locations; a product never shares one with a location."""
    products = {key_of(sku) % KEYS_OF_A_KIND for sku in skus}
    return products | {KEYS_OF_A_KIND + key_of(code) % KEYS_OF_A_KIND for code in erp_codes}


GLOBAL_KEY = key_of("world")
