"""When things happen: the demo month's hours, nights and weekends, counted from the anchor.

A moment is a number of microseconds relative to the anchor, so nothing here depends on the date. The anchor
itself is taken to be a Wednesday at 14:10 in the shops.
"""

from collections.abc import Sequence
from itertools import accumulate
from random import Random

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
MONTH_DAYS = 30

_ANCHOR_OF_DAY = 14 * HOUR + 10 * MINUTE
_ANCHOR_WEEKDAY = 2
SUNDAY = 6

# Few at night, a shoulder at noon, a peak in the evening.
_HOUR_SHARES = (
    24,
    12,
    6,
    4,
    4,
    7,
    20,
    45,
    70,
    90,
    105,
    110,
    116,
    110,
    100,
    100,
    106,
    116,
    130,
    160,
    200,
    210,
)
_LATE_SHARES = (160, 80)
# Monday to Sunday.
_DAY_SHARES = (100, 94, 94, 100, 110, 132, 146)


def days_ago(days: float) -> int:
    """The moment that many days before the anchor."""
    return -round(days * DAY)


def hour_of(moment: int) -> int:
    """Hour of the day in the shops, 0 to 23."""
    return (moment + _ANCHOR_OF_DAY) % DAY // HOUR


def weekday_of(moment: int) -> int:
    """0 for Monday to 6 for Sunday."""
    return (_ANCHOR_WEEKDAY + (moment + _ANCHOR_OF_DAY) // DAY) % 7


def start_of_day(moment: int) -> int:
    """Midnight before the moment, in the shops."""
    return moment - (moment + _ANCHOR_OF_DAY) % DAY


def next_time(moment: int, of_day: int, *, not_on: Sequence[int] = ()) -> int:
    """The first moment at or after this one at that time of day (microseconds), skipping those weekdays."""
    found = start_of_day(moment) + of_day
    while found < moment or weekday_of(found) in not_on:
        found += DAY
    return found


def within_opening_hours(moment: int, opens: int = 9, closes: int = 20) -> int:
    """The moment itself when somebody is at work then, else the same minute after the next opening."""
    if hour_of(moment) >= closes:
        return start_of_day(moment) + DAY + opens * HOUR + moment % HOUR
    if hour_of(moment) < opens:
        return start_of_day(moment) + opens * HOUR + moment % HOUR
    return moment


def order_moments(count: int, chance: Random, *, newest: int = -2 * MINUTE) -> list[int]:
    """That many moments of orders over the month, oldest first, by hour of day and day of week."""
    hours = range(days_ago(MONTH_DAYS), newest, HOUR)
    shares = [*_HOUR_SHARES, *_LATE_SHARES]
    weights = list(accumulate(shares[hour_of(hour)] * _DAY_SHARES[weekday_of(hour)] for hour in hours))
    chosen = chance.choices(hours, cum_weights=weights, k=count)
    return sorted(min(hour + chance.randrange(HOUR), newest) for hour in chosen)
