"""House rules of the tables: nothing loads by itself, references are indexed, no field lacks its column."""

import pytest
from sqlalchemy import Table, UniqueConstraint

from app import models
from app.extensions import Base

RELATIONSHIPS = sorted(
    (relationship for mapper in Base.registry.mappers for relationship in mapper.relationships), key=str
)

# Found through its order, which the same row carries and which has an index; the log is written often.
FOUND_OTHERWISE = {("stock_log_entries", "order_item_id")}

# Fields of the sample order by the table that holds them; related objects by their key.
SAMPLE_FIELDS: dict[str, str] = {
    "orders": "id state channel_id customer_id shipping_address_id billing_address_id payment_type"
    " retail_store delivery_range client_type delivery_type created_date modified_date omnitron_id number"
    " date_placed tracking_number has_gift_box gift_box_note notes segment cargo_company_id",
    "order_items": "id product_id created_date modified_date omnitron_id net_amount price price_currency"
    " retail_price tax_rate tax_amount discount_amount without_net_amount installment_interest_amount"
    " attributes attributes_kwargs image price_list_id stock_list_id extra_field parent_omnitron_id order_id",
    "products": "id created_date modified_date omnitron_id name base_code sku barcode attributes"
    " attributes_kwargs extra_attributes remote_modified_date",
    "product_images": "position id url product_id",
    "price_lists": "id code name currency created_date is_auto_sync modified_date",
    "stock_lists": "id code name created_date is_auto_sync modified_date",
    "customers": "email first_name last_name phone_number erp_code id channel_id",
    "addresses": "id city_id country_id township_id district_id customer_id address_type created_date"
    " modified_date omnitron_id mapping title is_active line postcode notes email phone_number first_name"
    " last_name company_name tax_office tax_no e_bill_taxpayer",
    "countries": "id name code is_active longitude latitude",
    "cities": "id name country_id is_active longitude latitude",
    "townships": "id name city_id is_active longitude latitude",
    "districts": "id name city_id township_id is_active longitude latitude",
    "channels": "id channel_type created_date modified_date omnitron_id name configuration is_active",
    "states": "id created_date modified_date translations name config enum_class enum_value content_type_id",
}


@pytest.mark.parametrize("relationship", RELATIONSHIPS, ids=str)
def test_no_relationship_loads_by_itself(relationship: object) -> None:
    assert relationship.lazy == "raise"  # type: ignore[attr-defined]


def _leading_columns(table: Table) -> set[str]:
    """Columns by which rows are found: the first ones of whole (not partial) indexes and unique keys."""
    uniques = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    whole = [index for index in table.indexes if index.dialect_options["sqlite"]["where"] is None]
    keys = [table.primary_key, *uniques, *whole]
    return {next(iter(key.columns)).name for key in keys if len(key.columns)}


@pytest.mark.parametrize("table", Base.metadata.sorted_tables, ids=str)
def test_every_foreign_key_is_indexed(table: Table) -> None:
    referring = {key.parent.name for key in table.foreign_keys}
    excused = {column for name, column in FOUND_OTHERWISE if name == table.name}
    assert referring - _leading_columns(table) == excused


@pytest.mark.parametrize("table", Base.metadata.sorted_tables, ids=str)
def test_names_fit_into_postgresql(table: Table) -> None:
    names = [item.name for item in (*table.constraints, *table.indexes)]
    assert all(name is not None and len(name) <= 63 for name in names), names


@pytest.mark.parametrize("name", SAMPLE_FIELDS)
def test_every_field_of_the_sample_order_has_a_column(name: str) -> None:
    wanted = set(SAMPLE_FIELDS[name].split())
    assert wanted <= set(Base.metadata.tables[name].columns.keys())


def test_every_table_class_is_exported() -> None:
    exported = {getattr(models, name) for name in models.__all__}
    assert {mapper.class_ for mapper in Base.registry.mappers} <= exported
