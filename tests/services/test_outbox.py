"""Events are owed in the transaction of their act, to everyone who listens, with whole bodies."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from app.domain.discrepancies import DiscrepancyReason
from app.domain.orders import OrderState
from app.domain.packages import PackageCommand
from app.domain.webhooks import EventType
from app.extensions import db
from app.models import InventoryDiscrepancy, Order, Package, PackageItem, WebhookEvent
from app.services import (
    discrepancy_removal,
    inventory_discrepancies,
    orders,
    packages,
    webhook_pings,
    world_scripts,
)
from app.services.documents import values
from app.services.documents.orders import OrderDocument
from app.services.unit_of_work import unit_of_work
from tests import outbox
from tests.world.scripts import START, Script, a_shop, item, order

pytestmark = pytest.mark.usefixtures("db_session")

MOVED, CANCELLED = EventType.PACKAGE_STATUS_TRANSITIONED, EventType.PACKAGE_STATUS_CANCELLED
PLANNED = [EventType.PACKAGE_CREATED, EventType.PLAN_COMPLETED]


@pytest.fixture(autouse=True)
def _a_shop_with_a_listener(db_session: object) -> None:
    Script(a_shop(WH1="1", ST1="1")).load()
    outbox.a_webhook()


def imported(number: str = "1001", **fields: Any) -> int:
    line = order(number, item(int(number) * 10), **fields)
    document = {name: value for name, value in line.items() if name != "kind"}
    return orders.import_order(values.read(OrderDocument, document))


def told() -> list[tuple[str, dict[str, Any]]]:
    """What was announced since the last call, in order: type and payload."""
    db.session.expire_all()
    events = list(db.session.scalars(select(WebhookEvent).order_by(WebhookEvent.id)))
    found = [(one.event_type, json.loads(one.request_payload)) for one in events]
    for event, (kind, body) in zip(events, found, strict=True):
        assert body["event"] == {"type": kind, "uuid": event.uuid}
        assert (event.state, event.retry_count) == ("pending", 0)
        assert event.next_attempt_date is not None
        assert event.order_id is not None
    with unit_of_work():
        db.session.execute(delete(WebhookEvent))
    return [(kind, body["payload"]) for kind, body in found]


def types() -> list[str]:
    return [kind for kind, _ in told()]


def the_package() -> Package:
    db.session.expire_all()
    found = db.session.scalars(select(Package).order_by(Package.id.desc())).first()
    assert found is not None
    return found


def command(name: PackageCommand, reason: str | None = None) -> list[str]:
    packages.carry_out(the_package().id, name, reason)
    return types()


def test_an_order_that_arrives_is_told_with_its_items_and_what_was_planned() -> None:
    order_id = imported()
    events = told()
    assert [kind for kind, _ in events] == [EventType.ORDER_CREATED, *PLANNED]
    created, package, plan = (payload for _, payload in events)
    assert created["order"]["number"] == "1001"
    assert created["order"]["order_items"] == [
        {"id": created["order"]["order_items"][0]["id"], "omnitron_id": 10010, "sku": "TS-M", "state": "400"}
    ]
    assert package["package"]["order"]["id"] == order_id
    assert package["package"]["state"] == {"enum_value": "100", "name": "Waiting"}
    assert package["package"]["packageitem_set"][0]["quantity"] == "1.00"
    assert plan["plan"]["state"] == "completed"


def test_every_step_of_a_package_is_told_and_some_have_an_event_of_their_own() -> None:
    imported()
    told()
    assert command(PackageCommand.PREPARE) == [MOVED]
    assert command(PackageCommand.PACK) == [MOVED, EventType.PACKAGE_STATUS_PACKED]
    packages.carry_out(the_package().id, PackageCommand.SHIP)
    [(_, moved), (kind, _)] = told()
    assert (moved["before"], moved["after"], kind) == ("400", "500", EventType.PACKAGE_STATUS_SHIPPED)
    assert command(PackageCommand.DELIVER) == [MOVED]


def test_a_refusal_is_told_with_its_reason_and_all_that_follows() -> None:
    imported()
    told()
    packages.carry_out(the_package().id, PackageCommand.REFUSE, "torn")
    events = told()
    following = [EventType.PACKAGE_REFUSED, EventType.RESERVATION_RELEASED, *PLANNED]
    assert [kind for kind, _ in events] == [MOVED, CANCELLED, *following]
    assert events[2][1]["reason"] == "torn"
    assert events[3][1]["reservation"]["release_reason"] == "package_command"
    assert command(PackageCommand.PACK_FOR_REFUND)[:2] == [
        MOVED,
        EventType.PACKAGE_STATUS_PACKED_FOR_REFUND,
    ]


def test_what_is_out_of_stock_is_told_with_its_cause_and_ends_when_it_is_withdrawn() -> None:
    imported("1001")
    imported("1002")
    told()
    order_id = imported("1003")
    events = dict(told())
    assert list(events) == [
        EventType.ORDER_CREATED,
        EventType.PACKAGE_CREATED,
        EventType.PACKAGE_OUT_OF_STOCK,
    ]
    assert events[EventType.PACKAGE_OUT_OF_STOCK]["package"]["cause"] == "reserved_by_others"
    orders.set_order_state(order_id, OrderState.CANCELLED)
    events = dict(told())
    assert list(events) == [EventType.ORDER_STATUS_TRANSITIONED, MOVED, CANCELLED]
    told_of_order = events[EventType.ORDER_STATUS_TRANSITIONED]
    assert (told_of_order["before"], told_of_order["after"]) == ("400", OrderState.CANCELLED)
    assert told_of_order["order"]["state"] == OrderState.CANCELLED


def test_reports_of_missing_stock_are_told_when_they_begin_and_end() -> None:
    imported()
    told()
    [item_id] = db.session.scalars(select(PackageItem.id))
    for end in (
        inventory_discrepancies.clear_discrepancy,
        lambda _id: discrepancy_removal.remove_discrepancies(START.date()),
    ):
        report = inventory_discrepancies.report_discrepancy(item_id, DiscrepancyReason.OUT_OF_STOCK)
        end(report)
        [(begun, first), (ended, last)] = told()
        assert (begun, ended) == (EventType.DISCREPANCY_CREATED, EventType.DISCREPANCY_REMOVED)
        assert (first["discrepancy"]["is_active"], last["discrepancy"]["is_active"]) == (True, False)
        assert first["discrepancy"]["stock_location"]["erp_code"] == "WH1"
    assert db.session.scalar(select(func.count()).select_from(InventoryDiscrepancy)) == 2


def test_every_type_of_the_registry_can_happen() -> None:
    """Those that the tests above have seen, and the test send."""
    seen = {
        EventType.ORDER_CREATED,
        EventType.ORDER_STATUS_TRANSITIONED,
        *PLANNED,
        MOVED,
        CANCELLED,
        EventType.PACKAGE_STATUS_PACKED,
        EventType.PACKAGE_STATUS_SHIPPED,
        EventType.PACKAGE_STATUS_PACKED_FOR_REFUND,
        EventType.PACKAGE_REFUSED,
        EventType.PACKAGE_OUT_OF_STOCK,
        EventType.RESERVATION_RELEASED,
        EventType.DISCREPANCY_CREATED,
        EventType.DISCREPANCY_REMOVED,
    }
    webhook_pings.send_ping(outbox.a_webhook().id)
    [event] = db.session.scalars(select(WebhookEvent))
    assert seen | {EventType(event.event_type)} == set(EventType)


def test_each_who_listens_gets_an_event_of_its_own_and_nobody_else() -> None:
    one, paused = outbox.a_webhook(event_type="order.created"), outbox.a_webhook(is_active=False)
    other = outbox.a_webhook(event_type="package.refused")
    imported()
    rows = db.session.execute(
        select(WebhookEvent.webhook_id, WebhookEvent.event_type, WebhookEvent.uuid)
    ).all()
    assert [row.event_type for row in rows if row.webhook_id == one.id] == ["order.created"]
    assert not {paused.id, other.id} & {row.webhook_id for row in rows}
    assert len({row.uuid for row in rows}) == len(rows) == 4


def test_an_act_that_fails_owes_nothing() -> None:
    with pytest.raises(RuntimeError), unit_of_work():
        imported()
        raise RuntimeError("after the act")
    assert told() == []
    assert db.session.scalar(select(func.count()).select_from(Order)) == 0


def test_a_loaded_world_owes_nobody_anything() -> None:
    Script([order("1009", item(10090))]).load()
    assert told() == []
    assert db.session.scalar(select(func.count()).select_from(Order)) == 1


def test_payloads_hold_no_secret_of_the_channel() -> None:
    secret = {"server": "https://shop.example", "password": "canary-nine"}
    Script([{"kind": "channel", "name": "Web", "channel_type": "web", "configuration": secret}]).load()
    imported()
    assert "canary-nine" not in json.dumps(told())


def test_a_world_that_is_loaded_to_be_told_owes_its_events() -> None:
    script = Script([order("1009", item(10090))])
    world_scripts.load(script.lines, emit=True)
    assert types() == [EventType.ORDER_CREATED, *PLANNED]
