"""The names of all states in both languages, and the kinds of record they belong to: one list for all.

The first migration fills the tables `content_types` and `states` from it; pages read it without a query.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.domain.orders import ItemState, OrderState
from app.domain.packages import PackageState

ENGLISH = "en-us"
TURKISH = "tr-tr"
APP_LABEL = "oms"


class RecordKind(StrEnum):
    """A kind of record, by the model name the API uses for it. The order of members gives their ids."""

    CHANNEL = "channel"
    ORDER = "order"
    ORDER_ITEM = "orderitem"
    PACKAGE = "package"
    PACKAGE_ITEM = "packageitem"
    EXECUTION_PLAN = "orderexecutionplan"
    EXECUTION_PLAN_ITEM = "orderexecutionplanitem"
    PRODUCT = "product"
    PRODUCT_IMAGE = "productimage"
    CUSTOMER = "customer"
    ADDRESS = "address"
    CARGO_COMPANY = "cargocompany"
    STOCK_LOCATION = "stocklocation"
    STOCK = "stock"
    RESERVATION = "reservation"
    SCENARIO = "scenario"
    RULE = "rule"
    STOCK_LOG_ENTRY = "stocklogentry"
    TRANSFER_ORDER = "transferorder"
    TRANSFER_ITEM = "transferitem"
    INVENTORY_DISCREPANCY = "inventorydiscrepancy"
    MAPPING = "mapping"
    STATE = "state"
    USER = "user"
    TOKEN = "token"  # noqa: S105 - the name of a kind of record
    AUDIT_ENTRY = "auditentry"


@dataclass(frozen=True, slots=True)
class StateName:
    """One row of the state table: the code and its name in English and Turkish."""

    kind: RecordKind
    enum_class: str
    enum_value: str
    english: str
    turkish: str

    def name_in(self, language: str) -> str:
        """The name in a language given as "tr", "tr-tr", "tr_TR" …; English for any other."""
        return self.turkish if language.lower().startswith("tr") else self.english

    @property
    def translations(self) -> dict[str, dict[str, str]]:
        """The form in which the API shows both names."""
        return {ENGLISH: {"name": self.english}, TURKISH: {"name": self.turkish}}


_ORDER_NAMES: Mapping[str, tuple[str, str]] = {
    OrderState.CANCELLATION_WAITING: ("Cancellation Waiting", "İptal Bekliyor"),
    OrderState.CANCELLED: ("Cancelled", "İptal Edildi"),
    OrderState.WAITING: ("Waiting", "Bekliyor"),
    OrderState.PAYMENT_WAITING: ("Payment Waiting", "Ödeme Bekliyor"),
    OrderState.CONFIRMATION_WAITING: ("Confirmation Waiting", "Onay Bekliyor"),
    OrderState.APPROVED: ("Approved", "Onaylanmış"),
    ItemState.INACTIVE: ("Inactive", "Aktif Olmayan"),
    OrderState.PREPARING: ("Preparing", "Hazırlanıyor"),
    OrderState.SHIPPED: ("Shipped", "Kargoya Verildi"),
    OrderState.SHIPPED_AND_INFORMED: ("Shipped and Informed", "Kargoya Verildi ve Bilgilendirildi"),
    OrderState.READY_FOR_PICKUP: ("Ready for Pickup", "Teslim Almaya Hazır"),
    OrderState.ATTEMPTED_DELIVERY: ("Attempted Delivery", "Teslimat Denendi"),
    OrderState.REVIEW_STARTED: ("Review Started", "İnceleme Başladı"),
    OrderState.REVIEW_WAITING: ("Review Waiting", "İnceleme Bekliyor"),
    OrderState.DELIVERED: ("Delivered", "Teslim Edildi"),
    OrderState.REFUNDED: ("Refunded", "İade Edildi"),
}

_PACKAGE_NAMES: Mapping[str, tuple[str, str]] = {
    PackageState.WAITING: ("Waiting", "Bekliyor"),
    PackageState.PREPARING: ("Preparing", "Hazırlanıyor"),
    PackageState.READY_FOR_PACKAGING: ("Ready for Packaging", "Paketlemeye Hazır"),
    PackageState.WAITING_FOR_TRANSFER: ("Waiting for Transfer", "Transfer Bekliyor"),
    PackageState.PACKED: ("Packed", "Paketlendi"),
    PackageState.SHIPPED: ("Shipped", "Kargoya Verildi"),
    PackageState.DELIVERED: ("Delivered", "Teslim Edildi"),
    PackageState.CANCELLED: ("Cancelled", "İptal Edildi"),
    PackageState.BLOCKED: ("Blocked", "Bloke Edildi"),
    PackageState.NEEDS_RESCHEDULING: ("Needs Rescheduling", "Yeniden Planlanmalı"),
    PackageState.OUT_OF_STOCK: ("Out of Stock", "Stokta Yok"),
    PackageState.PACKED_FOR_REFUND: ("Packed for Refund", "İade İçin Paketlendi"),
}


def _named(
    kind: RecordKind, enum_class: str, codes: type[StrEnum], names: Mapping[str, tuple[str, str]]
) -> list[StateName]:
    return [StateName(kind, enum_class, code.value, *names[code]) for code in codes]


# In this order the rows get their ids; the table of orders comes first, as in the API's samples.
STATE_NAMES: tuple[StateName, ...] = (
    *_named(RecordKind.ORDER, "OrderStatus", OrderState, _ORDER_NAMES),
    *_named(RecordKind.ORDER_ITEM, "OrderStatus", ItemState, _ORDER_NAMES),
    *_named(RecordKind.PACKAGE, "PackageStatus", PackageState, _PACKAGE_NAMES),
    *_named(RecordKind.PACKAGE_ITEM, "PackageStatus", PackageState, _PACKAGE_NAMES),
)

_NAME_OF: dict[tuple[str, str], StateName] = {(row.kind, row.enum_value): row for row in STATE_NAMES}


def state_name(kind: RecordKind, enum_value: str) -> StateName:
    """The names of a state code of that kind of record. Raises KeyError for an unknown code."""
    return _NAME_OF[(kind, enum_value)]
