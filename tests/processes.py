"""Processes that do the same at once: `python -m tests.processes WORK NUMBER ARGUMENT…`.

They are forked from one that has imported the product, which takes longer than what they do.
"""

from __future__ import annotations

import json
import multiprocessing
import random
import subprocess
import sys
from collections.abc import Callable

from sqlalchemy import select, update

from app import config, create_app
from app.extensions import db
from app.models import Product
from app.services import reservations
from app.services.unit_of_work import unit_of_work

PATIENCE_SECONDS = 1_800


def in_processes(work: str, number: int, *arguments: object) -> list[int]:
    """What the work came to in each of so many processes; AssertionError when one of them failed."""
    command = [sys.executable, "-m", "tests.processes", work, str(number), *map(str, arguments)]
    ended = subprocess.run(
        command, cwd=config.PROJECT_ROOT, capture_output=True, text=True, timeout=PATIENCE_SECONDS
    )
    assert ended.returncode == 0, ended.stderr
    assert "locked" not in ended.stderr
    results: list[int] = json.loads(ended.stdout.splitlines()[-1])
    return results


def release_all(turn: int, url: str, instance: str, count: str) -> int:
    """Release the reservations 1 … count, each process in an order of its own; how many it released."""
    order = list(range(1, int(count) + 1))
    random.Random(turn).shuffle(order)
    app = create_app({"DATABASE_URL": url, "INSTANCE_PATH": instance, "QUEUE_URL": "memory://"})
    with app.app_context():
        return sum(reservations.release_reservation(one) for one in order)


def count_up(turn: int, url: str, instance: str, rounds: str) -> int:
    """Read the number in the name of the product COUNTER and write the next one, so often; how often."""
    app = create_app({"DATABASE_URL": url, "INSTANCE_PATH": instance, "QUEUE_URL": "memory://"})
    with app.app_context():
        for _ in range(int(rounds)):
            with unit_of_work() as work:
                work.lock_stock(skus=["COUNTER"])
                seen = db.session.execute(select(Product.name)).scalar_one()
                db.session.execute(update(Product).values(name=str(int(seen) + 1)))
    return int(rounds)


WORKS: dict[str, Callable[..., int]] = {one.__name__: one for one in (release_all, count_up)}


def main(work: str, number: int, arguments: list[str]) -> int:
    """Do it and print the results as JSON; 1 when a process failed, which has said why."""
    forking = multiprocessing.get_context("fork")
    results = forking.SimpleQueue()

    def run(turn: int) -> None:
        results.put(WORKS[work](turn, *arguments))

    running = [forking.Process(target=run, args=[turn]) for turn in range(number)]
    for one in running:
        one.start()
    for one in running:
        one.join()
    if any(one.exitcode for one in running):
        return 1
    print(json.dumps([results.get() for _ in running]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), sys.argv[3:]))
