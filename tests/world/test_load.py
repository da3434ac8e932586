"""Loading replays facts in order, with the clock at each, and adds to what is there."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app import clock, databases
from app.extensions import db
from app.models import (
    Address,
    AuditEntry,
    City,
    Customer,
    ExecutionPlan,
    Fact,
    Order,
    OrderItem,
    Package,
    PlanAttempt,
    Reservation,
    Stock,
    StockLocation,
    StockLogEntry,
)
from app.models.counters import ORDERS
from app.queries import counters
from app.services import world_scripts
from tests import builders as build
from tests.world.scripts import (
    START,
    Script,
    a_shop,
    channel,
    item,
    location,
    order,
    product,
    rows_stored,
    rule,
    scenario,
    stock,
)

pytestmark = pytest.mark.usefixtures("db_session")

SAMPLE = Path(__file__).parent / "sample.ndjson"


def only(column: object) -> object:
    return db.session.execute(select(column)).scalars().one()  # type: ignore[call-overload]


def all_of(column: object) -> list[str]:
    return list(db.session.execute(select(column)).scalars())  # type: ignore[call-overload]


def test_the_sample_of_the_specification_loads_line_by_line() -> None:
    with SAMPLE.open("rb") as file:
        result = world_scripts.load(file)
    assert result.facts == 15
    assert result.by_kind["stock"] == 1
    assert only(Package.state) == "600"
    assert only(ExecutionPlan.state) == "cancelled"
    assert all_of(Reservation.state) == ["released", "released"]


def test_everything_happens_at_the_instant_of_its_line() -> None:
    script = Script(a_shop())
    placed_at = script.at
    script.tell(**order("1", item(1))).tell("mapping", omnitron_id=1, code="E").load()
    assert only(PlanAttempt.attempted_date) == only(StockLogEntry.date) == placed_at
    assert only(Reservation.reserved_date) == placed_at
    assert only(Reservation.released_date) == placed_at + timedelta(minutes=1)
    assert only(Stock.answered_date) == placed_at - timedelta(minutes=1)
    facts = db.session.execute(select(Fact.kind, Fact.at).order_by(Fact.id)).all()
    assert [at for _, at in facts] == [START + timedelta(minutes=n) for n in range(len(facts))]


def test_causes_are_known_after_loading_and_as_of_then() -> None:
    script = Script(a_shop(WH1="0")).tell(**order("1", item(1)))
    script.load()
    assert only(Package.cause) == "out_of_stock_everywhere"
    assert only(Package.cause_checked_at) == script.at
    assert only(Package.cause_stale) is False


def test_what_is_not_plannable_waits_until_it_is() -> None:
    script = Script(a_shop()).tell(**order("1", item(1), state="300"))
    script.load()
    assert all_of(Package.state) == []
    script.lines.clear()
    script.tell("order_state", number="1", state="450").load()
    assert only(Package.state) == "100"
    assert only(OrderItem.state) == "450"


def test_loading_adds_to_what_is_there() -> None:
    Script(a_shop()).load()
    Script([order("1", item(1))], start=START + timedelta(days=1)).load()
    assert only(Package.state) == "100"
    assert rows_stored()["facts"] == 6


def test_a_repeated_line_changes_what_it_names_and_keeps_the_rest() -> None:
    script = Script([location("WH1", max_quota=5, latitude="40.8", longitude="29.4", city="Kocaeli")])
    script.tell("stock_location", erp_code="WH1", is_active=False)
    script.tell("stock_location", erp_code="WH1", max_quota=None).load()
    place = db.session.scalars(select(StockLocation)).one()
    assert (place.is_active, place.max_quota, place.priority, place.city) == (False, None, 1, "Kocaeli")
    facts = db.session.scalars(select(Fact).order_by(Fact.id)).all()
    assert [fact.body["is_active"] for fact in facts] == [True, False, False]
    assert facts[-1].body["latitude"] == "40.80000000"
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert (entry.action, entry.before, entry.after) == (
        "stock_location.changed",
        {"max_quota": 5},
        {"max_quota": None},
    )


def test_the_last_stock_answer_counts_and_zero_is_one() -> None:
    script = Script(a_shop(WH1="3")).tell(**stock("WH1", "TS-M", 2.5)).tell(**stock("WH1", "TS-M", 0))
    script.tell(**order("1", item(1))).load()
    assert (only(Stock.stock_count), only(Stock.answered_date)) == (0, script.at - timedelta(minutes=2))
    assert only(Package.state) == "920"
    assert [fact for fact in all_of(Fact.kind) if fact == "stock"] == ["stock"] * 3


def test_many_stock_lines_in_a_row_are_one_audit_entry() -> None:
    Script([*a_shop(WH1="3", ST2="4", ST3="5")]).load()
    recorded = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "stock.recorded")).all()
    assert [entry.after for entry in recorded] == [{"answers": 3, "erp_codes": ["ST2", "ST3", "WH1"]}]


def test_one_number_may_be_in_two_channels() -> None:
    script = Script(a_shop()).tell(**channel("App"))
    script.tell(**order("1", item(1))).tell(**order("1", item(2), channel="App"))
    script.tell("order_state", number="1", channel="App", state="100").load()
    assert sorted(all_of(Order.state)) == ["100", "400"]


def test_an_order_brings_its_people_and_places_once() -> None:
    city = {"country": {"name": "Italy", "code": "it"}, "city": {"name": "Milano", "latitude": "45.46"}}
    home = {
        **city,
        "title": "Casa",
        "line": "Via 1",
        "township": {"name": "Brera"},
        "district": {"name": "1"},
    }
    guest = {"email": "a@shop.example", "first_name": "Ada"}
    script = Script(a_shop())
    script.tell(**order("1", item(1), customer=guest, shipping_address=home, billing_address=home))
    script.tell(**order("2", item(2), customer=guest, address=home))
    script.tell(**order("3", item(3), customer=guest, shipping_address={**home, "line": "Via 2"}))
    script.tell(**order("4", item(4), shipping_address={"line": "Via 3", "district": {"name": "1"}}))
    script.load()
    rows = rows_stored()
    assert (rows["customers"], rows["addresses"]) == (2, 3)
    addresses = db.session.scalars(select(Address).order_by(Address.id)).all()
    assert addresses[0].city_id == addresses[1].city_id != addresses[2].city_id
    assert addresses[2].city_id is None
    assert addresses[2].district_id not in (None, addresses[0].district_id)
    assert sorted(all_of(City.name)) == ["", "Milano"]


def test_a_customer_the_upstream_knows_is_changed_by_what_is_given() -> None:
    script = Script(a_shop())
    script.tell(
        **order("1", item(1), customer={"omnitron_id": 5, "first_name": "Işıl", "email": "a@b.example"})
    )
    script.tell(**order("2", item(2), customer={"omnitron_id": 5, "last_name": "Öz"}))
    script.tell(**order("3", item(3), customer={"omnitron_id": 5, "first_name": "Isil"})).load()
    customer = db.session.scalars(select(Customer)).one()
    assert (customer.first_name, customer.last_name, customer.email) == ("Isil", "Öz", "a@b.example")
    assert customer.search_name == "isil oz"


def test_distance_is_measured_to_the_district_of_the_address() -> None:
    near = {"latitude": "41.0", "longitude": "29.0"}
    far = {"latitude": "38.0", "longitude": "27.0"}
    script = Script([channel(), product(), location("ST-FAR", **far), location("ST-NEAR", **near)])
    script.tell(**scenario(rule(order_by="distance")))
    script.tell(**stock("ST-FAR", "TS-M", 9)).tell(**stock("ST-NEAR", "TS-M", 9))
    address = {"city": {"name": "İzmir", **far}, "district": {"name": "Moda", **near}}
    script.tell(**order("1", item(1), shipping_address=address)).load()
    place = select(StockLocation.erp_code).join(Package, Package.stock_location_id == StockLocation.id)
    assert db.session.execute(place).scalar() == "ST-NEAR"


def test_a_line_about_the_past_is_taken_as_it_is() -> None:
    script = Script(a_shop()).tell(**order("1", item(1)))
    script.at = datetime.fromisoformat("2020-01-01T00:00:00Z")
    script.tell(**stock("WH1", "TS-M", 1)).load()
    assert only(Stock.answered_date) == datetime.fromisoformat("2020-01-01T00:00:00Z")


@pytest.mark.parametrize("kept_lines", [2_000, 3], ids=["one by one", "at the end"])
def test_what_was_loaded_is_counted_and_so_is_what_comes_after(
    kept_lines: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A long script is counted at its end; two thousand lines are long."""
    monkeypatch.setattr(world_scripts, "_KEPT_LINES", kept_lines)
    Script(a_shop()).load()
    Script([order("1", item(1)), order("2", item(2))], start=START + timedelta(days=1)).load()
    assert _orders_counted() == 2
    build.an_order()
    assert _orders_counted() == 3


def test_the_database_counts_its_rows_after_a_long_script(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not for real: this small a count would make the planner take the tables of later tests for empty."""
    counted: list[str] = []
    monkeypatch.setattr(databases, "count_rows_anew", lambda on: counted.append(on.dialect.name))
    Script(a_shop()).load()
    assert counted == []
    monkeypatch.setattr(world_scripts, "_KEPT_LINES", 2)
    Script([order("1", item(1)), order("2", item(2))], start=START + timedelta(days=1)).load()
    assert counted == [db.engine.dialect.name]


def _orders_counted() -> int:
    return counters.total(counters.read([ORDERS.blocks])[ORDERS.blocks])


def test_the_clock_is_the_real_one_again_afterwards() -> None:
    Script(a_shop()).load()
    assert abs(clock.now() - datetime.now(clock.now().tzinfo)) < timedelta(minutes=1)
