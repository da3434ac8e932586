"""Every command does what its row of the table says, with all that follows; without a row, nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from app.domain.errors import Invalid, NotFound, Refused
from app.domain.packages import COMMAND_RULES, RULE_OF, PackageCommand, PackageState, commands_for
from app.extensions import db
from app.models import (
    AuditEntry,
    ExecutionPlan,
    ExecutionPlanItem,
    Fact,
    InventoryDiscrepancy,
    Package,
    PackageItem,
    PlanAttempt,
    Refusal,
    Reservation,
    StockLocation,
)
from app.queries import consistency
from app.services import execution_plan_commands, packages
from app.services.unit_of_work import unit_of_work
from tests import builders
from tests.world.scripts import (
    Script,
    a_shop,
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


def a_planned_order(*items: dict[str, object], **stock_counts: object) -> int:
    """Order 1001 in a shop with that stock; the id of its first package."""
    Script(a_shop(**stock_counts)).tell(**order("1001", *(items or [item(1)]))).load()
    return package_ids()[0]


def package_ids() -> Sequence[int]:
    return db.session.execute(select(Package.id).order_by(Package.id)).scalars().all()


def states() -> list[tuple[str, str | None, str]]:
    """State, location and item states of every package."""
    found = db.session.execute(
        select(Package.id, Package.state, StockLocation.erp_code)
        .outerjoin(StockLocation, StockLocation.id == Package.stock_location_id)
        .order_by(Package.id)
    ).all()
    items: dict[int, list[str]] = {}
    for package_id, state in db.session.execute(
        select(PackageItem.package_id, PackageItem.state).order_by(PackageItem.id)
    ):
        items.setdefault(package_id, []).append(state)
    return [(row.state, row.erp_code, " ".join(items[row.id])) for row in found]


def held() -> list[str]:
    return list(db.session.execute(select(Reservation.state).order_by(Reservation.id)).scalars())


def plan_state() -> str:
    return db.session.execute(select(ExecutionPlan.state)).scalar_one()


def triggers() -> list[str]:
    return list(db.session.execute(select(PlanAttempt.trigger).order_by(PlanAttempt.number)).scalars())


def last_fact() -> Fact:
    return db.session.scalars(select(Fact).order_by(Fact.id.desc())).first()  # type: ignore[return-value]


@pytest.fixture(autouse=True)
def _books_are_whole(db_session: object) -> object:
    yield
    db.session.rollback()
    assert list(consistency.findings()) == []


@pytest.mark.parametrize("command", PackageCommand)
def test_a_command_out_of_its_states_is_refused_and_changes_nothing(command: PackageCommand) -> None:
    forbidden = [state for state in PackageState if state not in RULE_OF[command].states]
    for state in forbidden:
        blocked_from = "100" if state == "700" else None
        package = builders.a_package(state=state.value, blocked_from=blocked_from)
        before = rows_stored()
        with pytest.raises(Refused) as caught:
            packages.carry_out(package.id, command, "Because")
        assert caught.value.params == {"command": command.value, "state": state.value}
        assert rows_stored() == before
        kept = db.session.execute(select(Package.state).where(Package.id == package.id)).scalar_one()
        assert kept == state
        with unit_of_work():
            for table in (PackageItem, Package):
                db.session.delete(db.session.scalars(select(table)).one())
                db.session.flush()


PLAIN = [
    (rule.command, state, str(rule.becomes))
    for rule in COMMAND_RULES
    if rule.becomes and not rule.releases
    for state in sorted(rule.states)
]


@pytest.mark.parametrize(("command", "state", "becomes"), PLAIN)
def test_a_plain_command_moves_package_and_items_and_keeps_what_is_held(
    command: PackageCommand, state: str, becomes: str
) -> None:
    package_id = a_planned_order()
    with unit_of_work():
        for row in (db.session.get(Package, package_id), db.session.scalars(select(PackageItem)).one()):
            row.state = state  # type: ignore[union-attr]
    assert packages.carry_out(package_id, command) is None
    assert states() == [(becomes, "WH1", becomes)]
    assert held() == ["held"]
    assert (plan_state(), triggers()) == ("completed", ["order"])


@pytest.mark.parametrize("state", sorted(RULE_OF[PackageCommand.BLOCK].states))
def test_unblocking_returns_to_what_the_package_was(state: str) -> None:
    package_id = a_planned_order()
    with unit_of_work():
        for row in (db.session.get(Package, package_id), db.session.scalars(select(PackageItem)).one()):
            row.state = state  # type: ignore[union-attr]
    packages.carry_out(package_id, PackageCommand.BLOCK)
    assert states() == [("700", "WH1", "700")]
    assert held() == ["held"]
    packages.carry_out(package_id, PackageCommand.UNBLOCK)
    assert states() == [(state, "WH1", state)]
    assert db.session.execute(select(Package.blocked_from)).scalar_one() is None


def test_a_refused_order_is_planned_again_elsewhere_and_never_here() -> None:
    package_id = a_planned_order(WH1="5", ST2="5")
    attempt_id = packages.carry_out(package_id, PackageCommand.REFUSE, "  Torn ")
    assert states() == [("600", "WH1", "600"), ("100", "ST2", "100")]
    assert held() == ["released", "held"]
    refusal = db.session.scalars(select(Refusal)).one()
    assert (
        refusal.reason
        == db.session.execute(select(Package.reason).where(Package.reason.is_not(None))).scalar()
        == "Torn"
    )
    assert triggers() == ["order", "refuse"]
    assert attempt_id == db.session.scalars(select(PlanAttempt.id).order_by(PlanAttempt.id.desc())).first()
    packages.carry_out(package_ids()[1], PackageCommand.REFUSE, "Closed")
    assert states()[2] == ("920", None, "920")
    assert plan_state() == "pending"
    cause = db.session.execute(select(Package.cause).where(Package.state == "920")).scalar_one()
    assert cause == "out_of_stock_everywhere"


@pytest.mark.parametrize("reason", [None, "", "  \n"])
def test_a_refusal_needs_a_reason(reason: str | None) -> None:
    package_id = a_planned_order()
    before = rows_stored()
    with pytest.raises(Invalid) as caught:
        packages.carry_out(package_id, PackageCommand.REFUSE, reason)
    assert set(caught.value.errors) == {"reason"}
    assert (rows_stored(), states()) == (before, [("100", "WH1", "100")])


def test_what_was_not_found_is_reported_and_planned_again_and_the_rest_stays() -> None:
    Script(
        [*a_shop(WH1="5", ST2="5"), product("TS-L"), stock("WH1", "TS-L", 5), stock("ST2", "TS-L", 5)]
    ).tell(**order("1001", item(1), item(2, "TS-L"))).load()
    missing = db.session.scalars(select(PackageItem.id).order_by(PackageItem.id)).first()
    assert missing is not None
    packages.carry_out(package_ids()[0], PackageCommand.NOT_FOUND, package_item_ids=[missing])
    assert states() == [("100", "WH1", "600 100"), ("100", "ST2", "100")]
    assert held() == ["released", "held", "held"]
    report = db.session.scalars(select(InventoryDiscrepancy)).one()
    assert (report.reason, report.is_active, report.package_item_id) == ("out_of_stock", True, missing)
    assert last_fact().body["items"] == [1]
    assert triggers() == ["order", "not_found"]


def test_without_names_nothing_of_the_package_was_found() -> None:
    package_id = a_planned_order(item(1), item(2))
    packages.carry_out(package_id, PackageCommand.NOT_FOUND)
    assert states() == [("600", "WH1", "600 600"), ("920", None, "920 920")]
    assert len(db.session.scalars(select(InventoryDiscrepancy)).all()) == 2
    assert "items" not in last_fact().body
    assert (
        db.session.execute(select(Package.cause).where(Package.state == "920")).scalar() == "discrepancy_hold"
    )


@pytest.mark.parametrize("of", ["another package", "a cancelled item", "nothing"])
def test_only_items_of_the_package_can_be_missing(of: str) -> None:
    package_id = a_planned_order(item(1), item(2))
    own = list(db.session.scalars(select(PackageItem.id).order_by(PackageItem.id)))
    if of == "a cancelled item":
        packages.carry_out(package_id, PackageCommand.NOT_FOUND, package_item_ids=own[:1])
    wrong = {"another package": [own[0], 10**9], "a cancelled item": own[:1], "nothing": []}[of]
    with pytest.raises(Invalid) as caught:
        packages.carry_out(package_id, PackageCommand.NOT_FOUND, package_item_ids=wrong)
    assert set(caught.value.errors) == {"package_items"}


def test_a_cancelled_package_is_not_planned_again_and_its_units_are_free() -> None:
    package_id = a_planned_order(item(1), WH1="1")
    packages.carry_out(package_id, PackageCommand.CANCEL, "The customer called")
    assert (states(), held(), plan_state()) == ([("600", "WH1", "600")], ["released"], "cancelled")
    assert triggers() == ["order"]
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "package.cancel")).one()
    assert (entry.before, entry.after, entry.reason) == (
        {"state": "100"},
        {"state": "600"},
        "The customer called",
    )


def test_cancelling_what_waits_cancels_the_plan_and_the_cause_goes() -> None:
    package_id = a_planned_order(item(1), WH1="0")
    packages.carry_out(package_id, PackageCommand.CANCEL)
    assert (states(), plan_state()) == ([("600", None, "600")], "cancelled")
    assert db.session.execute(select(Package.cause, Package.cause_stale)).one() == (None, False)


def test_cancelling_what_waits_leaves_what_is_served() -> None:
    Script([*a_shop(WH1="1")]).tell(**order("1001", item(1), item(2))).load()
    waiting = db.session.execute(select(Package.id).where(Package.state == "920")).scalar_one()
    packages.carry_out(waiting, PackageCommand.CANCEL)
    assert (plan_state(), held()) == ("completed", ["held"])
    assert sorted(db.session.scalars(select(ExecutionPlanItem.state))) == ["cancelled", "served"]


@pytest.mark.parametrize("count", ["1", "0"])
def test_packing_for_refund_ends_it_whether_it_was_served_or_waits(count: str) -> None:
    package_id = a_planned_order(item(1), WH1=count)
    packages.carry_out(package_id, PackageCommand.PACK_FOR_REFUND)
    assert states() == [("1100", "WH1" if count == "1" else None, "1100")]
    assert set(held()) <= {"released"}
    assert plan_state() == "cancelled"


def test_packing_for_refund_clears_the_reports_about_its_items() -> None:
    script = Script(a_shop()).tell(**order("1001", item(1)))
    script.tell("discrepancy", erp_code="WH1", omnitron_id=1, reason="damaged").load()
    packages.carry_out(package_ids()[0], PackageCommand.PACK_FOR_REFUND)
    assert db.session.execute(select(InventoryDiscrepancy.is_active)).scalar_one() is False


def test_rescheduling_plans_the_order_again() -> None:
    package_id = a_planned_order(item(1), WH1="0")
    assert packages.carry_out(package_id, PackageCommand.RESCHEDULE) is not None
    assert states() == [("920", None, "920")]
    Script([stock("WH1", "TS-M", 1)]).load()
    packages.carry_out(package_id, PackageCommand.RESCHEDULE)
    assert states() == [("600", None, "600"), ("100", "WH1", "100")]
    assert triggers() == ["order", "replan", "replan"]
    assert last_fact().kind == "package_command"


def test_a_command_is_one_fact_whatever_follows_from_it() -> None:
    package_id = a_planned_order(WH1="5", ST2="5")
    before = rows_stored()["facts"]
    packages.carry_out(package_id, PackageCommand.NOT_FOUND)
    assert rows_stored()["facts"] == before + 1
    assert last_fact().body == {
        "number": "1001",
        "sku": "TS-M",
        "command": "not_found",
        "channel": "Web",
        "erp_code": "WH1",
        "package": "1001-1",
    }
    assert (last_fact().package_id, last_fact().order_id) == (package_id, 1)


def test_an_unknown_package_is_not_found() -> None:
    with pytest.raises(NotFound):
        packages.carry_out(10**9, PackageCommand.PACK)


def test_freeing_a_full_location_tells_why_others_wait_anew() -> None:
    script = Script([*a_shop(WH1="9"), product("TS-L"), stock("WH1", "TS-L", 9)])
    script.tell(**location("WH1", max_quota=1)).tell(**scenario(rule(select_by_quota=True)))
    script.tell(**order("1", item(1))).tell(**order("2", item(2, "TS-L"))).load()
    waiting = select(Package.cause).where(Package.state == "920")
    assert db.session.execute(waiting).scalar_one() == "quota_full"
    packages.carry_out(package_ids()[0], PackageCommand.PACK)
    assert db.session.execute(waiting).scalar_one() == "served_now"


def test_a_pending_plan_is_planned_again_or_given_up_and_no_other() -> None:
    package_id = a_planned_order(item(1), WH1="0")
    plan_id = db.session.execute(select(ExecutionPlan.id)).scalar_one()
    assert execution_plan_commands.replan_order(1, "remedy") is not None
    assert last_fact().body == {"number": "1001", "channel": "Web", "trigger": "remedy"}
    execution_plan_commands.cancel_plan(plan_id, "Sold out for good")
    assert (states(), plan_state()) == ([("600", None, "600")], "cancelled")
    assert (last_fact().kind, last_fact().package_id) == ("package_command", package_id)
    for act in (
        lambda: execution_plan_commands.replan_order(1),
        lambda: execution_plan_commands.cancel_plan(plan_id),
    ):
        with pytest.raises(Refused) as caught:
            act()
        assert (caught.value.code, caught.value.params["state"]) == ("plan_command", "cancelled")


def test_an_order_without_plan_and_an_unknown_plan_are_not_found() -> None:
    order_id = builders.an_order(state="300").id
    with pytest.raises(NotFound):
        execution_plan_commands.replan_order(order_id)
    with pytest.raises(NotFound):
        execution_plan_commands.replan_order(10**9)
    with pytest.raises(NotFound):
        execution_plan_commands.cancel_plan(10**9)


def test_what_is_possible_now_is_what_is_not_refused() -> None:
    assert {(one.command, state) for one in COMMAND_RULES for state in one.states} == {
        (command, state) for state in PackageState for command in commands_for(state)
    }
