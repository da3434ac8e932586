"""Tells the worker that there is something to do. Without a worker nothing happens: its sweep finds the work."""

from flask import current_app


def worker() -> None:
    """Wake the worker of this process or another, where one was set up."""
    nudge = current_app.extensions.get("wake_worker")
    if nudge is not None:
        nudge()
