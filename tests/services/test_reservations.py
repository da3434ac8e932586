"""A reservation is released once and for good, for a reason, and every release is a fact and audited."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.domain.errors import Invalid, NotFound, Refused
from app.extensions import db
from app.models import AuditEntry, Fact, Mapping, Package, Reservation
from app.queries import consistency
from app.services import audit, mappings, reservations
from app.services.documents.events import MappingDocument, ReservationDocument
from app.services.documents.values import Quantity
from tests.world.scripts import Script, a_shop, item, order, rows_stored

pytestmark = pytest.mark.usefixtures("db_session")


@pytest.fixture
def shop(db_session: object) -> Script:
    """Order 1 (item 1) holds one of three units at WH1, order 2 waits for three."""
    script = Script(a_shop()).tell(**order("1", item(1))).tell(**order("2", item(2, quantity="3")))
    script.load()
    return script


def held() -> list[tuple[str, str | None]]:
    found = select(Reservation.state, Reservation.release_reason).order_by(Reservation.id)
    return [tuple(row) for row in db.session.execute(found)]


def facts(kind: str) -> list[dict[str, object]]:
    return list(db.session.scalars(select(Fact.body).where(Fact.kind == kind).order_by(Fact.id)))


def hold(omnitron_id: int, quantity: int) -> int:
    document = ReservationDocument(omnitron_id=omnitron_id, erp_code="WH1", quantity=Quantity(quantity))
    return reservations.add_reservation(document)


@pytest.mark.usefixtures("shop")
def test_a_release_happens_once_and_says_who_and_why() -> None:
    with audit.acting_as("ayse"):
        assert reservations.release_reservation(1, "Shipped long ago")
        before = rows_stored()
        assert not reservations.release_reservation(1, "Shipped long ago")
    assert rows_stored() == before
    assert held() == [("released", "operator")]
    assert facts("reservation_release") == [{"omnitron_id": 1, "erp_code": "WH1"}]
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "reservation.released")).one()
    assert (entry.actor, entry.reason, entry.object_id) == ("ayse", "Shipped long ago", "1")
    assert entry.before == {"state": "held", "quantity": "1.00"}
    assert entry.after == {"state": "released", "release_reason": "operator"}
    assert list(consistency.findings()) == []


@pytest.mark.usefixtures("shop")
def test_a_release_tells_anew_why_others_wait() -> None:
    cause = select(Package.cause).where(Package.state == "920")
    assert db.session.execute(cause).scalar_one() == "reserved_by_others"
    reservations.release_reservation(1)
    assert db.session.execute(cause).scalar_one() == "served_now"


@pytest.mark.usefixtures("shop")
def test_of_several_the_fact_says_which() -> None:
    second, third = hold(1, 2_00), hold(1, 5_00)
    assert reservations.release_reservation(third)
    assert reservations.release_reservation(second)
    assert facts("reservation_release") == [
        {"omnitron_id": 1, "erp_code": "WH1", "nth": 3},
        {"omnitron_id": 1, "erp_code": "WH1", "nth": 2},
    ]
    assert facts("reservation")[-1] == {"omnitron_id": 1, "erp_code": "WH1", "quantity": "5.00"}
    assert held() == [("held", None), ("released", "operator"), ("released", "operator")]


def test_an_unknown_reservation_is_not_found() -> None:
    with pytest.raises(NotFound):
        reservations.release_reservation(10**9)


def test_a_script_releases_all_of_an_item_at_a_place_or_one_of_them(shop: Script) -> None:
    for _ in range(3):
        hold(2, 1_00)
    shop.lines.clear()
    shop.tell("reservation_release", omnitron_id=2, erp_code="WH1", nth=2)
    shop.tell("reservation_release", omnitron_id=2, erp_code="WH1", reason="package_command")
    shop.tell("reservation_release", omnitron_id=2, erp_code="WH1").load()
    assert held() == [
        ("held", None),
        ("released", "package_command"),
        ("released", "operator"),
        ("released", "package_command"),
    ]
    assert len(facts("reservation_release")) == 3


@pytest.mark.usefixtures("shop")
def test_a_mapping_releases_what_is_held_of_its_item() -> None:
    hold(1, 2_00)
    made = mappings.create_mapping(MappingDocument(omnitron_id=1, code="ERP-1"))
    assert (made.is_new, made.released, made.code) == (True, 2, "ERP-1")
    assert held() == [("released", "erp_registered")] * 2
    before = rows_stored()
    again = mappings.create_mapping(MappingDocument(omnitron_id=1, code="ERP-1"))
    assert (again.is_new, again.released, again.id) == (False, 0, made.id)
    assert rows_stored() == before


@pytest.mark.usefixtures("shop")
def test_a_mapping_that_leaves_the_stock_alone_is_made_good_by_a_second_call() -> None:
    first = mappings.create_mapping(MappingDocument(omnitron_id=1, code="ERP-1", update_stock=False))
    assert (first.is_new, first.released, held()) == (True, 0, [("held", None)])
    second = mappings.create_mapping(MappingDocument(omnitron_id=1, code="ERP-1"))
    assert (second.is_new, second.released, held()) == (False, 1, [("released", "erp_registered")])
    assert db.session.execute(select(Mapping.update_stock)).scalar_one() is True
    assert len(facts("mapping")) == 2


@pytest.mark.usefixtures("shop")
def test_an_item_is_mapped_once() -> None:
    mappings.create_mapping(MappingDocument(omnitron_id=1, code="ERP-1", update_stock=False))
    before = rows_stored()
    with pytest.raises(Refused) as caught:
        mappings.create_mapping(MappingDocument(omnitron_id=1, code="ERP-2"))
    assert (caught.value.code, caught.value.params) == ("mapped_otherwise", {"stored_code": "ERP-1"})
    with pytest.raises(NotFound):
        mappings.create_mapping(MappingDocument(omnitron_id=9, code="ERP-9"))
    assert (rows_stored(), held()) == (before, [("held", None)])


@pytest.mark.usefixtures("shop")
def test_only_known_items_and_places_can_hold() -> None:
    with pytest.raises(Invalid):
        hold(9, 1_00)
