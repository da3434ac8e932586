"""Event types, schedules, addresses, headers and secrets of webhooks: what can be used, and what is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain import webhook_requests, webhook_retries, webhooks
from app.domain.webhooks import EventState, EventType

HOUR = 3600
DAY = 24 * HOUR


def test_a_subscription_names_one_type_of_event_or_all() -> None:
    assert webhooks.SUBSCRIBABLE[0] == "*"
    assert set(webhooks.SUBSCRIBABLE) == {"*", *EventType}
    assert len(EventType) == 15


@pytest.mark.parametrize(
    ("state", "after"), [("pending", "pending"), ("retrying", "retrying"), ("undelivered", "pending")]
)
def test_a_resent_event_is_due(state: str, after: str) -> None:
    assert webhooks.can_resend(state)
    assert webhooks.state_after_resend(state) == after
    assert webhooks.state_after_resend(state) in webhooks.DUE_STATES


def test_a_delivered_event_is_done_with() -> None:
    assert not webhooks.can_resend(EventState.DELIVERED)


def test_the_standard_schedule_is_ten_tries_over_three_days() -> None:
    waits = webhook_retries.longest_waits(None)
    assert len(waits) == webhook_retries.TRIES - 1
    assert sum(waits) == 75 * HOUR + 35 * 60 + 5


def schedule(choice: str, **kwargs: Any) -> dict[str, Any]:
    return {"choice": choice, "kwargs": kwargs}


@pytest.mark.parametrize(
    ("config", "waits"),
    [
        (schedule("fixed", seconds=30), (30,) * 9),
        (schedule("linear", base=10), tuple(range(10, 100, 10))),
        (schedule("linear", base=10, limit=35), (10, 20, 30, 35, 35, 35, 35, 35, 35)),
        (schedule("exponential", base=2), (2, 4, 8, 16, 32, 64, 128, 256, 512)),
        (schedule("exponential", base=2, factor=3, limit=50), (6, 12, 24, 48, 50, 50, 50, 50, 50)),
        (schedule("exponential", base=0.5), tuple(0.5**n for n in range(1, 10))),
        (schedule("random", min_value=1, max_value=60), (60,) * 9),
        (schedule("fixed", seconds=7 * DAY), (7 * DAY,) * 9),
    ],
)
def test_a_usable_schedule_has_nine_waits(config: dict[str, Any], waits: tuple[float, ...]) -> None:
    assert webhook_retries.problems_of(config) == []
    assert webhook_retries.longest_waits(config) == waits


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({}, "needs 'choice', one of fixed, linear, exponential, random"),
        (schedule("never"), "needs 'choice', one of fixed, linear, exponential, random"),
        ({"choice": ["fixed"], "kwargs": {}}, "needs 'choice', one of fixed, linear, exponential, random"),
        ({"choice": "fixed"}, "needs 'kwargs', a JSON object"),
        ({"choice": "fixed", "kwargs": [30]}, "needs 'kwargs', a JSON object"),
        ({**schedule("fixed", seconds=30), "tries": 3}, "has 'tries', which is not known here"),
        (schedule("fixed"), "needs 'seconds' for the choice fixed"),
        (schedule("fixed", seconds=30, limit=60), "has 'limit', which fixed does not know"),
        (schedule("random", min_value=1), "needs 'max_value' for the choice random"),
        (
            schedule("random", min_value=60, max_value=60),
            "'max_value' must be greater than 'min_value'.",
        ),
        (
            schedule("exponential", base=10),
            "has waits of more than 7 days; a 'limit' would end their growth",
        ),
        (
            schedule("exponential", base=7 * DAY, factor=7 * DAY),
            "has waits of more than 7 days; a 'limit' would end their growth",
        ),
        (schedule("linear", base=DAY), "has waits of more than 7 days; a 'limit' would end their growth"),
    ],
)
def test_a_schedule_that_cannot_be_used_says_why(config: dict[str, Any], problem: str) -> None:
    assert webhook_retries.problems_of(config) == [problem]


@pytest.mark.parametrize("seconds", [0, -1, "30", None, True, 7 * DAY + 1, float("inf"), float("nan"), [30]])
def test_a_wait_is_a_positive_number_of_seconds_up_to_a_week(seconds: object) -> None:
    problems = webhook_retries.problems_of(schedule("fixed", seconds=seconds))
    assert problems == ["needs a number above 0 and up to 604800 as 'seconds'"]


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com",
        "http://example.com:8080/hooks?key=1",
        "https://[2001:db8::1]/x",
        "https://example.com/a%20b",
        "https://example.com/?next=a@b",
    ],
)
def test_an_address_that_can_be_asked_is_fine(url: str) -> None:
    assert webhook_requests.target_problems(url) == []


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com/hook",
        "ftp://example.com",
        "https://",
        "https:///path",
        "HTTPS://example.com/",
        "https://user:password@example.com/",
        "https://user@example.com/",
        "https://example.com/#part",
        "https://example.com/a b",
        "https://example.com/\r\nHost: other",
        "https://example.com/a|b",
        "https://example.com/%zz",
        "https://örnek.com/",
        "https://example.com\\@other.com/",
        "https://example.com:99999/",
        "https://example.com:0/",
        "https://[::1/",
        "javascript:alert(1)",
        "https://example.com/" + "a" * 2_000,
    ],
)
def test_an_address_that_cannot_be_asked_says_why(url: str) -> None:
    problems = webhook_requests.target_problems(url)
    assert len(problems) == 1
    assert problems[0][0].islower()


def test_additional_headers_may_be_anything_that_http_carries() -> None:
    headers = {"Authorization": "Bearer a.b-c", "X-Api-Key": "k", "X-Two-Words": "a b\tc"}
    assert webhook_requests.header_problems(headers) == []


@pytest.mark.parametrize(
    "name",
    [
        "Host",
        "connection",
        "Transfer-Encoding",
        "Content-Length",
        "X-Whisperer-Signature",
        "x-whisperer-event",
        "Webhook-Id",
        "webhook-signature",
    ],
)
def test_headers_of_the_delivery_itself_cannot_be_overridden(name: str) -> None:
    problems = webhook_requests.header_problems({name: "1"})
    assert problems == [f"has {name!r}, which is set by the delivery itself"]


@pytest.mark.parametrize("name", ["", "X Key", "X-Key:", "X\r\nY", "Şifre", "x" * 101])
def test_a_name_that_would_break_http_is_refused(name: str) -> None:
    assert "is not the name of a header" in webhook_requests.header_problems({name: "1"})[0]


@pytest.mark.parametrize("value", ["", " a", "a ", "a\r\nX-Other: b", "a\x00", "ş", "v" * 2_001])
def test_a_value_that_would_break_http_is_refused(value: str) -> None:
    problems = webhook_requests.header_problems({"X-Key": value})
    assert problems == ["has a value of 'X-Key' that cannot be sent in a header"]


def test_a_header_is_there_once_and_there_are_not_too_many() -> None:
    twice = webhook_requests.header_problems({"X-Key": "1", "x-key": "2"})
    assert twice == ["has a header twice: capitals make no difference"]
    many = webhook_requests.header_problems({f"X-{n}": "1" for n in range(21)})
    assert many == ["has more than 20 headers"]


@pytest.mark.parametrize("secret", ["s", "çok gizli", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "x" * 255])
def test_a_secret_is_any_text_or_base64_after_its_prefix(secret: str) -> None:
    assert webhook_requests.secret_problems(secret) == []


@pytest.mark.parametrize("secret", ["", "x" * 256, "whsec_", "whsec_not base64!", "whsec_abc", "whsec_ğ"])
def test_a_secret_that_could_not_sign_is_refused(secret: str) -> None:
    assert len(webhook_requests.secret_problems(secret)) == 1
