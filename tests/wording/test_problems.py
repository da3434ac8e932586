"""What the domain finds wrong with a form is said in the reader's language, values included."""

from __future__ import annotations

import pytest
from flask import Flask

from app.domain import webhook_requests
from app.domain.webhook_targets import INWARD, LOCAL_NAME, ODD_ADDRESS, ODD_PORT, PLAIN_HTTP
from app.wording.problems import PROBLEMS, problems_text

FOUND = [
    INWARD,
    LOCAL_NAME,
    ODD_ADDRESS,
    ODD_PORT,
    PLAIN_HTTP,
    *webhook_requests.target_problems("ftp://x"),
    *webhook_requests.target_problems("https://me:pass@shop.example/"),
    *webhook_requests.target_problems("https://shop.example/#part"),
    *webhook_requests.target_problems("https://shop.example/ a"),
    *webhook_requests.target_problems("https://shop.example/" + "x" * 5_000),
    *webhook_requests.header_problems({"a b": "1", "X-Webhook-Id": "1", "Host": "x", "X-One": "a\nb"}),
    *webhook_requests.header_problems({"X-One": "1", "x-one": "2"}),
    *webhook_requests.secret_problems(""),
    *webhook_requests.secret_problems("whsec_?"),
]


@pytest.mark.parametrize("reason", sorted({*FOUND, *PROBLEMS}))
def test_each_problem_is_said_in_turkish(app: Flask, reason: str) -> None:
    with app.test_request_context(headers={"Accept-Language": "tr"}):
        (text,) = problems_text([reason])
    with app.test_request_context(headers={"Accept-Language": "en"}):
        (english,) = problems_text([reason])
    assert text != english
    assert text.endswith(".")
