"""What order and item states mean for planning, and which items move along with their order."""

from itertools import product

import pytest

from app.domain.orders import (
    ItemState,
    OrderState,
    is_line_to_serve,
    is_plannable,
    items_that_follow,
)


@pytest.mark.parametrize("state", OrderState)
def test_only_approved_and_preparing_orders_are_planned(state: OrderState) -> None:
    assert is_plannable(state) is (state in ("400", "450"))


@pytest.mark.parametrize(("order_state", "item_state"), list(product(OrderState, ItemState)))
def test_a_line_is_served_only_when_it_and_its_order_are_plannable(
    order_state: OrderState, item_state: ItemState
) -> None:
    expected = order_state in ("400", "450") and item_state in ("400", "450")
    assert is_line_to_serve(order_state, item_state) is expected


def test_items_have_the_states_of_orders_and_inactive() -> None:
    assert {state.value for state in ItemState} - {state.value for state in OrderState} == {"425"}
    assert {state.value for state in OrderState} <= {state.value for state in ItemState}


def test_items_in_the_orders_former_state_move_along_and_others_stay() -> None:
    items = [(1, "400"), (2, "425"), (3, "100"), (4, "400")]
    assert items_that_follow("400", items) == [1, 4]
