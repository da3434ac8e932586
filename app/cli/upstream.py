"""`pull` and `sync`: orders from Omnitron, by number or whatever changed."""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext

from app.cli.refusals import refusals_shown
from app.domain.errors import Refused
from app.domain.upstream import FeedName
from app.services import audit, order_pull, upstream_sync
from app.services.order_pull import Pulled
from app.services.upstream_sync import Report

_WHAT = {FeedName.CHANGES: "Changes", FeedName.SWEEP: "Full sweep"}
_COUNTED = ("seen", "imported", "changed", "refused", "quarantined", "request")


@click.command()
@click.argument("numbers", nargs=-1, required=True, metavar="NUMBER...")
@with_appcontext
def pull(numbers: tuple[str, ...]) -> None:
    """Pull the orders of these NUMBERs from Omnitron; exit 1 when one did not come."""
    with refusals_shown(), audit.acting_as("command line"):
        results = order_pull.pull_orders(numbers, _tell)
    came = sum(not one.errors for one in results)
    click.echo(f"{came} of {len(results)} pulled.", err=True)
    sys.exit(0 if came == len(results) else 1)


@click.command()
@click.option("--full", is_flag=True, help="Read all orders of the upstream, not only what changed.")
@with_appcontext
def sync(full: bool) -> None:
    """Bring orders up to date with Omnitron; exit 1 when it could not be read to the end."""
    try:
        with refusals_shown():
            reports = upstream_sync.sync(full=full, take_over=True)
    except Refused as refused:
        raise click.ClickException("No upstream is configured: set OMNITRON_URL.") from refused
    for report in reports:
        click.echo(_line(report))
    sys.exit(1 if any(report.error for report in reports) else 0)


def _tell(one: Pulled) -> None:
    for error in one.errors:
        click.echo(f"{one.order_number}: {error}")
    if not one.errors:
        click.echo(f"{one.order_number}: pulled")


def _line(report: Report) -> str:
    counts = ", ".join(f"{report.counts.get(f'{name}_count', 0):,} {name}" for name in _COUNTED)
    failed = f". Stopped: Omnitron {report.error}" if report.error else ""
    return f"{_WHAT[report.feed]}: {counts.replace('request', 'requests')}{failed}"
