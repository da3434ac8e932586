"""Tells the worker that there is something to do. Without one nothing is lost: its sweep finds the work."""

from flask import current_app


def worker() -> None:
    """Ask for causes to be refreshed soon, by the worker of this process or another."""
    current_app.extensions["tasks"]["refresh_causes"]()
