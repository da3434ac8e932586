"""Tells the worker that there is something to do. Without one nothing is lost: its sweep finds the work."""

from flask import current_app

from app import clock


def deliveries() -> None:
    """Ask for due events to be sent."""
    current_app.extensions["tasks"]["deliver_events"]()


def worker() -> None:
    """Ask for causes to be refreshed soon, by the worker of this process or another."""
    current_app.extensions["tasks"]["refresh_causes"]()


def planner() -> None:
    """Ask for orders to be planned again whose packages may be servable now."""
    current_app.extensions["tasks"]["replan_due"]()


def forwards() -> None:
    """Ask for mappings to be passed on to the upstream."""
    current_app.extensions["tasks"]["send_forwards"]()


def upstream() -> None:
    """Ask for the upstream to be asked for changes."""
    current_app.extensions["tasks"]["sync_upstream"](True)


def run_batch(batch_id: int) -> None:
    """Ask for a started batch to be run."""
    current_app.extensions["tasks"]["run_batch"](batch_id)


def run_replay(replay_id: int) -> None:
    """Ask for a trial of an edit to be gone on with."""
    current_app.extensions["tasks"]["run_replay"](replay_id)


def look_again() -> None:
    """Ask for a new look at all waiting packages, also where one was made a moment ago."""
    current_app.extensions["tasks"]["refresh_triage"](clock.now().timestamp())
