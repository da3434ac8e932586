"""What machines ask: is the process alive, can it serve. Open to all; tells no business data."""

from flask import Blueprint, Response, jsonify

from app.queries import database_state

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process answers. Says nothing of the database: restarting us would not bring that back."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Whether requests can be served, and on which database. 503 until the schema is the one of this release.

    A database that cannot be asked is answered by the error handler, with 503 too.
    """
    state = database_state.describe_database()
    migrations = database_state.get_migration_state()
    schema = {"at": migrations.at, "needed": migrations.needed, "reached": migrations.is_reached}
    status = "ready" if migrations.is_reached else "schema is not that of this release; run: flask db upgrade"
    return jsonify({"status": status, **state, "migrations": schema}), 200 if migrations.is_reached else 503
