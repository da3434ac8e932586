"""Only so many deliveries are begun or answered and not yet written down; waiting for a receiver is free."""

from __future__ import annotations

import threading

from app.services.delivery_pace import AT_ONCE, Pace
from tests.faults.deliveries import wait_until


def test_one_more_than_may_be_under_way_begins_when_another_is_settled_or_waits() -> None:
    pace, begun = Pace(), []

    def begin(number: int) -> None:
        pace.begin()
        begun.append(number)

    threads = [threading.Thread(target=begin, args=[number], daemon=True) for number in range(AT_ONCE + 2)]
    for thread in threads:
        thread.start()
    wait_until(lambda: len(begun) == AT_ONCE, 60, "as many as may have begun")
    assert sum(thread.is_alive() for thread in threads) == 2
    pace.settled(1)
    wait_until(lambda: len(begun) == AT_ONCE + 1, 60, "one more, in place of what is written down")
    pace.begins()
    wait_until(lambda: len(begun) == AT_ONCE + 2, 60, "and one in place of who waits for a receiver")


def test_an_answer_counts_again_until_it_is_written_down() -> None:
    pace = Pace()
    for _ in range(AT_ONCE):
        pace.begin()
    pace.begins()
    pace.ends()
    late = threading.Thread(target=pace.begin, daemon=True)
    late.start()
    late.join(0.1)
    assert late.is_alive(), "the answer is not written down yet"
    pace.settled(1)
    late.join(60)
    assert not late.is_alive()
