"""Background tasks: which queue they wait in, and three-line calls of services. No rule lives here.

The queue only nudges: every task asks the database what is due, so a lost message is caught up by the sweep.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from flask import Flask
from huey import Huey, MemoryHuey, PostgresHuey, RedisHuey, SqliteHuey, crontab
from huey.consumer import Consumer
from sqlalchemy.engine import make_url

QUEUE_NAME = "stocktrace"
DELIVERY_LOOP = "delivery_loop"  # of app.extensions, in processes that deliver events
SYNC_SLICE_SECONDS = 15.0
WORKER_THREADS = 2  # a long look at the queue keeps no batch waiting
TASKS_END_WITHIN = 30.0  # seconds; later a worker that ends leaves its task to the sweep of another
REFRESH_AT_ONCE = 200  # packages whose kept cause one transaction computes again
REPLAY_SECONDS = 5.0  # of a trial between two turns of others
log = structlog.get_logger(__name__)


def build_queue(queue_url: str) -> Huey:
    """The Huey of QUEUE_URL. An unreachable PostgreSQL is no reason not to start: its use asks again."""
    if queue_url.startswith("memory:"):
        return MemoryHuey(QUEUE_NAME)
    if queue_url.startswith("redis"):
        return RedisHuey(QUEUE_NAME, url=queue_url)
    if queue_url.startswith("sqlite"):
        # Huey opens the standard library's SQLite, which may be one whose write-ahead log is unsafe.
        return SqliteHuey(QUEUE_NAME, filename=make_url(queue_url).database, journal_mode="truncate")
    return _postgres_queue(queue_url)


def register(huey: Huey, app: Flask) -> None:
    """Add the tasks to the queue; each runs in an application context of its own."""

    @huey.task(name="refresh_causes")
    def refresh_causes() -> None:
        from app.services import causes  # it imports this package

        with app.app_context():
            # Each round is a transaction of its own, so that writers wait for one round at most.
            while causes.refresh_stale(limit=REFRESH_AT_ONCE) == REFRESH_AT_ONCE:
                continue

    @huey.periodic_task(crontab(minute="*"), name="sweep_causes")
    def sweep_causes() -> None:
        refresh_causes.call_local()

    app.extensions["tasks"] = {
        "refresh_causes": _tolerant(refresh_causes),
        "replan_due": _planning_task(huey, app),
        "send_forwards": _forwarding_task(huey, app),
        "sync_upstream": _sync_task(huey, app),
        "run_batch": _batch_task(huey, app),
        "refresh_triage": _triage_task(huey, app),
        "run_replay": _replay_task(huey, app),
        "deliver_events": _delivery_task(huey, app),
    }


def _planning_task(huey: Huey, app: Flask) -> Callable[..., None]:
    """What asks for new plannings where stock or a release made packages servable."""

    @huey.task(name="replan_due")
    def replan_due() -> None:
        from app.services import auto_replanning, causes

        with app.app_context():
            if auto_replanning.replan_due():
                causes.refresh_stale(limit=REFRESH_AT_ONCE)

    @huey.periodic_task(crontab(minute="*"), name="sweep_due_replannings")
    def sweep_due_replannings() -> None:
        replan_due.call_local()

    return _tolerant(replan_due)


def _forwarding_task(huey: Huey, app: Flask) -> Callable[..., None]:
    """What asks for mappings to be passed on to the upstream."""

    @huey.task(name="send_forwards")
    def send_forwards() -> None:
        from app.services import mapping_delivery

        with app.app_context():
            if mapping_delivery.send_due() == mapping_delivery.SENT_AT_ONCE:
                enqueue_forwards()  # after whatever else waits

    @huey.periodic_task(crontab(minute="*"), name="sweep_forwards")
    def sweep_forwards() -> None:
        send_forwards.call_local()

    enqueue_forwards = _tolerant(send_forwards)
    return enqueue_forwards


def _sync_task(huey: Huey, app: Flask) -> Callable[..., None]:
    """What keeps up with the upstream: a slice at a time, so that a long reading keeps nobody away."""

    @huey.task(name="sync_upstream")
    def sync_upstream(is_asked_for: bool = False) -> None:
        from app.services import upstream_sync

        with app.app_context():
            if (is_asked_for or upstream_sync.is_due()) and any(
                report.is_left for report in upstream_sync.sync(seconds=SYNC_SLICE_SECONDS)
            ):
                enqueue()

    @huey.periodic_task(crontab(minute="*"), name="sweep_upstream")
    def sweep_upstream() -> None:
        sync_upstream.call_local()

    enqueue = _tolerant(sync_upstream)
    return enqueue


def _batch_task(huey: Huey, app: Flask) -> Callable[..., None]:
    """What enqueues a batch; the sweep finds those whose nudge was lost or whose worker was killed."""

    @huey.task(name="run_batch")
    def run_batch(batch_id: int) -> None:
        from app.services import batch_runs

        with app.app_context():
            if batch_runs.run_batch(batch_id):
                enqueue_batch(batch_id)  # after whatever else waits: a long batch keeps nobody away

    @huey.periodic_task(crontab(minute="*"), name="sweep_batches")
    def sweep_batches() -> None:
        from app.services import batch_runs, batches

        with app.app_context():
            for batch_id in batch_runs.due():
                enqueue_batch(batch_id)
            batches.forget_unstarted()

    enqueue_batch = _tolerant(run_batch)
    return enqueue_batch


def _replay_task(huey: Huey, app: Flask) -> Callable[..., None]:
    """What enqueues a trial of an edit; the sweep takes up those whose worker was killed."""

    @huey.task(name="run_replay")
    def run_replay(replay_id: int) -> None:
        from app.services import replays

        with app.app_context():
            if replays.run_replay(replay_id, REPLAY_SECONDS):
                enqueue_replay(replay_id)  # after whatever else waits

    @huey.periodic_task(crontab(minute="*"), name="sweep_replays")
    def sweep_replays() -> None:
        from app.services import replays

        with app.app_context():
            for replay_id in replays.due():
                enqueue_replay(replay_id)

    enqueue_replay = _tolerant(run_replay)
    return enqueue_replay


def _delivery_task(huey: Huey, app: Flask) -> Callable[..., None]:
    """What tells a delivery loop that events are due: the one of this process, else that of a worker."""

    @huey.task(name="deliver_events")
    def deliver_events() -> None:
        _nudge(app)

    @huey.periodic_task(crontab(minute="*"), name="sweep_events")
    def sweep_events() -> None:
        from app.services import webhook_sweep

        with app.app_context():
            webhook_sweep.sweep()

    def ask() -> None:
        if not _nudge(app):
            deliver_events()

    return _tolerant(ask)


def _nudge(app: Flask) -> bool:
    """Whether this process has a delivery loop, which then looks at once for what is due."""
    loop = app.extensions.get(DELIVERY_LOOP)
    if loop is not None:
        loop.nudge()
    return loop is not None


def _triage_task(huey: Huey, app: Flask) -> Callable[..., None]:
    """What asks for a look at all waiting packages; without being asked, one is made when facts changed."""

    @huey.task(name="refresh_triage")
    def refresh_triage(asked_at: float | None = None) -> None:
        from app.services import triage

        with app.app_context():
            triage.refresh_if_due(asked_at)

    @huey.periodic_task(crontab(minute="*"), name="sweep_triage")
    def sweep_triage() -> None:
        refresh_triage.call_local()

    return _tolerant(refresh_triage)


def _tolerant(task: Callable[..., object]) -> Callable[..., None]:
    """Enqueue the task, or say why not: the act that asks is stored already, and the sweep finds its work."""

    def enqueue(*arguments: object) -> None:
        try:
            task(*arguments)
        except Exception:
            log.warning("queue_unreachable", exc_info=True)

    return enqueue


class EmbeddedConsumer(Consumer):
    """A worker in threads of a process that has signal handlers of its own."""

    def _set_signal_handlers(self) -> None:
        """The process stops us."""


def start_worker(huey: Huey) -> EmbeddedConsumer:
    """Start a worker in threads of this process; stop(graceful=True) ends it after its present task."""
    consumer = EmbeddedConsumer(
        huey,
        workers=WORKER_THREADS,
        worker_type="thread",
        periodic=True,
        shutdown_timeout=TASKS_END_WITHIN,
    )
    consumer.start()
    return consumer


@contextmanager
def deliveries(app: Flask) -> Iterator[None]:
    """Within the block this process delivers events; what is being sent at its end is sent to its end."""
    from app.services.webhook_delivery_loop import DeliveryLoop

    loop = app.extensions[DELIVERY_LOOP] = DeliveryLoop(app)
    try:
        loop.start()
        yield
    finally:
        del app.extensions[DELIVERY_LOOP]
        loop.stop()


def _postgres_queue(queue_url: str) -> Huey:
    dsn = make_url(queue_url).set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        return PostgresHuey(QUEUE_NAME, dsn=dsn)
    except Exception:
        log.warning("queue_unreachable", exc_info=True)
        return PostgresHuey(QUEUE_NAME, dsn=dsn, create_tables=False)
