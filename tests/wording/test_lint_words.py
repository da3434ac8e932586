"""Every lint code has words, and they name the place and never a code."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from app.domain.diagnosis.lint import Finding, LintCode
from app.wording import Names, lint_text
from tests.domain.worlds import NOW

PARAMS: dict[str, Any] = {
    "earlier": "Everything",
    "erp_codes": ("ST1", "ST2"),
    "erp_code": "ST1",
    "days": 30,
    "channel": "Web",
    "payment_type": "credit_card",
    "delivery_type": "standard",
    "orders": 7,
}


@pytest.mark.parametrize("code", LintCode)
def test_a_lint_code_has_words(app: Flask, code: LintCode) -> None:
    names = Names(NOW, locations={"ST1": "Kadıköy", "ST2": "Beşiktaş"})
    with app.test_request_context():
        text = lint_text(Finding(code, "Web", "all", PARAMS), names)
    assert text.endswith(".") and "_" not in text and "%" not in text
    assert any(name in text for name in ("Web", "all", "Kadıköy"))
