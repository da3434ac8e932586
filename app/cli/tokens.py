"""`tokens create`: keys of the JSON API."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.cli.refusals import refusals_shown
from app.domain.access import Scope
from app.services import audit
from app.services import tokens as keys

tokens = AppGroup("tokens", help="Keys of the JSON API.")


@tokens.command()
@click.argument("user")
@click.option("--scope", required=True, type=click.Choice([scope.value for scope in Scope]))
@click.option("--label", default="", help="What it is for.")
def create(user: str, scope: str, label: str) -> None:
    """Print a new token with the rights of USER. It cannot be shown again."""
    with refusals_shown(), audit.acting_as("command line"):
        key = keys.create_token(user, Scope(scope), label)
    click.echo(key)
