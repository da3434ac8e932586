"""Many orders planned again or given up, many packages commanded: planned first, each row for itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app import clock
from app.domain.diagnosis.explanation import cause_of
from app.domain.errors import Refused
from app.domain.packages import RULE_OF, PackageCommand, commands_for
from app.queries.bulk_choices import ChosenPackage, WaitingOrder
from app.queries.explanations import present_demand
from app.queries.order_plans import served_in
from app.services import batches, execution_plan_commands, packages
from app.services.batches import PlannedRow
from app.services.unit_of_work import unit_of_work

REPLAN, GIVE_UP, COMMAND = "order_replan", "order_give_up", "package_command"


def plan_replans(chosen: Sequence[WaitingOrder], left_out: int, reason: str, back: str) -> int:
    """The id of a batch that plans these orders again; `left_out` of those chosen wait for nothing.

    Raises Refused `batch_empty` and `batch_too_large`.
    """
    return _plan_orders(REPLAN, chosen, left_out, reason, back)


def plan_give_ups(chosen: Sequence[WaitingOrder], left_out: int, reason: str, back: str) -> int:
    """The same for giving up on what these orders wait for."""
    return _plan_orders(GIVE_UP, chosen, left_out, reason, back)


def plan_commands(command: PackageCommand, chosen: Sequence[ChosenPackage], reason: str, back: str) -> int:
    """The id of a batch that gives each of these packages the command, if its state allows it.

    Raises Refused `reason_needed`, `batch_empty` and `batch_too_large`.
    """
    if RULE_OF[command].needs_reason and not reason:
        raise Refused("reason_needed")
    possible = [one for one in chosen if command in commands_for(one.state)]
    rows = [
        PlannedRow(
            one.number,
            {"package_id": one.id, "command": command.value, "reason": reason},
            {"state": one.state, "place": one.location_name},
        )
        for one in possible
    ]
    title = {"command": command.value, "count": len(rows), "left_out": len(chosen) - len(rows)}
    return batches.plan_batch(COMMAND, rows, reason, title, back)


def _plan_orders(kind: str, chosen: Sequence[WaitingOrder], left_out: int, reason: str, back: str) -> int:
    rows = [
        PlannedRow(
            one.number,
            {
                "order_id": one.order_id,
                "plan_id": one.plan_id,
                "waiting_package": one.package_id,
                "reason": reason,
            },
            {"cause": one.cause},
        )
        for one in chosen
    ]
    return batches.plan_batch(kind, rows, reason, {"count": len(rows), "left_out": left_out}, back)


def _replan(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Who serves the order now. Raises Refused `still_waits` when nobody does: then nothing is stored."""
    with unit_of_work():
        attempt_id = execution_plan_commands.replan_order(
            arguments["order_id"], reason=arguments["reason"] or None
        )
        served = [[one.number, one.location_name] for one in served_in(attempt_id or 0)]
        left = present_demand(arguments["waiting_package"], clock.now())
        if left is not None and not served:
            raise Refused("still_waits", cause=cause_of(*left)[0].value)
        return {"served": served, "is_whole": left is None}


def _give_up(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    execution_plan_commands.cancel_plan(arguments["plan_id"], arguments["reason"] or None)
    return {}


def _command(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    command = PackageCommand(arguments["command"])
    packages.carry_out(arguments["package_id"], command, arguments["reason"] or None)
    return {"command": command.value}


batches.register(REPLAN, _replan)
batches.register(GIVE_UP, _give_up)
batches.register(COMMAND, _command)
