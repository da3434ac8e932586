"""What follows from a try to deliver: schedules with their waits, Retry-After, what is kept, who is next."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.domain import retry_after, webhook_excerpts, webhook_outcomes, webhook_retries
from app.domain.redaction import MASK
from app.domain.webhook_outcomes import Following, Tried
from app.domain.webhook_slots import shared_out
from app.domain.webhooks import LONGEST_EXCERPT, AttemptOutcome, DisabledReason, EventState

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
FIXED = {"choice": "fixed", "kwargs": {"seconds": 60}}
RANDOM = {"choice": "random", "kwargs": {"min_value": 10, "max_value": 20}}
REJECTED = AttemptOutcome.REJECTED


def waits(config: dict[str, Any] | None, chance: float) -> list[float]:
    """The waits between ten failing tries."""
    count, state, found = 0, EventState.PENDING, []
    for _ in range(webhook_retries.TRIES):
        after = webhook_outcomes.following(Tried(state, count, config), REJECTED, chance)
        count, state = after.retry_count, after.state
        if after.wait is not None:
            found.append(after.wait)
    assert state is EventState.UNDELIVERED
    return found


def test_the_standard_schedule_has_ten_tries_over_75_hours_and_35_minutes() -> None:
    found = waits(None, 0.5)
    assert found == list(webhook_retries.STANDARD_WAITS)
    assert timedelta(seconds=sum(found)) == timedelta(hours=75, minutes=35, seconds=5)


@pytest.mark.parametrize("chance", [0.0, 0.25, 0.5, 0.999, 1.0])
def test_each_wait_stays_within_a_fifth_of_the_schedule(chance: float) -> None:
    for spread, planned in zip(waits(None, chance), webhook_retries.STANDARD_WAITS, strict=True):
        assert 0.8 * planned <= spread <= 1.2 * planned


def test_random_waits_lie_between_their_bounds() -> None:
    assert set(waits(RANDOM, 0.0)) == {10}
    assert set(waits(RANDOM, 0.5)) == {15}
    assert set(waits(RANDOM, 1.0)) == {20}


@pytest.mark.parametrize(
    ("asked", "wait"), [(None, 60), (0, 60), (30, 60), (60, 60), (75, 75), (120, 120), (10**9, 120)]
)
@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_retry_after_is_kept_within_once_and_twice_the_wait(
    asked: float | None, wait: float, chance: float
) -> None:
    after = webhook_outcomes.following(Tried("pending", 0, FIXED), REJECTED, chance, asked)
    assert after.wait == (wait if asked is not None else pytest.approx(60 * (0.8 + 0.4 * chance)))


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("0" * 30 + "7", 7),
        ("9" * 400, retry_after.LONGEST),
        ("Sat, 21 Nov 2026 12:02:00 GMT", 120),
        ("Saturday, 21-Nov-26 12:02:00 GMT", 120),
        ("Sat Nov 21 12:02:00 2026", 120),
        ("Sat, 21 Nov 2026 14:02:00 +0200", 120),
        ("Sat, 21 Nov 2026 11:00:00 GMT", 0),
        ("Sat, 21 Nov 9999 11:00:00 GMT", (datetime(9999, 11, 21, 11, tzinfo=UTC) - NOW).total_seconds()),
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("1e9", None),
        ("٣", None),
        ("Sat, 99 Nov 2026 12:02:00 GMT", None),
        ("Sat, 21 Nov 99999 12:02:00 GMT", None),
        ("\x00", None),
    ],
)
def test_every_form_of_retry_after_is_understood_and_nonsense_is_not(
    header: str | None, seconds: float | None
) -> None:
    assert retry_after.seconds_asked(header, NOW) == seconds


def test_what_arrived_is_done_with_and_what_was_given_up_meanwhile_stays_so() -> None:
    done = Following(EventState.DELIVERED, 3, None)
    for state in ("pending", "retrying", "undelivered"):
        assert webhook_outcomes.following(Tried(state, 3, None), AttemptOutcome.DELIVERED, 0.5) == done
    given_up = Following(EventState.UNDELIVERED, 3, None)
    assert webhook_outcomes.following(Tried("undelivered", 3, None), REJECTED, 0.5) == given_up


@pytest.mark.parametrize(
    ("outcome", "status", "days", "reason"),
    [
        (REJECTED, 410, 0, DisabledReason.GONE),
        (REJECTED, 500, 4.9, None),
        (REJECTED, 500, 5, DisabledReason.FAILING),
        (AttemptOutcome.TIMED_OUT, None, 6, DisabledReason.FAILING),
        (AttemptOutcome.OUTCOME_UNKNOWN, None, 6, None),
        (AttemptOutcome.DELIVERED, 200, 6, None),
    ],
)
def test_a_webhook_is_switched_off_when_it_is_gone_or_failed_for_five_days(
    outcome: AttemptOutcome, status: int | None, days: float, reason: DisabledReason | None
) -> None:
    since = NOW - timedelta(days=days)
    assert webhook_outcomes.disabled_reason(outcome, status, since, NOW) == reason


def test_a_warning_is_due_once_a_day_before_that() -> None:
    since = NOW - timedelta(days=3)
    assert webhook_outcomes.is_warning_due(since, None, NOW)
    assert webhook_outcomes.is_warning_due(since, NOW - timedelta(days=1), NOW)
    assert not webhook_outcomes.is_warning_due(since, NOW - timedelta(hours=23), NOW)
    assert not webhook_outcomes.is_warning_due(NOW - timedelta(hours=23), None, NOW)
    old = NOW - timedelta(days=30)
    assert not webhook_outcomes.is_warning_due(NOW - timedelta(hours=1), old, NOW), "of an older failure"


SECRET = 'canary "7"/ğ+x'


@pytest.mark.parametrize(
    "echoed",
    [
        SECRET.encode(),
        b'canary \\"7\\"/\\u011f+x',
        b"canary%20%227%22%2F%C4%9F%2Bx",
        b"canary+%227%22%2F%C4%9F%2Bx",
        b64encode(SECRET.encode()),
    ],
)
def test_a_secret_that_comes_back_is_masked_in_every_usual_form(echoed: bytes) -> None:
    kept = webhook_excerpts.excerpt(b"you sent <" + echoed + b"> to us", [SECRET])
    assert kept == f"you sent <{MASK}> to us".encode()


def test_credentials_are_masked_without_their_scheme_too() -> None:
    basic = "Basic " + b64encode(b"shop:open-sesame").decode()
    kept = webhook_excerpts.excerpt(b"token-canary open-sesame", ["Bearer token-canary", basic])
    assert kept == f"{MASK} {MASK}".encode()


def test_little_of_an_answer_is_kept_and_no_half_secret_at_its_end() -> None:
    secret = "s" * 40
    margin = webhook_excerpts.margin([secret])
    body = b"x" * (LONGEST_EXCERPT - 10) + secret.encode() + b"y" * margin
    kept = webhook_excerpts.excerpt(body[: LONGEST_EXCERPT + margin], [secret])
    assert len(kept) == LONGEST_EXCERPT
    assert b"ss" not in kept
    assert webhook_excerpts.excerpt(b"1 of 2", ["1", "2"]) == b"1 of 2", "too short to be secrets"


@pytest.mark.parametrize(
    ("due", "in_flight", "slots", "free", "given"),
    [
        ([1], {}, 8, 64, {1: 8}),
        ([1, 2], {1: 8}, 8, 64, {2: 8}),
        ([1, 2], {1: 6}, 8, 64, {1: 2, 2: 8}),
        ([1, 2, 3], {1: 8}, 8, 4, {2: 2, 3: 2}),
        ([1, 2], {1: 5}, 8, 3, {2: 3}),
        ([1, 2], {}, 8, 0, {}),
        ([], {1: 3}, 8, 64, {}),
    ],
)
def test_free_places_go_to_those_with_the_least_under_way(
    due: list[int], in_flight: dict[int, int], slots: int, free: int, given: dict[int, int]
) -> None:
    assert shared_out(due, in_flight, slots, free) == given
