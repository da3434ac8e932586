"""`demo`: the demo world in an empty database, and how to sign in to it. A second run keeps what is there."""

from __future__ import annotations

from datetime import UTC, datetime

import click
import msgspec
from flask.cli import with_appcontext

from app import clock
from app.cli.refusals import refusals_shown
from app.demo import demo_file, world
from app.domain.access import Role
from app.queries import journal
from app.queries.navigation import DEMO_USERNAME
from app.services import audit, users, world_scripts

# Known to everybody, so only ever given to accounts of a world that is made up.
DEMO_PASSWORD = "stocktrace"  # noqa: S105
ACCOUNTS = ((DEMO_USERNAME, Role.OPERATOR), (f"{DEMO_USERNAME}-admin", Role.ADMINISTRATOR))


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
        click.echo(f"Making the demo world: 30 days, {orders:,} orders. This takes about a minute …")
        lines = world.lines(anchor or clock.now(), seed=seed, orders=orders)
        with refusals_shown(), audit.acting_as("demo"):
            result = world_scripts.load(msgspec.json.encode(line) for line in lines)
            for name, role in ACCOUNTS:
                users.create_user(name, role, DEMO_PASSWORD)
        demo_file.write(anchor or clock.now(), seed)
        click.echo(f"{result.facts:,} facts loaded.")
    if users.is_known(DEMO_USERNAME):
        if demo_file.find() is None:
            demo_file.write(clock.now(), seed)
        click.echo(f"Sign in as {' or '.join(name for name, _ in ACCOUNTS)}, password {DEMO_PASSWORD}")
