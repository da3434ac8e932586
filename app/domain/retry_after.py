"""The header Retry-After: how long a receiver asks us to wait. Three forms of date, or seconds (RFC 9110)."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST = 10.0**9
"""Seconds; whatever is asked beyond is as long as this."""

_LONGEST_DIGITS = 9


def seconds_asked(header: str | None, now: datetime) -> float | None:
    """The seconds to wait, never negative; None where the header is missing or says nothing.

    `now` is the instant in UTC that dates are counted from.
    """
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return float(text) if len(text.lstrip("0")) <= _LONGEST_DIGITS else LONGEST
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)  # GMT is meant, in each of the three forms
    return max(0.0, (until - now).total_seconds())
