"""How a command says that a service refused what it was asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from app import databases
from app.domain.errors import Invalid
from app.services.world_lines import BadLine


@contextmanager
def refusals_shown() -> Iterator[None]:
    """End the command with the reasons and exit status 1."""
    try:
        yield
    except BadLine as error:
        raise click.ClickException(f"{error}. Nothing was stored.") from error
    except Invalid as error:
        reasons = (f"{field} {reason}" for field, found in error.errors.items() for reason in found)
        raise click.ClickException("; ".join(reasons)) from error
    except Exception as error:
        if not databases.is_unavailable(error):
            raise
        raise click.ClickException(
            "The database is busy or cannot be reached. Nothing was stored."
        ) from error
