"""What is mapped or let go here is told the upstream: once each, as long as it takes, visibly."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.clients.omnitron import OmnitronError, Trouble
from app.domain.errors import NotFound, Refused
from app.domain.mapping_forwards import WAITS, wait_after
from app.extensions import db
from app.models import AuditEntry, MappingForward, Reservation
from app.services import mapping_delivery, mapping_forwards, mappings, reservations
from app.services.documents.events import MappingDocument
from tests.world.scripts import Script, a_shop, item, order

pytestmark = pytest.mark.usefixtures("db_session")
Told = tuple[int, str, bool]


class Hub:
    """An upstream that raises what it is given, one call after the other, and then takes everything."""

    def __init__(self, *troubles: Exception) -> None:
        self.troubles = list(troubles)
        self.told: list[Told] = []

    def create_mapping(self, item_omnitron_id: int, code: str, update_stock: bool) -> object:
        if self.troubles:
            raise self.troubles.pop(0)
        self.told.append((item_omnitron_id, code, update_stock))
        return None


@pytest.fixture
def script(app: Flask, db_session: object) -> Script:
    """Three served orders, and an upstream to tell."""
    app.extensions["settings"] = replace(
        app.extensions["settings"], omnitron_url="http://hub.example", omnitron_token="key"
    )
    script = Script(a_shop()).tell(**order("1", item(1))).tell(**order("2", item(2)))
    script.tell(**order("3", item(3)))
    script.load()
    return script


def map_item(number: int, update_stock: bool = True) -> None:
    mappings.create_mapping(MappingDocument(omnitron_id=number, code=f"E{number}", update_stock=update_stock))


def send(hub: Hub) -> int:
    return mapping_delivery.send_due(hub)


def forwards() -> list[MappingForward]:
    db.session.expire_all()
    return list(db.session.scalars(select(MappingForward).order_by(MappingForward.id)))


@pytest.mark.usefixtures("script")
def test_a_mapping_is_told_once() -> None:
    map_item(1)
    map_item(1)
    hub = Hub()
    assert (send(hub), send(hub)) == (1, 0)
    assert hub.told == [(1, "E1", True)]
    (one,) = forwards()
    assert (one.state, one.tries, one.next_try_date, one.lease_token) == ("sent", 1, None, None)
    assert one.sent_date is not None


@pytest.mark.usefixtures("script")
def test_units_let_go_later_are_told_when_nothing_is_held_any_more() -> None:
    map_item(1, update_stock=False)
    held = db.session.scalars(select(Reservation.id).where(Reservation.state == "held")).first()
    assert held is not None
    hub = Hub()
    send(hub)
    reservations.release_reservation(held, "the goods have left")
    reservations.release_reservation(held, "again")
    send(hub)
    assert hub.told == [(1, "E1", False), (1, "E1", True)]


@pytest.mark.usefixtures("script")
def test_a_release_without_a_mapping_has_nothing_to_tell() -> None:
    for one in db.session.scalars(select(Reservation.id)).all():
        reservations.release_reservation(one, "not needed")
    assert forwards() == []


def test_nothing_is_owed_without_an_upstream_nor_for_a_loaded_world(app: Flask, script: Script) -> None:
    script.tell(kind="mapping", omnitron_id=2, code="E2", update_stock=True)
    with clock.at(script.at):
        copy = Script(start=script.at)
        copy.lines = script.lines[-1:]
        copy.load()
    assert forwards() == []
    app.extensions["settings"] = replace(app.extensions["settings"], omnitron_url=None)
    map_item(1)
    assert forwards() == []
    assert mapping_delivery.send_due() == 0


@pytest.mark.usefixtures("script")
def test_trouble_that_passes_is_tried_again_and_others_wait_for_the_next_round() -> None:
    map_item(1)
    map_item(2)
    hub = Hub(OmnitronError(Trouble.SERVER_ERROR, "answered 502", status=502))
    assert send(hub) == 1
    first, second = forwards()
    assert (first.state, first.tries, first.trouble, first.response_http_status) == (
        "waiting",
        1,
        "server_error",
        502,
    )
    assert first.next_try_date is not None
    assert first.next_try_date > clock.now() + WAITS[0] / 2
    assert (second.state, second.tries) == ("waiting", 0)
    assert send(hub) == 1
    with clock.at(clock.now() + WAITS[0]):
        assert send(hub) == 1
    assert hub.told == [(2, "E2", True), (1, "E1", True)]
    assert [one.trouble for one in forwards()] == [None, None]


@pytest.mark.usefixtures("script")
def test_a_refusal_is_final_and_keeps_nobody_waiting() -> None:
    map_item(1)
    map_item(2)
    hub = Hub(OmnitronError(Trouble.NOT_FOUND, "answered 404", status=404))
    assert send(hub) == 2
    assert [(one.state, one.trouble) for one in forwards()] == [("failed", "not_found"), ("sent", None)]


@pytest.mark.usefixtures("script")
def test_patience_ends_and_somebody_can_begin_again() -> None:
    map_item(1)
    hub = Hub(*[OmnitronError(Trouble.TIMEOUT, "took too long")] * (len(WAITS) + 1))
    now = clock.now()
    for _ in range(len(WAITS) + 1):
        now += timedelta(days=3)
        with clock.at(now):
            send(hub)
    (one,) = forwards()
    assert (one.state, one.tries) == ("failed", len(WAITS) + 1)
    mapping_forwards.try_again(one.id)
    assert send(hub) == 1
    assert hub.told == [(1, "E1", True)]
    with pytest.raises(Refused):
        mapping_forwards.try_again(one.id)
    with pytest.raises(NotFound):
        mapping_forwards.try_again(999)
    actions = db.session.scalars(select(AuditEntry.action)).all()
    assert actions.count("mapping_forward.tried_again") == 1


@pytest.mark.usefixtures("script")
def test_all_that_failed_can_be_sent_again_at_once() -> None:
    for number in (1, 2, 3):
        map_item(number)
    send(Hub(*[OmnitronError(Trouble.REFUSED, "answered 400", status=400)] * 2))
    assert mapping_forwards.try_all_again() == 2
    assert mapping_forwards.try_all_again() == 0
    hub = Hub()
    assert send(hub) == 2


@pytest.mark.usefixtures("script")
def test_what_a_dead_worker_was_sending_is_sent_by_another_after_its_lease() -> None:
    map_item(1)
    assert mapping_delivery._claim("dead") is not None
    hub = Hub()
    assert send(hub) == 0
    with clock.at(clock.now() + mapping_delivery.LEASE):
        assert send(hub) == 1
    mapping_delivery._close(forwards()[0].id, "dead", {"state": "failed", "sent_date": None})
    assert forwards()[0].state == "sent"


def test_waits_grow_and_follow_the_upstream_within_bounds() -> None:
    assert list(WAITS) == sorted(WAITS)
    assert wait_after(1, 45) == timedelta(seconds=45)
    assert wait_after(1, 3_600) == 2 * WAITS[0]
    assert wait_after(1, 1) == WAITS[0]
    assert wait_after(len(WAITS)) == WAITS[-1]
    assert wait_after(len(WAITS) + 1) is None
