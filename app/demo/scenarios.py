"""The retailer's scenarios as world-script lines: which orders each is for, and its rules in order."""

from typing import Any

from app.demo.places import (
    ESKISEHIR,
    GEBZE,
    ISTANBUL_STORES,
    ITALIAN_STORES,
    PIACENZA,
    TURKISH_STORES,
    codes,
)
from app.demo.sales import BAZAAR, CALL_CENTRE, MOBILE, PIAZZA, POP_UP, WEB_IT, WEB_TR

SAME_DAY = "Same-day Istanbul"
COLLECT = "Click and collect"
MARKETPLACE_TR = "Marketplace Türkiye"
STANDARD_TR = "Online Türkiye"
STANDARD_IT = "Online Italia"
MARKETPLACE_IT = "Marketplace Italia"
PHONE = "Phone orders"
KIOSK = "Bodrum pop-up"

# The store in Eskişehir opened later than these rules were written, and nobody added it since.
_SHIPPING_STORES_TR = [code for code in codes(TURKISH_STORES) if code != ESKISEHIR]
_NORTHERN_STORES_IT = ["ST-101", "ST-102", "ST-109", "ST-110", "ST-111"]

Document = dict[str, Any]


def scenarios() -> list[Document]:
    """The scenarios as they were set up at the start of the month."""
    return [
        _scenario(
            SAME_DAY,
            10,
            [WEB_TR.name, MOBILE.name],
            [
                _rule(
                    "Istanbul stores in reach",
                    list(ISTANBUL_STORES),
                    order_by="distance",
                    split="none",
                    only="store",
                )
            ],
            delivery_types=["same_day"],
        ),
        _scenario(
            COLLECT,
            20,
            [],
            [_rule("One store for the whole basket", [], order_by="distance", split="none", only="store")],
            delivery_types=["click_and_collect"],
        ),
        _scenario(
            MARKETPLACE_TR,
            30,
            [BAZAAR.name],
            [
                _rule("Gebze warehouse", [GEBZE]),
                _rule("Stores with free hands", _SHIPPING_STORES_TR, order_by="density", by_quota=True),
            ],
        ),
        _scenario(
            STANDARD_TR,
            40,
            [WEB_TR.name, MOBILE.name],
            [
                _rule(
                    "Stores near the customer",
                    _SHIPPING_STORES_TR,
                    order_by="distance",
                    split="none",
                    by_quota=True,
                ),
                _rule("Gebze warehouse", [GEBZE]),
                _rule("Fullest shelf first", _SHIPPING_STORES_TR, order_by="stock", split="quantity"),
            ],
        ),
        _scenario(
            STANDARD_IT,
            50,
            [WEB_IT.name],
            [
                _rule("Piacenza warehouse", [PIACENZA], by_quota=True),
                _rule("Fullest shelf first", codes(ITALIAN_STORES), order_by="stock", split="quantity"),
            ],
        ),
        _scenario(
            MARKETPLACE_IT,
            60,
            [PIAZZA.name],
            [
                _rule("Piacenza warehouse", [PIACENZA]),
                _rule("Stores in the north", _NORTHERN_STORES_IT, order_by="density", by_quota=True),
            ],
        ),
        _scenario(
            PHONE,
            70,
            [CALL_CENTRE.name],
            [_rule("Gebze warehouse", [GEBZE])],
            payment_types=["credit_card", "funds_transfer"],
        ),
        _scenario(
            KIOSK,
            80,
            [POP_UP.name],
            [_rule("Bodrum, then Gebze", ["ST-037", GEBZE], order_by="distance")],
        ),
    ]


def _scenario(
    name: str,
    priority: int,
    channels: list[str],
    rules: list[Document],
    *,
    payment_types: list[str] | None = None,
    delivery_types: list[str] | None = None,
) -> Document:
    for position, rule in enumerate(rules, start=1):
        rule["priority"] = position
    return {
        "kind": "scenario",
        "name": name,
        "is_active": True,
        "priority": priority,
        "channels": channels,
        "payment_types": payment_types or [],
        "delivery_types": delivery_types or [],
        "rules": rules,
    }


def _rule(
    name: str,
    stock_locations: list[str],
    *,
    order_by: str = "priority",
    split: str = "line",
    only: str | None = None,
    by_quota: bool = False,
) -> Document:
    return {
        "name": name,
        "priority": 0,
        "stock_locations": stock_locations,
        "except_stock_locations": [],
        "stock_location_type": only,
        "order_by": order_by,
        "select_by_quota": by_quota,
        "split": split,
    }
