"""The numbers that stand for products and locations in PostgreSQL's advisory locks. Takes no lock itself."""

from collections.abc import Collection
from hashlib import blake2b


def key_of(name: str) -> int:
    """A signed 64-bit number, the same in every process and release (unlike hash())."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)


def keys_of(skus: Collection[str], erp_codes: Collection[str]) -> set[int]:
    return {key_of(f"sku:{sku}") for sku in skus} | {key_of(f"location:{code}") for code in erp_codes}


GLOBAL_KEY = key_of("world")
