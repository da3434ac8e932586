"""The list of bugs that are planted on purpose stays true to the code it changes."""

from __future__ import annotations

import pytest

from tests.faults.planted_bugs import BUGS, Bug


def test_there_are_enough_of_them_and_each_has_a_name_of_its_own() -> None:
    assert len({bug.name for bug in BUGS}) == len(BUGS) >= 30


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_bug_can_still_be_planted(bug: Bug) -> None:
    assert bug.fault is None
    assert bug.guard != bug.instead
