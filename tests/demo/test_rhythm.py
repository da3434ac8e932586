"""The month's hours and weekdays are counted from the anchor, which stands for a Wednesday at 14:10."""

from __future__ import annotations

from collections import Counter
from random import Random

from app.demo.rhythm import (
    DAY,
    HOUR,
    MINUTE,
    SUNDAY,
    days_ago,
    hour_of,
    next_time,
    order_moments,
    start_of_day,
    weekday_of,
    within_opening_hours,
)


def test_the_anchor_is_a_wednesday_afternoon() -> None:
    assert (weekday_of(0), hour_of(0)) == (2, 14)
    assert hour_of(start_of_day(0)) == 0
    assert weekday_of(days_ago(3)) == SUNDAY


def test_a_time_of_day_comes_once_a_day_and_not_on_the_days_left_out() -> None:
    saturday_night = days_ago(4) + 9 * HOUR
    assert weekday_of(saturday_night) == 5
    assert hour_of(next_time(saturday_night, 17 * HOUR)) == 17
    assert weekday_of(next_time(saturday_night, 17 * HOUR)) == SUNDAY
    assert weekday_of(next_time(saturday_night, 17 * HOUR, not_on=(SUNDAY,))) == 0


def test_nobody_works_at_night() -> None:
    for minutes in range(0, 48 * 60, 7):
        moment = days_ago(9) + minutes * MINUTE
        moved = within_opening_hours(moment)
        assert 9 <= hour_of(moved) < 20
        assert 0 <= moved - moment < DAY


def test_orders_come_in_order_of_time_most_of_them_in_the_evening() -> None:
    moments = order_moments(4_000, Random(1))
    assert moments == sorted(moments)
    assert days_ago(30) <= moments[0] < moments[-1] < 0
    by_hour = Counter(hour_of(moment) for moment in moments)
    assert by_hour.most_common(1)[0][0] in (20, 21)
    assert by_hour[3] < by_hour[12] / 5
    by_weekday = Counter(weekday_of(moment) for moment in moments)
    assert by_weekday[SUNDAY] > by_weekday[1]
