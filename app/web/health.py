"""What machines ask: is the process alive, can it serve. Open to all; tells no business data."""

from datetime import datetime

from flask import Blueprint, Response, jsonify

from app.queries import database_state, delivery_health
from app.queries.delivery_health import DeliveryHealth

blueprint = Blueprint("health", __name__)
READY = "ready"


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process answers. Says nothing of the database: restarting us would not bring that back."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Whether requests can be served and events are delivered, and on which database.

    503 until the schema is the one of this release, and while an event waits for a worker that does not come.

    A database that cannot be asked is answered by the error handler, with 503 too.
    """
    state = database_state.describe_database()
    migrations = database_state.get_migration_state()
    schema = {"at": migrations.at, "needed": migrations.needed, "reached": migrations.is_reached}
    if not migrations.is_reached:
        status = "schema is not that of this release; run: flask db upgrade"
        return jsonify({"status": status, **state, "migrations": schema}), 503
    deliveries = delivery_health.delivery_health()
    status = _status(deliveries)
    answer = {"status": status, **state, "migrations": schema, "deliveries": _shown(deliveries)}
    return jsonify(answer), 200 if status == READY else 503


def _status(deliveries: DeliveryHealth) -> str:
    if deliveries.is_late:
        return "an event is due and nobody delivers it; run: flask worker"
    if deliveries.is_stuck:
        return "an event is being sent by a worker that is gone; run: flask worker"
    return READY


def _shown(deliveries: DeliveryHealth) -> dict[str, object]:
    """Times in seconds until now; null where there is none."""

    def ago(instant: datetime | None) -> float | None:
        return None if instant is None else round((deliveries.checked_at - instant).total_seconds(), 1)

    return {
        "workers": deliveries.workers,
        "last_beat_seconds_ago": ago(deliveries.last_beat),
        "oldest_due_seconds_late": ago(deliveries.oldest_due),
        "oldest_in_flight_seconds": ago(deliveries.oldest_in_flight),
    }
