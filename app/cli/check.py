"""`check`: prints every broken row of the books, and exits 1 when there is one."""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext

from app.queries import consistency


@click.command()
@with_appcontext
def check() -> None:
    """Look for rows that contradict each other; exit 1 on findings."""
    count = 0
    for finding in consistency.findings():
        click.echo(f"{finding.check}: {finding.row}")
        count += 1
    if count:
        click.echo(f"{count} broken rows.", err=True)
        sys.exit(1)
    click.echo(f"Nothing broken: {len(consistency.CHECKS)} checks passed.")
