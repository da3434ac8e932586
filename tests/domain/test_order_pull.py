"""Which orders of the upstream are let in, and the vendor's words for those that are not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.order_pull import Admission, UpstreamOrder, already_exists, not_found, refusals

ORDER = UpstreamOrder(omnitron_id=63461, number="1001", channel_id=7, channel="Web", cargo_company=34)
EVERYTHING = Admission(min_omnitron_id=None, channels=(), cargo_companies={34})


@pytest.mark.parametrize(
    ("admission", "said"),
    [
        (EVERYTHING, []),
        (replace(EVERYTHING, min_omnitron_id=63461, channels=("Web",)), []),
        (
            replace(EVERYTHING, min_omnitron_id=63462),
            [
                "Order create operation does not allowed! Because of Order ID: 63461 "
                "lower than MIN_ORDER_OMNITRON_ID: 63462 "
            ],
        ),
        (
            replace(EVERYTHING, channels=("App",)),
            [
                "Order create operation does not allowed! Because of Channel ID:7 "
                "provided with Order ID:63461 does not allowed in the system."
            ],
        ),
        (
            replace(EVERYTHING, cargo_companies=()),
            ["Cargo company:34 provided with order number:1001 does not exists in the system."],
        ),
    ],
)
def test_each_rule_has_the_words_that_scripts_know(admission: Admission, said: list[str]) -> None:
    assert refusals(ORDER, admission) == said


def test_every_rule_that_is_broken_is_said() -> None:
    assert len(refusals(ORDER, Admission(10**9, ("App",), ()))) == 3


def test_an_order_without_a_carrier_needs_none() -> None:
    assert refusals(replace(ORDER, cargo_company=None), replace(EVERYTHING, cargo_companies=())) == []


def test_what_is_there_or_nowhere_is_said_in_the_same_manner() -> None:
    assert already_exists("1001", "Web") == "Order number: 1001 already exists in Web channel!"
    assert not_found("1001") == "Order not found with Order number:1001"
