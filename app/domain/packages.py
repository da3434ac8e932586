"""Package states and the table of package commands (domain.md, 3).

The table is the policy: services and pages ask it, and a command that is not in it is refused.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.domain.errors import Refused


class PackageState(StrEnum):
    """State codes of a package and of its items, as stored and sent."""

    WAITING = "100"
    PREPARING = "200"
    READY_FOR_PACKAGING = "300"
    WAITING_FOR_TRANSFER = "350"
    PACKED = "400"
    SHIPPED = "500"
    DELIVERED = "550"
    CANCELLED = "600"
    BLOCKED = "700"
    NEEDS_RESCHEDULING = "800"
    OUT_OF_STOCK = "920"
    PACKED_FOR_REFUND = "1100"


class PackageCommand(StrEnum):
    """What can be done to a package, in the order in which pages and the API list it."""

    RESCHEDULE = "reschedule"
    PREPARE = "prepare"
    PACK = "pack"
    SHIP = "ship"
    DELIVER = "deliver"
    REFUSE = "refuse"
    NOT_FOUND = "not_found"
    BLOCK = "block"
    UNBLOCK = "unblock"
    PACK_FOR_REFUND = "pack_for_refund"
    CANCEL = "cancel"


class FollowUp(StrEnum):
    """What the service has to do after the package has its new state."""

    NOTHING = "nothing"
    PLAN_ORDER = "plan_order"
    KEEP_REFUSALS_AND_PLAN = "keep_refusals_and_plan"
    REPORT_MISSING_AND_PLAN = "report_missing_and_plan"
    CLEAR_DISCREPANCIES = "clear_discrepancies"


# Not packed yet: these packages use up their location's quota.
UNPACKED_STATES = frozenset(
    {
        PackageState.WAITING,
        PackageState.PREPARING,
        PackageState.READY_FOR_PACKAGING,
        PackageState.WAITING_FOR_TRANSFER,
    }
)

# Nothing can happen to a package in these states any more.
FINAL_STATES = frozenset({PackageState.DELIVERED, PackageState.CANCELLED, PackageState.PACKED_FOR_REFUND})

# States in which a package may be without a location (an out-of-stock one always is).
WITHOUT_LOCATION_STATES = frozenset(
    {PackageState.OUT_OF_STOCK, PackageState.CANCELLED, PackageState.PACKED_FOR_REFUND}
)

_WAITING_OR_PREPARING = frozenset({PackageState.WAITING, PackageState.PREPARING})
_BEFORE_PACKAGING = _WAITING_OR_PREPARING | {PackageState.READY_FOR_PACKAGING}


@dataclass(frozen=True)
class CommandRule:
    """One row of the table.

    `becomes` is None where the new state depends on more than the command (`reschedule`: on planning,
    `unblock`: on what the package was). `releases` says whether reservations of the items concerned are
    released, `takes_items` whether the command may name some of the package's items.
    """

    command: PackageCommand
    states: frozenset[PackageState]
    becomes: PackageState | None
    releases: bool = False
    then: FollowUp = FollowUp.NOTHING
    needs_reason: bool = False
    takes_items: bool = False


COMMAND_RULES: tuple[CommandRule, ...] = (
    CommandRule(
        PackageCommand.RESCHEDULE, frozenset({PackageState.OUT_OF_STOCK}), None, then=FollowUp.PLAN_ORDER
    ),
    CommandRule(PackageCommand.PREPARE, frozenset({PackageState.WAITING}), PackageState.PREPARING),
    CommandRule(PackageCommand.PACK, UNPACKED_STATES, PackageState.PACKED),
    CommandRule(PackageCommand.SHIP, frozenset({PackageState.PACKED}), PackageState.SHIPPED),
    CommandRule(PackageCommand.DELIVER, frozenset({PackageState.SHIPPED}), PackageState.DELIVERED),
    CommandRule(
        PackageCommand.REFUSE,
        _WAITING_OR_PREPARING,
        PackageState.CANCELLED,
        releases=True,
        then=FollowUp.KEEP_REFUSALS_AND_PLAN,
        needs_reason=True,
    ),
    CommandRule(
        PackageCommand.NOT_FOUND,
        _BEFORE_PACKAGING,
        PackageState.CANCELLED,
        releases=True,
        then=FollowUp.REPORT_MISSING_AND_PLAN,
        takes_items=True,
    ),
    CommandRule(PackageCommand.BLOCK, _BEFORE_PACKAGING, PackageState.BLOCKED),
    CommandRule(PackageCommand.UNBLOCK, frozenset({PackageState.BLOCKED}), None),
    CommandRule(
        PackageCommand.PACK_FOR_REFUND,
        frozenset({PackageState.WAITING, PackageState.OUT_OF_STOCK}),
        PackageState.PACKED_FOR_REFUND,
        releases=True,
        then=FollowUp.CLEAR_DISCREPANCIES,
    ),
    CommandRule(
        PackageCommand.CANCEL,
        UNPACKED_STATES | {PackageState.BLOCKED, PackageState.OUT_OF_STOCK},
        PackageState.CANCELLED,
        releases=True,
    ),
)

RULE_OF: dict[PackageCommand, CommandRule] = {rule.command: rule for rule in COMMAND_RULES}


@dataclass(frozen=True)
class Outcome:
    """What a command does to a package: its new state, what `unblock` will return to, and what follows."""

    state: PackageState
    blocked_from: PackageState | None
    releases: bool
    then: FollowUp


def commands_for(state: str) -> list[PackageCommand]:
    """Commands that are possible now, in the order of the table. `state` is a package state code."""
    return [rule.command for rule in COMMAND_RULES if state in rule.states]


def outcome(
    command: PackageCommand, state: str, *, blocked_from: str | None = None, items_left: int = 0
) -> Outcome:
    """What `command` makes of a package in `state`.

    `blocked_from` is the state the package was blocked in, `items_left` how many of its items the
    command leaves in place (only `not_found` leaves any). Raises Refused `package_command` when the
    table has no such row.
    """
    rule = RULE_OF[command]
    if state not in rule.states:
        raise Refused("package_command", command=command.value, state=str(state))
    before = PackageState(state)
    after = _state_after(rule, before, blocked_from, items_left)
    kept = before if command is PackageCommand.BLOCK else None
    return Outcome(state=after, blocked_from=kept, releases=rule.releases, then=rule.then)


def _state_after(
    rule: CommandRule, before: PackageState, blocked_from: str | None, items_left: int
) -> PackageState:
    if rule.takes_items and items_left > 0:
        return before
    if rule.command is PackageCommand.UNBLOCK:
        return PackageState(blocked_from) if blocked_from else PackageState.WAITING
    return rule.becomes or before


def uses_quota(state: str) -> bool:
    """Whether a package in this state counts towards its location's quota and density."""
    return state in UNPACKED_STATES


def is_open(state: str) -> bool:
    """Whether anything can still happen to a package in this state."""
    return state not in FINAL_STATES


def state_from_items(state: str, item_states: Iterable[str]) -> PackageState:
    """A package all of whose items are 600 is 600 itself; any other keeps its state."""
    if all(item == PackageState.CANCELLED for item in item_states):
        return PackageState.CANCELLED
    return PackageState(state)
