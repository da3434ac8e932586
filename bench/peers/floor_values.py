"""How the floor writes amounts and degrees."""

from __future__ import annotations

import msgspec

Raw = msgspec.Raw


def fixed(value: int | None, digits: int = 2) -> str | None:
    """A whole number as a text with that many decimals."""
    if value is None:
        return None
    whole, part = divmod(abs(value), 10**digits)
    return f"{'-' if value < 0 else ''}{whole}.{part:0{digits}}"
