"""Pulling by page, and the pages of the upstream: progress, results, what was kept away, trying again."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.demo.omnitron_faults import Switches
from app.demo.omnitron_orders import Suggestion
from app.extensions import db
from app.models import Batch, ExecutionPlan, Order, UpstreamOrder
from app.services import batch_runs, order_pull, upstream_sync
from app.services.unit_of_work import current
from tests import builders
from tests.api.client import ApiClient
from tests.pages import PageClient
from tests.upstreams import StandIn, a_stand_in, a_whole_order, connect

ORDERS = (
    a_whole_order(61_000),
    a_whole_order(58_212),
    a_whole_order(61_001, channel={"pk": 9, "name": "Outlet"}),
    a_whole_order(61_002, cargo_company={"pk": 77, "name": "New"}),
    a_whole_order(61_003, orderitem_set=[{"pk": 1, "product": {}}]),
)
NUMBERS = [order["number"] for order in ORDERS] + ["404"]
SAID = [
    [],
    [
        "Order create operation does not allowed! Because of Order ID: 58212 "
        "lower than MIN_ORDER_OMNITRON_ID: 60000 "
    ],
    [
        "Order create operation does not allowed! Because of Channel ID:9 "
        "provided with Order ID:61001 does not allowed in the system."
    ],
    ["Cargo company:77 provided with order number:50061002 does not exists in the system."],
    ["Order number: 50061003 cannot be used as Omnitron sends it: orderitem_set[0].product.sku is missing."],
    ["Order not found with Order number:404"],
]


@pytest.fixture
def desk(app: Flask) -> PageClient:
    with app.app_context():
        return PageClient(app, builders.a_user().session_key)


def connected(app: Flask, stand_in: StandIn) -> None:
    connect(app, stand_in, min_order_omnitron_id=60_000, allowed_channels=("Web",))


def test_each_number_says_what_became_of_it_in_the_vendors_words(app: Flask) -> None:
    with a_stand_in(*ORDERS) as stand_in:
        connected(app, stand_in)
        api = ApiClient(app)
        path = "/api/v1/oms/orders/pull_from_omnitron/"
        found = api.post(path, {"order_numbers": NUMBERS})
        assert [one["errors"] for one in found] == SAID
        assert [one["success"] for one in found] == [True] + [False] * 5
        again = api.post(path, {"order_numbers": NUMBERS[:1]})
        assert again[0]["errors"] == ["Order number: 50061000 already exists in Web channel!"]
        # While it fails, the first number learns it and the second is not tried.
        stand_in.faults.switches = Switches(errors=1.0)
        before = stand_in.faults.requests
        found = api.post(path, {"order_numbers": ["7", "8"]})
        said = "Order number: {} cannot be pulled now: Omnitron answered 500."
        assert [one["errors"] for one in found] == [[said.format(7)], [said.format(8)]]
        assert stand_in.faults.requests == before + 5
    with app.app_context():
        assert db.session.scalars(select(ExecutionPlan.state)).all() == ["pending"]


def test_pasted_numbers_become_a_batch_with_a_result_each(app: Flask, desk: PageClient) -> None:
    with a_stand_in(*ORDERS) as stand_in:
        connected(app, stand_in)
        answer = desk.post("/orders/pull", numbers=f"{NUMBERS[0]}, {NUMBERS[0]}\n" + ";".join(NUMBERS[1:]))
        assert answer.status_code == 303
        with app.app_context():
            batch_id = db.session.scalars(select(Batch.id)).one()
            assert batch_runs.run_batch(batch_id) is False
        page = desk.get(answer.headers["Location"]).text
        assert "Pull 6 orders from Omnitron" in page
        assert "it waits for stock" in page
        for said in SAID[1:]:
            assert said[0].strip() in page


def test_the_upstream_is_asked_outside_any_transaction(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    whole = order_pull.upstream.fetch

    def fetch(*arguments: Any) -> Any:
        seen.append(current())
        return whole(*arguments)

    monkeypatch.setattr(order_pull.upstream, "fetch", fetch)
    with a_stand_in(*ORDERS) as stand_in, app.app_context():
        connected(app, stand_in)
        batch_id = order_pull.plan_pull(NUMBERS[:2])
        order_pull.batches.start_batch(batch_id)
        batch_runs.run_batch(batch_id)
        assert seen == [None, None]
        assert len(db.session.scalars(select(Order.id)).all()) == 1


def test_what_is_no_list_of_numbers_is_asked_for_again(desk: PageClient) -> None:
    for pasted in ("", " ,\n ", "1" * 101, " ".join(str(one) for one in range(501))):
        answer = desk.post("/orders/pull", numbers=pasted)
        assert answer.status_code == 422
        desk.looked_at(answer, "/orders/pull")


def test_a_demo_suggests_what_still_comes_in_and_each_way_to_fail(app: Flask, desk: PageClient) -> None:
    app.extensions["pull_suggestions"] = lambda: (Suggestion("works", "1001"), Suggestion("works", "1002"))
    with app.app_context():
        builders.an_order(number="1001")
    page = desk.get("/orders/pull?numbers=1002").text
    assert "1002" in page
    assert "Comes in and is planned" in page
    assert "Is here already" in page


def test_the_pages_of_the_upstream_show_what_was_kept_away(app: Flask, desk: PageClient) -> None:
    desk.get("/upstream/")
    with a_stand_in(*ORDERS) as stand_in:
        connected(app, stand_in)
        with app.app_context():
            upstream_sync.sync()
            record_id = db.session.scalars(
                select(UpstreamOrder.id).where(UpstreamOrder.state == "quarantined")
            ).one()
        assert "orderitem_set[0].product.sku" in desk.get("/upstream/").text
        assert "50061002" in desk.get("/upstream/?state=refused").text
        assert "50061003" in desk.get_part("/upstream/?q=50061003").text
        page = desk.get(f"/upstream/{record_id}").text
        assert "is missing" in page
        assert "Try again" in page
        stand_in.book.put(a_whole_order(61_003))
        assert desk.post(f"/upstream/{record_id}/try-again").status_code == 303
        assert desk.post(f"/upstream/{record_id}/dismiss").status_code == 303
        assert desk.post("/upstream/sync").status_code == 303
        desk.get("/upstream/999", 404)
    with app.app_context():
        assert sorted(db.session.scalars(select(Order.number))) == ["50061000", "50061003"]
