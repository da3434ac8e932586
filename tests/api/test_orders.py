"""The lists of orders: what they hold, how they are filtered, sorted, paged and counted, and for whom."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update

from app import clock, models
from app.extensions import db
from app.services.unit_of_work import unit_of_work
from tests import builders as build
from tests.api.client import ApiClient
from tests.api.sample_orders import MADE, a_whole_order
from tests.statements import counted

ORDERS = "/api/v1/oms/orders/"
LISTS = [ORDERS, f"{ORDERS}short/", f"{ORDERS}list-simple/"]
SHORT_FIELDS = [
    "id",
    "omnitron_id",
    "number",
    "state",
    "channel",
    "customer",
    "shipping_address",
    "billing_address",
    "payment_type",
    "delivery_type",
    "client_type",
    "cargo_company",
    "tracking_number",
    "date_placed",
    "created_date",
    "modified_date",
    "order_item_count",
    "net_amount",
]
SIMPLE_FIELDS = [
    "id",
    "omnitron_id",
    "number",
    "state",
    "channel",
    "customer",
    "payment_type",
    "delivery_type",
    "date_placed",
    "created_date",
    "modified_date",
    "net_amount",
]

pytestmark = pytest.mark.usefixtures("db_session")


@pytest.fixture
def client(app: Flask) -> ApiClient:
    return ApiClient(app)


def ids(page: dict[str, Any]) -> list[int]:
    return [row["id"] for row in page["results"]]


def orders(count: int, **fields: Any) -> list[models.Order]:
    channel = build.a_channel()
    return [build.an_order(channel=channel, lines=[], **fields) for _ in range(count)]


def test_secrets_of_the_channel_are_masked(client: ApiClient) -> None:
    a_whole_order()
    text = client.ask("GET", ORDERS).get_data(as_text=True)
    assert "geheim" not in text
    configuration = client.get(ORDERS)["results"][0]["channel"]["configuration"]
    assert configuration["password"] == configuration["auth_token"] == "********"
    assert configuration["username"] == "omnitron"


def test_values_are_written_as_the_vendor_writes_them(client: ApiClient) -> None:
    a_whole_order()
    order = client.get(ORDERS)["results"][0]
    item = order["orderitem_set"][0]
    assert (order["created_date"], order["modified_date"]) == (
        "2023-05-17T13:45:55.657199Z",
        "2023-05-17T13:46:00.000000Z",
    )
    assert (order["state"]["enum_value"], item["state"]["name"]) == ("400", "Inactive")
    assert (item["tax_amount"], item["without_net_amount"]) == ("-1.05", "0.00")
    assert (item["installment_interest_amount"], item["retail_price"]) == ("0.07", "1000.00")
    assert order["billing_address"]["customer"]["pk"] != order["customer"]["pk"]
    assert [image["order"] for image in item["product"]["productimage_set"]] == [0, 1]


def test_documents_of_any_content_come_as_they_were_stored(client: ApiClient) -> None:
    document = {"ğ": [1.5, None, "\u2028</script>"], "big": 2**70, "deep": {"a": {"b": []}}}
    product = build.a_product(attributes=document, extra_attributes=document)
    channel = build.a_channel(configuration={"feature_flags": document})
    order = build.an_order(channel=channel, lines=[])
    build.an_item(order, product, attributes=document, attributes_kwargs=document, extra_field=None)
    found = client.get(f"{ORDERS}{order.id}/")
    item = found["orderitem_set"][0]
    assert item["attributes"] == item["attributes_kwargs"] == document
    assert item["product"]["attributes"] == item["product"]["extra_attributes"] == document
    assert found["channel"]["configuration"] == {"feature_flags": document}
    assert item["extra_field"] is None


def test_an_order_without_customer_or_address_has_null_there(client: ApiClient) -> None:
    build.an_order(lines=[])
    order = client.get(ORDERS)["results"][0]
    assert order["customer"] is order["shipping_address"] is order["billing_address"] is None
    assert order["orderitem_set"] == order["commands"] == []


def test_items_come_in_the_order_they_arrived(client: ApiClient) -> None:
    order = build.an_order(lines=[(build.a_product(), 1_00) for _ in range(3)])
    found = client.get(ORDERS)["results"][0]["orderitem_set"]
    assert [item["id"] for item in found] == [item.id for item in order.items]


def test_short_orders_name_what_they_refer_to_by_id(client: ApiClient) -> None:
    order = a_whole_order()
    build.an_item(order, net_amount=1_50)
    found = client.get(f"{ORDERS}short/")["results"][0]
    assert list(found) == SHORT_FIELDS
    assert found["state"] == "400"
    assert (found["channel"], found["customer"]) == (order.channel_id, order.customer_id)
    assert (found["shipping_address"], found["billing_address"]) == (
        order.shipping_address_id,
        order.billing_address_id,
    )
    assert found["cargo_company"] == order.cargo_company_id
    assert (found["order_item_count"], found["net_amount"]) == (2, "251.50")


def test_an_order_without_items_has_no_net_amount(client: ApiClient) -> None:
    build.an_order(lines=[])
    found = client.get(f"{ORDERS}short/")["results"][0]
    assert (found["order_item_count"], found["net_amount"]) == (0, None)


def test_simple_orders_are_rows_for_reports(client: ApiClient) -> None:
    a_whole_order()
    found = client.get(f"{ORDERS}list-simple/")["results"][0]
    assert list(found) == SIMPLE_FIELDS
    assert (found["state"], found["net_amount"]) == ("400", "250.00")
    assert found["date_placed"] == "2023-05-17T13:45:55.657199Z"


def test_one_short_order_also_names_its_items(client: ApiClient) -> None:
    product = build.a_product("AKN-008")
    order = build.an_order(lines=[(product, 1_00)])
    found = client.get(f"{ORDERS}{order.id}/short/")
    assert list(found) == [*SHORT_FIELDS, "order_items"]
    item = order.items[0]
    assert found["order_items"] == [
        {"id": item.id, "omnitron_id": item.omnitron_id, "sku": "AKN-008", "state": "400"}
    ]


@pytest.mark.parametrize("path", ["7/", "7/short/", f"{2**63 - 1}/", f"{2**63}/", f"{2**90}/short/"])
def test_an_unknown_order_is_not_found(client: ApiClient, path: str) -> None:
    client.get(f"{ORDERS}{path}", 404)


def test_the_newest_come_first_and_reports_go_by_modification(client: ApiClient) -> None:
    made = orders(3)
    late = build.an_order(lines=[], modified_date=MADE)
    newest_first = [late.id, *(order.id for order in reversed(made))]
    assert ids(client.get(ORDERS)) == newest_first
    assert ids(client.get(f"{ORDERS}short/")) == newest_first
    assert ids(client.get(f"{ORDERS}list-simple/")) == [late.id, *(order.id for order in made)]


@pytest.mark.parametrize("path", LISTS)
def test_every_page_is_reached_and_none_overlaps(client: ApiClient, path: str) -> None:
    made = {order.id for order in orders(7)}
    first = client.get(path, limit=3)
    assert (first["count"], first["previous"]) == (7, None)
    assert first["next"].endswith(f"{path}?limit=3&page=2")
    pages = [client.get(path, limit=3, page=page) for page in (1, 2, 3)]
    found = [one for page in pages for one in ids(page)]
    assert len(found) == 7
    assert set(found) == made
    assert pages[2]["next"] is None
    client.get(path, 404, limit=3, page=4)


def test_deep_pages_go_by_the_blocks_of_ids(client: ApiClient) -> None:
    """Whole blocks are missing in between, and one is empty again."""
    channel = build.a_channel()
    made = [1, 2, 4_095, 4_096, 600_000, 600_001, 1_200_000, 1_200_001, 9_000_000]
    for order_id in made:
        build.an_order(id=order_id, channel=channel, lines=[])
    pages = [client.get(ORDERS, limit=2, page=page) for page in range(1, 6)]
    assert [one for page in pages for one in ids(page)] == made[::-1]
    assert ids(client.get(ORDERS, limit=4, page=3)) == [1]


@pytest.mark.parametrize("sort", ["number", "date_placed", "created_date", "modified_date", "id"])
def test_lists_are_sorted_both_ways_and_equal_keys_by_id(client: ApiClient, sort: str) -> None:
    made = orders(3, date_placed=MADE, created_date=MADE, modified_date=MADE)
    expected = [order.id for order in made]
    assert ids(client.get(ORDERS, sort=sort)) == expected
    assert ids(client.get(ORDERS, sort=f"-{sort}")) == expected[::-1]


def test_numbers_sort_by_code_point(client: ApiClient) -> None:
    channel = build.a_channel()
    for number in ("b", "Ä", "a", "B", "10", "9"):
        build.an_order(channel=channel, number=number, lines=[])
    found = client.get(ORDERS, sort="number")["results"]
    assert [order["number"] for order in found] == ["10", "9", "B", "a", "b", "Ä"]


FILTERS: dict[str, Any] = {
    "number": "A-1",
    "number__in": "A-1, A-3,,",
    "state__enum_value": "500",
    "payment_type": "wallet",
    "delivery_type": "same_day",
    "date_placed__gte": "2023-05-17T13:45:55.657199Z",
    "date_placed__lte": "2023-05-17T13:45:55.657199Z",
    "created_date__gte": "2023-05-17T16:45:55.657199+03:00",
    "modified_date__gte": "2023-05-17T13:45:55.657199Z",
}


@pytest.mark.parametrize("name", FILTERS)
def test_filters_keep_what_they_name(client: ApiClient, name: str) -> None:
    channel = build.a_channel()
    wanted = {"number": "A-1", "state": "500", "payment_type": "wallet", "delivery_type": "same_day"}
    stamps = dict.fromkeys(("date_placed", "created_date", "modified_date"), MADE)
    order = build.an_order(channel=channel, lines=[], **wanted, **stamps)
    other = MADE + timedelta(microseconds=1 if name.endswith("lte") else -1)
    stamps = dict.fromkeys(stamps, other)
    for number in ("A-2", "a-1"):
        build.an_order(channel=channel, lines=[], number=number, **stamps)
    for path in LISTS:
        found = client.get(path, **{name: FILTERS[name]})
        assert (found["count"], ids(found)) == (1, [order.id])


def test_filters_are_joined(client: ApiClient) -> None:
    order, _ = orders(2)
    build.an_order(number=order.number, lines=[])
    found = client.get(ORDERS, channel=order.channel_id, number=order.number, sort="number")
    assert (found["count"], ids(found)) == (1, [order.id])


def test_a_type_that_upstream_invented_can_be_asked_for(client: ApiClient) -> None:
    orders(1, payment_type="bitcoin", delivery_type="drone")
    assert client.get(ORDERS, payment_type="bitcoin", delivery_type="drone")["count"] == 1
    assert client.get(ORDERS, payment_type="wallet") == {
        "count": 0,
        "next": None,
        "previous": None,
        "results": [],
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("channel", "7"),
        ("channel", str(2**63)),
        ("channel", "x"),
        ("state__enum_value", "401"),
        ("payment_type", "x"),
        ("delivery_type", "x"),
        ("sort", "customer"),
        ("date_placed__gte", "yesterday"),
        ("number", "a\x00b"),
        ("limit", "0"),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused_by_its_name(
    client: ApiClient, name: str, value: str
) -> None:
    for path in LISTS:
        assert list(client.get(path, 400, **{name: value})) == [name]


def test_an_unknown_channel_is_no_choice(client: ApiClient) -> None:
    sentence = "Select a valid choice. That choice is not one of the available choices."
    assert client.get(ORDERS, 400, channel=7) == {"channel": [sentence]}


def test_the_next_page_keeps_the_filters(client: ApiClient) -> None:
    made = orders(3, payment_type="wallet")
    found = client.get(ORDERS, payment_type="wallet", limit=2, channel=made[0].channel_id)
    assert found["next"].endswith(f"?channel={made[0].channel_id}&limit=2&page=2&payment_type=wallet")


def test_a_store_manager_sees_the_orders_of_their_packages(app: Flask) -> None:
    location, other = build.a_location(), build.a_location()
    own, foreign = build.an_order(), build.an_order()
    build.a_package(own, location)
    build.a_package(foreign, other)
    client = ApiClient(app, role="store_manager", locations=[location])
    for path in LISTS:
        found = client.get(path)
        assert (found["count"], ids(found)) == (1, [own.id])
        assert client.get(path, number=foreign.number)["count"] == 0
    for path in ("", "short/"):
        client.get(f"{ORDERS}{own.id}/{path}")
        client.get(f"{ORDERS}{foreign.id}/{path}", 404)


@pytest.mark.parametrize(("path", "most"), [(LISTS[0], 7), (LISTS[1], 5), (LISTS[2], 5)])
def test_statements_do_not_grow_with_the_list(app: Flask, client: ApiClient, path: str, most: int) -> None:
    a_whole_order()
    client.get(path)
    with counted(app) as few:
        client.get(path)
    for _ in range(5):
        a_whole_order()
    client.get(path)
    with counted(app) as many:
        client.get(path)
    assert len(many) == len(few) <= most
    assert many == few
    with counted(app) as deep:
        client.get(path, limit=2, page=3)
    assert len(deep) <= most + 1


def test_what_changes_is_seen_at_once(client: ApiClient) -> None:
    order = a_whole_order()
    client.get(ORDERS)
    product_id = client.get(ORDERS)["results"][0]["orderitem_set"][0]["product"]["id"]
    _change(models.Product, product_id, name="Renamed")
    _change(models.Channel, order.channel_id, configuration={"server": "https://new.example"})
    _change(models.City, 1, name="İzmir")
    found = client.get(ORDERS)["results"][0]
    assert found["orderitem_set"][0]["product"]["name"] == "Renamed"
    assert found["channel"]["configuration"] == {"server": "https://new.example"}
    assert found["shipping_address"]["city"]["name"] == "İzmir"


def test_what_was_undone_is_not_kept(client: ApiClient) -> None:
    order = a_whole_order()
    with pytest.raises(ZeroDivisionError), unit_of_work():
        _change(models.Channel, order.channel_id, name="Never")
        raise ZeroDivisionError
    assert client.get(ORDERS)["results"][0]["channel"]["name"] != "Never"


def _change(model: type[Any], row_id: int, **values: Any) -> None:
    with unit_of_work():
        db.session.execute(update(model).where(model.id == row_id).values(**values))


def test_answers_are_the_same_bytes_on_both_databases(client: ApiClient) -> None:
    """What the databases write differently by themselves: instants, documents, sums, truth values."""
    with clock.at(MADE):
        channel = build.a_channel(id=1, name="C", configuration={"feature_flags": {"a": 1.0}})
        product = build.a_product("S", id=1, name="Ü", attributes={"ı": [1, 2.50]}, images=["u"])
        order = build.an_order(id=1, channel=channel, number="N", lines=[], has_gift_box=True)
        build.an_item(order, product, id=1, omnitron_id=1, attributes={"ş": {"b": True}})
    answer = client.ask("GET", f"{ORDERS}1/").data
    assert answer.endswith(
        b'"channel":{"id":1,"channel_type":"web","created_date":"2023-05-17T13:45:55.657199Z",'
        b'"modified_date":"2023-05-17T13:45:55.657199Z","omnitron_id":null,"name":"C",'
        b'"configuration":{"feature_flags":{"a":1.0}},"is_active":true},"payment_type":"credit_card",'
        b'"retail_store":null,"delivery_range":null,"client_type":"default","delivery_type":"standard",'
        b'"created_date":"2023-05-17T13:45:55.657199Z","modified_date":"2023-05-17T13:45:55.657199Z",'
        b'"omnitron_id":null,"number":"N","date_placed":"2023-05-17T13:45:55.657199Z",'
        b'"tracking_number":null,"has_gift_box":true,"gift_box_note":null,"notes":null,"segment":null,'
        b'"cargo_company":null}'
    )
    assert b'"attributes":{"\\u0131": [1, 2.5]},"attributes_kwargs":{}' in answer
    assert b'"attributes":{"\\u015f": {"b": true}},"attributes_kwargs":{},"image":null' in answer
