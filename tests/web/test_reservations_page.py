"""The pages of reservations: who holds what, what is stale or counted twice, and releasing many at once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.extensions import db
from app.models import AuditEntry, Batch, BatchRow, MappingForward, Reservation
from app.services import batch_runs, mappings
from app.services.documents.events import MappingDocument
from tests.page_markup import Element
from tests.pages import PageClient
from tests.world.scripts import Script, a_shop, item, order, stock

pytestmark = pytest.mark.usefixtures("db_session")


@pytest.fixture
def script(db_session: object) -> Script:
    """Four orders: 1 registered and still held, 2 live, 3 cancelled and still held, 4 released."""
    script = Script(a_shop(WH1=10))
    for number in (1, 2, 3, 4):
        script.tell(**order(f"10{number}", item(number)))
    script.tell(kind="mapping", omnitron_id=1, code="ERP-1", update_stock=False)
    script.tell(kind="mapping", omnitron_id=4, code="ERP-4", update_stock=True)
    script.tell(kind="order_state", number="103", state="100")
    script.tell(**stock("WH1", "TS-M", 8))
    script.load()
    return script


def numbers(page: Element) -> list[str]:
    return [one.text for one in page.with_attribute("data-row-link")]


def opened(desk: PageClient, script: Script, query: str = "") -> Element:
    with clock.at(script.at):
        return desk.get(f"/reservations/?{query}")


def held_ids() -> list[int]:
    held = select(Reservation.id).where(Reservation.state == "held").order_by(Reservation.id)
    return list(db.session.scalars(held))


def test_what_is_held_stands_first_and_every_state_can_be_asked_for(script: Script, desk: PageClient) -> None:
    assert numbers(opened(desk, script)) == ["103", "102", "101"]
    assert numbers(opened(desk, script, "state=stale")) == ["103", "101"]
    assert numbers(opened(desk, script, "state=released")) == ["104"]
    assert numbers(opened(desk, script, "stale=order_cancelled")) == ["103"]


def test_it_is_narrowed_down_by_order_place_and_product(script: Script, desk: PageClient) -> None:
    assert numbers(opened(desk, script, "order_number=102")) == ["102"]
    assert numbers(opened(desk, script, "sku=TS-M&sort=reserved")) == ["101", "102", "103"]
    assert numbers(opened(desk, script, "sku=nothing")) == []
    assert len(numbers(opened(desk, script, "erp_code=WH1"))) == 3
    assert len(numbers(opened(desk, script, "erp_code=unknown&state=odd&stale=odd"))) == 3


def test_a_count_that_fell_by_just_what_was_registered_is_flagged(script: Script, desk: PageClient) -> None:
    page = opened(desk, script, "stale=counted_twice")
    assert numbers(page) == ["101"]
    assert "likely counted twice" in page.text
    assert "ERP-1" in page.text
    assert "then 10 → 8" in page.text
    place = desk.get("/stock?erp_code=WH1&sku=TS-M")
    assert "likely counted twice" in place.text


def test_a_count_that_fell_by_something_else_is_not(desk: PageClient, db_session: object) -> None:
    script = Script(a_shop(WH1=10)).tell(**order("101", item(1)))
    script.tell(kind="mapping", omnitron_id=1, code="ERP-1", update_stock=False)
    script.tell(**stock("WH1", "TS-M", 7)).tell(**stock("WH1", "TS-M", 6))
    script.load()
    assert numbers(opened(desk, script, "stale=counted_twice")) == []
    assert numbers(opened(desk, script, "state=stale")) == ["101"]


def test_what_is_chosen_is_shown_then_released_with_a_result_for_each(
    script: Script, desk: PageClient
) -> None:
    ids = held_ids()
    with clock.at(script.at):
        page = desk.get("/reservations/release?" + "&".join(f"id={one}" for one in ids))
        assert "Release these 3 reservations?" in page.text
        assert "One of them is not stale" in page.text
        answer = desk.post("/reservations/release", id=[str(one) for one in ids], reason="the truck has left")
    batch = db.session.scalars(select(Batch)).one()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/batches/{batch.id}")
    assert batch.state == "started"
    batch_runs.run_batch(batch.id)
    assert held_ids() == []
    states = db.session.scalars(select(BatchRow.state)).all()
    assert states == ["done", "done", "done"]
    reasons = db.session.scalars(select(AuditEntry.reason).where(AuditEntry.action == "reservation.released"))
    assert list(reasons).count("the truck has left") == 3
    assert "Released." in desk.get(f"/batches/{batch.id}").text


def test_a_reason_is_needed_and_nothing_else_can_be_released(script: Script, desk: PageClient) -> None:
    (first, *_) = held_ids()
    page = desk.post("/reservations/release", id=str(first), reason="")
    assert page.status_code == 422
    assert "audit log" in page.get_data(as_text=True)
    for query in ("", "id=999", "id=x", "id=-1", f"id={'9' * 30}"):
        answer = desk.client.get(f"/reservations/release?{query}")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/reservations/")
    assert desk.post("/reservations/release", reason="nothing chosen").status_code == 303
    assert db.session.execute(select(func.count(Batch.id))).scalar_one() == 0


def test_units_that_left_unregistered_are_warned_of(desk: PageClient, db_session: object) -> None:
    script = Script(a_shop()).tell(**order("101", item(1)))
    script.tell(kind="order_state", number="101", state="500")
    script.load()
    page = desk.get(f"/reservations/release?id={held_ids()[0]}")
    assert "sells the unit a second time" in page.text


def test_all_that_fit_are_planned_and_wait_to_be_started(script: Script, desk: PageClient) -> None:
    with clock.at(script.at):
        answer = desk.post("/reservations/release/all", state="stale")
    batch = db.session.scalars(select(Batch)).one()
    assert answer.headers["Location"] == f"/batches/{batch.id}"
    assert batch.state == "planned"
    assert len(held_ids()) == 3
    page = desk.get(f"/batches/{batch.id}")
    assert "1 let go at Place WH1: order cancelled" in page.text
    with clock.at(script.at):
        assert (
            desk.post("/reservations/release/all", sku="nothing")
            .headers["Location"]
            .startswith("/reservations/")
        )


def test_what_omnitron_was_told_can_be_seen_and_sent_again(
    app: Flask, script: Script, desk: PageClient
) -> None:
    assert "Nothing was passed on yet" in desk.get("/mappings/").text
    app.extensions["settings"] = _connected(app)
    mappings.create_mapping(MappingDocument(omnitron_id=2, code="ERP-2"))
    forward = db.session.scalars(select(MappingForward)).one()
    page = desk.get("/mappings/?state=waiting")
    assert numbers(page) == ["102"]
    assert "registered, units let go" in page.text
    assert desk.post(f"/mappings/{forward.id}/try-again").status_code == 303
    assert desk.post("/mappings/try-again").status_code == 303
    assert desk.post("/mappings/999/try-again").status_code == 404


def _connected(app: Flask) -> object:
    return replace(app.extensions["settings"], omnitron_url="http://hub.example", omnitron_token="key")
