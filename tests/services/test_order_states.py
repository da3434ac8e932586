"""States arrive from upstream: items follow, what becomes plannable is planned, nothing is released."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.domain.errors import Invalid, NotFound
from app.domain.orders import ItemState, OrderState
from app.extensions import db
from app.models import ExecutionPlan, Fact, Order, OrderItem, Package, PlanAttempt, Reservation
from app.queries import consistency
from app.services import orders
from app.services.documents import values
from app.services.documents.orders import OrderDocument
from tests.world.scripts import Script, a_shop, item, order, rows_stored

pytestmark = pytest.mark.usefixtures("db_session")


def an_order(*items: dict[str, object], state: str = "400", **stock_counts: object) -> int:
    script = Script(a_shop(**stock_counts)).tell(**order("1", *(items or [item(1)]), state=state))
    script.load()
    return db.session.execute(select(Order.id)).scalar_one()


def item_states() -> list[str]:
    return list(db.session.execute(select(OrderItem.state).order_by(OrderItem.id)).scalars())


def package_states() -> list[str]:
    return list(db.session.execute(select(Package.state).order_by(Package.id)).scalars())


def plan_state() -> str | None:
    return db.session.execute(select(ExecutionPlan.state)).scalar()


def attempts() -> int:
    return len(db.session.scalars(select(PlanAttempt.id)).all())


def item_id(number: int) -> int:
    return db.session.execute(select(OrderItem.id).where(OrderItem.omnitron_id == number)).scalar_one()


def test_items_in_the_order_s_former_state_follow_it_and_others_keep_theirs() -> None:
    order_id = an_order(item(1), item(2, state="425"), item(3, state="100"))
    orders.set_order_state(order_id, OrderState.SHIPPED)
    assert item_states() == ["500", "425", "100"]
    assert list(consistency.findings()) == []


def test_an_order_that_becomes_plannable_is_planned() -> None:
    order_id = an_order(state="300")
    assert plan_state() is None
    orders.set_order_state(order_id, OrderState.APPROVED)
    assert (package_states(), plan_state()) == (["100"], "completed")


def test_going_on_from_one_plannable_state_to_the_other_plans_nothing_anew() -> None:
    order_id = an_order(WH1="0")
    orders.set_order_state(order_id, OrderState.PREPARING)
    assert (attempts(), package_states()) == (1, ["920"])


def test_an_order_that_is_not_plannable_any_more_waits_for_nothing() -> None:
    order_id = an_order(WH1="0")
    orders.set_order_state(order_id, OrderState.CANCELLED)
    assert (package_states(), plan_state()) == (["600"], "cancelled")
    orders.set_order_state(order_id, OrderState.APPROVED)
    assert (package_states(), plan_state(), attempts()) == (["600", "920"], "pending", 2)
    assert list(consistency.findings()) == []


def test_packages_and_reservations_stay_when_the_order_is_cancelled() -> None:
    order_id = an_order()
    orders.set_order_state(order_id, OrderState.CANCELLED)
    assert package_states() == ["100"]
    assert db.session.execute(select(Reservation.state)).scalar_one() == "held"


def test_one_item_changes_without_the_order() -> None:
    order_id = an_order(item(1), item(2), WH1="0")
    orders.set_item_state(item_id(2), ItemState.CANCELLED)
    assert item_states() == ["400", "100"]
    assert (package_states(), plan_state()) == (["920"], "pending")
    orders.set_item_state(item_id(1), ItemState.INACTIVE)
    assert (package_states(), plan_state()) == (["600"], "cancelled")
    assert db.session.execute(select(Order.state).where(Order.id == order_id)).scalar() == "400"


def test_an_item_that_becomes_plannable_is_planned_if_its_order_is() -> None:
    order_id = an_order(item(1), item(2, state="425"))
    orders.set_item_state(item_id(2), ItemState.APPROVED)
    assert package_states() == ["100", "100"]
    orders.set_order_state(order_id, OrderState.SHIPPED)
    orders.set_item_state(item_id(2), ItemState.PREPARING)
    assert (package_states(), attempts()) == (["100", "100"], 2)


def test_the_same_state_again_is_no_fact() -> None:
    order_id = an_order()
    before = rows_stored()
    orders.set_order_state(order_id, OrderState.APPROVED)
    orders.set_item_state(item_id(1), ItemState.APPROVED)
    assert rows_stored() == before


def test_a_state_is_a_fact_by_number_and_channel() -> None:
    order_id = an_order()
    orders.set_item_state(item_id(1), ItemState.CANCELLED)
    fact = db.session.scalars(select(Fact).order_by(Fact.id.desc())).first()
    assert fact is not None
    assert fact.body == {"number": "1", "channel": "Web", "state": "100", "omnitron_id": 1}
    assert fact.order_id == order_id


def test_unknown_orders_and_items_are_not_found() -> None:
    with pytest.raises(NotFound):
        orders.set_order_state(10**9, OrderState.SHIPPED)
    with pytest.raises(NotFound):
        orders.set_item_state(10**9, ItemState.SHIPPED)


def test_an_order_is_imported_once() -> None:
    an_order()
    line = {key: value for key, value in order("1", item(2)).items() if key != "kind"}
    with pytest.raises(Invalid) as caught:
        orders.import_order(values.read(OrderDocument, line))
    assert set(caught.value.errors) == {"number"}
    imported = orders.import_order(values.read(OrderDocument, {**line, "number": "2"}))
    assert db.session.execute(select(Order.number).where(Order.id == imported)).scalar() == "2"
