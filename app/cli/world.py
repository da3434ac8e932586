"""`world load` and `world dump`: the facts of a world, in and out of a file."""

from __future__ import annotations

from typing import BinaryIO

import click
from flask.cli import AppGroup

from app.cli.refusals import refusals_shown
from app.services import audit, triage, world_lines, world_scripts

world = AppGroup("world", help="Load and write world scripts: one fact a line.")


@world.command()
@click.argument("file", type=click.File("rb"))
@click.option("--emit", is_flag=True, help="Owe webhooks the events of these facts, as if they happened now.")
def load(file: BinaryIO, emit: bool) -> None:
    """Replay the facts of FILE (- is standard input), all or nothing."""
    with refusals_shown(), audit.acting_as("world load"):
        result = world_scripts.load(world_lines.split_lines(file), emit=emit)
    triage.refresh()
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(result.by_kind.items()))
    click.echo(f"{result.facts} facts loaded{': ' if kinds else ''}{kinds}", err=True)


@world.command()
@click.argument("file", type=click.File("wb"), default="-")
def dump(file: BinaryIO) -> None:
    """Write every recorded fact to FILE (standard output if none is named)."""
    for line in world_scripts.dump():
        file.write(line)
