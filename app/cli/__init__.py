"""Commands of `flask --app wsgi`: one module a noun. Each reads arguments, calls a service, prints."""

from flask import Flask

from app.cli import check, server

COMMANDS = (server.serve, server.worker, check.check)


def register(app: Flask) -> None:
    """Add every command."""
    for command in COMMANDS:
        app.cli.add_command(command)
