"""The list of state names: complete, unique, in both languages, with the words of the seed."""

import pytest

from app.domain.orders import ItemState, OrderState
from app.domain.packages import PackageState
from app.domain.states import STATE_NAMES, RecordKind, StateName, state_name

CODES = {
    RecordKind.ORDER: OrderState,
    RecordKind.ORDER_ITEM: ItemState,
    RecordKind.PACKAGE: PackageState,
    RecordKind.PACKAGE_ITEM: PackageState,
}


@pytest.mark.parametrize("kind", CODES)
def test_every_code_of_a_kind_has_one_name(kind: RecordKind) -> None:
    assert [row.enum_value for row in STATE_NAMES if row.kind == kind] == list(CODES[kind])


@pytest.mark.parametrize("row", STATE_NAMES, ids=lambda row: f"{row.kind}-{row.enum_value}")
def test_names_are_there_in_both_languages_and_differ(row: StateName) -> None:
    assert row.english.strip() == row.english != row.turkish == row.turkish.strip()
    assert row.translations == {"en-us": {"name": row.english}, "tr-tr": {"name": row.turkish}}


def test_approved_and_inactive_are_named_as_in_the_sample_answer() -> None:
    approved, inactive = state_name(RecordKind.ORDER, "400"), state_name(RecordKind.ORDER_ITEM, "425")
    assert (approved.english, approved.turkish, approved.enum_class) == (
        "Approved",
        "Onaylanmış",
        "OrderStatus",
    )
    assert (inactive.english, inactive.turkish) == ("Inactive", "Aktif Olmayan")


@pytest.mark.parametrize(
    ("language", "name"),
    [("tr", "Stokta Yok"), ("tr_TR", "Stokta Yok"), ("en", "Out of Stock"), ("de", "Out of Stock")],
)
def test_a_name_is_given_in_turkish_or_else_in_english(language: str, name: str) -> None:
    assert state_name(RecordKind.PACKAGE, "920").name_in(language) == name
