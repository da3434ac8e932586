"""Payment and delivery types known by name (D9). Upstream may send others; they are stored as they come."""

from enum import StrEnum


class PaymentType(StrEnum):
    """How an order is paid."""

    CREDIT_CARD = "credit_card"
    FUNDS_TRANSFER = "funds_transfer"
    WALLET = "wallet"
    PAY_ON_DELIVERY = "pay_on_delivery"


class DeliveryType(StrEnum):
    """How an order reaches the customer."""

    STANDARD = "standard"
    SAME_DAY = "same_day"
    CLICK_AND_COLLECT = "click_and_collect"
