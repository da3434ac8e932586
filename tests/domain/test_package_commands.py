"""The table of package commands, cell by cell: written out here a second time, from domain.md."""

from itertools import product

import pytest

from app.domain.errors import Refused
from app.domain.packages import (
    RULE_OF,
    FollowUp,
    PackageCommand,
    PackageState,
    commands_for,
    is_open,
    outcome,
    state_from_items,
    uses_quota,
)

# command: {state it is possible in: state the package has afterwards}
POSSIBLE = {
    "reschedule": {"920": "920"},
    "prepare": {"100": "200"},
    "pack": {"100": "400", "200": "400", "300": "400", "350": "400"},
    "ship": {"400": "500"},
    "deliver": {"500": "550"},
    "refuse": {"100": "600", "200": "600"},
    "not_found": {"100": "600", "200": "600", "300": "600"},
    "block": {"100": "700", "200": "700", "300": "700"},
    "unblock": {"700": "200"},
    "pack_for_refund": {"100": "1100", "920": "1100"},
    "cancel": {"100": "600", "200": "600", "300": "600", "350": "600", "700": "600", "920": "600"},
}

RELEASING = {"refuse", "not_found", "pack_for_refund", "cancel"}

FOLLOW_UPS = {
    "reschedule": FollowUp.PLAN_ORDER,
    "refuse": FollowUp.KEEP_REFUSALS_AND_PLAN,
    "not_found": FollowUp.REPORT_MISSING_AND_PLAN,
    "pack_for_refund": FollowUp.CLEAR_DISCREPANCIES,
}


def test_the_expected_table_knows_every_command() -> None:
    assert set(POSSIBLE) == {command.value for command in PackageCommand}


@pytest.mark.parametrize(("command", "state"), list(product(PackageCommand, PackageState)))
def test_a_command_does_what_the_table_says_or_is_refused(
    command: PackageCommand, state: PackageState
) -> None:
    after = POSSIBLE[command].get(state)
    if after is None:
        with pytest.raises(Refused) as refusal:
            outcome(command, state, blocked_from="200")
        assert refusal.value.code == "package_command"
        assert refusal.value.params == {"command": command.value, "state": state.value}
    else:
        assert outcome(command, state, blocked_from="200").state == after


@pytest.mark.parametrize("state", PackageState)
def test_the_commands_shown_are_the_commands_that_work(state: PackageState) -> None:
    assert commands_for(state) == [command for command in POSSIBLE if state in POSSIBLE[command]]


@pytest.mark.parametrize("command", PackageCommand)
def test_reservations_are_released_and_work_follows_as_the_table_says(command: PackageCommand) -> None:
    for state in POSSIBLE[command]:
        done = outcome(command, state, blocked_from="200")
        assert done.releases is (command in RELEASING)
        assert done.then is FOLLOW_UPS.get(command, FollowUp.NOTHING)


def test_only_a_refusal_needs_a_reason_and_only_not_found_names_items() -> None:
    assert [command for command, rule in RULE_OF.items() if rule.needs_reason] == ["refuse"]
    assert [command for command, rule in RULE_OF.items() if rule.takes_items] == ["not_found"]


@pytest.mark.parametrize("state", ["100", "200", "300"])
def test_a_package_that_keeps_items_keeps_its_state_when_others_are_not_found(state: str) -> None:
    assert outcome(PackageCommand.NOT_FOUND, state, items_left=1).state == state


@pytest.mark.parametrize("state", ["100", "200", "300"])
def test_unblocking_returns_to_the_state_before_the_block(state: str) -> None:
    blocked = outcome(PackageCommand.BLOCK, state)
    assert blocked.blocked_from == state
    unblocked = outcome(PackageCommand.UNBLOCK, blocked.state, blocked_from=blocked.blocked_from)
    assert (unblocked.state, unblocked.blocked_from) == (state, None)


@pytest.mark.parametrize("state", PackageState)
def test_below_400_uses_quota_and_the_end_states_are_closed(state: PackageState) -> None:
    assert uses_quota(state) is (int(state) < 400)
    assert is_open(state) is (state not in ("550", "600", "1100"))


@pytest.mark.parametrize(
    ("state", "item_states", "expected"),
    [
        ("920", ["600", "600"], "600"),
        ("920", ["600", "920"], "920"),
        ("100", ["100"], "100"),
        ("200", ["600"], "600"),
    ],
)
def test_a_package_whose_items_are_all_cancelled_is_cancelled(
    state: str, item_states: list[str], expected: str
) -> None:
    assert state_from_items(state, item_states) == expected
