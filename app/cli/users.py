"""`users create`: people who sign in."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from app.cli.refusals import refusals_shown
from app.domain.access import Role
from app.services import audit
from app.services import users as accounts

users = AppGroup("users", help="People who sign in.")


@users.command()
@click.argument("name")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--password", required=True, help="At least 8 characters are a good idea.")
@click.option("--location", "locations", multiple=True, metavar="ERP_CODE", help="An own location.")
def create(name: str, role: str, password: str, locations: tuple[str, ...]) -> None:
    """Make somebody called NAME who may sign in."""
    with refusals_shown(), audit.acting_as("command line"):
        accounts.create_user(name, Role(role), password, locations)
    click.echo(f"{name} may sign in as {role.replace('_', ' ')}.")
