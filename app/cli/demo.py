"""`demo`: the demo world in an empty database, and how to sign in to it. A second run keeps what is there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import click
import msgspec
from flask.cli import with_appcontext

from app import clock
from app.cli.refusals import refusals_shown
from app.demo import demo_file, subscriptions, world
from app.domain.access import Role
from app.queries import journal
from app.queries.navigation import DEMO_USERNAME
from app.services import audit, triage, upstream_feeds, users, world_scripts

# Known to everybody, so only ever given to accounts of a world that is made up.
DEMO_PASSWORD = "stocktrace"  # noqa: S105
ACCOUNTS = {
    DEMO_USERNAME: Role.OPERATOR,
    f"{DEMO_USERNAME}-admin": Role.ADMINISTRATOR,
    f"{DEMO_USERNAME}-manager": Role.STORE_MANAGER,
}
FACTS_BETWEEN_WORDS = 10_000
MANAGED = ("ST-009", "ST-012")
"""Locations of the demo's store manager: one with packages to prepare, one whose reports block others."""


class Instant(click.ParamType):
    """An instant in ISO 8601; without a zone it is UTC."""

    name = "instant"

    def convert(
        self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read the text. Anything else ends the command with an example."""
        try:
            found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no instant; write it like 2026-11-20T08:00:00Z", param, ctx)
        return found if found.tzinfo else found.replace(tzinfo=UTC)


@click.command()
@click.option("--at", "anchor", type=Instant(), help="When the demo's last day ends; now if left out.")
@click.option("--seed", default=world.SEED, show_default=True, help="Another number gives another world.")
@click.option("--orders", default=world.ORDERS, show_default=True, type=click.IntRange(min=1))
@with_appcontext
def demo(anchor: datetime | None, seed: int, orders: int) -> None:
    """Make the demo world, unless the database holds facts already."""
    if journal.is_empty():
        click.echo(f"Making the demo world: 30 days, {orders:,} orders. This takes a minute or two …")
        lines = subscriptions.Split(world.lines(anchor or clock.now(), seed=seed, orders=orders))
        with refusals_shown(), audit.acting_as("demo"):
            result = world_scripts.load(msgspec.json.encode(line) for line in _counted(lines))
            for name, role in ACCOUNTS.items():
                own = MANAGED if role is Role.STORE_MANAGER else ()
                users.create_user(name, role, DEMO_PASSWORD, own)
        _make_surroundings(anchor or clock.now(), seed)
        with refusals_shown(), audit.acting_as("demo"):
            subscriptions.subscribe()
            told = _tell_newest(lines.newest)
        triage.refresh()  # so that the first page that is opened names fixes
        click.echo(f"{result.facts + told:,} facts loaded, the newest {told:,} told to webhooks.")
    if users.is_known(DEMO_USERNAME):
        if demo_file.find() is None:
            _make_surroundings(clock.now(), seed)
        click.echo(f"Sign in as {' or '.join(ACCOUNTS)}, password {DEMO_PASSWORD}")


def _counted(lines: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The same lines, telling now and then how many there were: a slow machine takes minutes for all."""
    for number, line in enumerate(lines, 1):
        yield line
        if number % FACTS_BETWEEN_WORDS == 0:
            click.echo(f"  {number:,} facts so far …")


def _tell_newest(lines: Iterable[dict[str, Any]]) -> int:
    """Replay the facts as if they happened now, a few at a time; how many."""
    told = 0
    for some in subscriptions.portions(lines):
        told += world_scripts.load([msgspec.json.encode(line) for line in some], emit=True).facts
    return told


def _make_surroundings(made_at: datetime, seed: int) -> None:
    """What the stand-ins around the demo need. Changes are followed from then on: the rest is for pulling."""
    demo_file.write(made_at, seed)
    upstream_feeds.start_at(made_at)
