"""Commands of `flask --app wsgi`: one module a noun. Each reads arguments, calls a service, prints."""

from flask import Flask

from app.cli import check, demo, server, tokens, upstream, users, world

COMMANDS = (
    server.serve,
    server.worker,
    check.check,
    demo.demo,
    world.world,
    users.users,
    tokens.tokens,
    upstream.pull,
    upstream.sync,
)


def register(app: Flask) -> None:
    """Add every command."""
    for command in COMMANDS:
        app.cli.add_command(command)
