"""States of a plan: what it becomes, what can be done to it."""

from itertools import product

import pytest

from app.domain.execution_plans import PlanState, commands_for_plan, may_become, state_from_items

ALLOWED = {
    ("start", "pending"),
    ("start", "completed"),
    ("start", "cancelled"),
    ("pending", "completed"),
    ("pending", "cancelled"),
    ("completed", "pending"),
    ("completed", "cancelled"),
    ("cancelled", "pending"),
    ("cancelled", "completed"),
}


@pytest.mark.parametrize("state", PlanState)
def test_a_plan_takes_commands_only_while_it_is_pending(state: PlanState) -> None:
    assert commands_for_plan(state) == (["replan", "cancel"] if state == "pending" else [])


@pytest.mark.parametrize(("before", "after"), list(product(PlanState, PlanState)))
def test_a_plan_goes_only_where_it_may(before: PlanState, after: PlanState) -> None:
    assert may_become(before, after) is (before == after or (before, after) in ALLOWED)


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([], "start"),
        (["served"], "completed"),
        (["served", "cancelled"], "completed"),
        (["served", "out_of_stock"], "pending"),
        (["out_of_stock", "cancelled"], "pending"),
        (["cancelled"], "cancelled"),
    ],
)
def test_the_items_decide_the_state_of_the_plan(items: list[str], expected: str) -> None:
    assert state_from_items(items) == expected
