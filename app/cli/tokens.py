"""`tokens create`: keys of the JSON API."""

from __future__ import annotations

from datetime import timedelta

import click
from flask.cli import AppGroup

from app import clock
from app.cli.refusals import refusals_shown
from app.domain.access import Scope
from app.services import audit
from app.services import tokens as keys

tokens = AppGroup("tokens", help="Keys of the JSON API.")


@tokens.command()
@click.argument("user")
@click.option("--scope", required=True, type=click.Choice([scope.value for scope in Scope]))
@click.option("--label", default="", help="What it is for.")
@click.option(
    "--days", type=click.IntRange(1, 3650), help="How long it opens anything; without it: for ever."
)
def create(user: str, scope: str, label: str, days: int | None) -> None:
    """Print a new token with the rights of USER. It cannot be shown again."""
    expires_at = clock.now() + timedelta(days=days) if days else None
    with refusals_shown(), audit.acting_as("command line"):
        key = keys.create_token(user, Scope(scope), label, expires_at)
    click.echo(key)
