"""The transaction around an act: opened by the outermost, joined by inner ones, committed only here."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import structlog
from flask import current_app
from sqlalchemy import Connection, text

from app import clock, databases
from app.databases import OutsideUnitOfWork
from app.domain.states import RecordKind
from app.domain.webhooks import EventType
from app.extensions import db
from app.models import counter_triggers
from app.services.ledger import Ledger
from app.services.stock_locks import GLOBAL_KEY, key_of, keys_of

log = structlog.get_logger(__name__)

_LARGE_CACHE_KIB = 128 * 1024


class UnitOfWork:
    """One transaction: what it writes beside the rows, which locks it holds, what follows its commit.

    `cache` keeps reference rows that stay valid until the end of the transaction.
    """

    def __init__(self, exclusive: bool) -> None:
        self.exclusive = exclusive
        self.is_silent = exclusive  # a world being loaded owes nobody a new planning
        self.began_at = clock.now()
        self.cache: dict[Any, Any] = {}
        self.touched_products: set[int] = set()
        self.touched_all = False
        self.freed_products: set[int] = set()
        self.leaves_causes = False  # to a worker that asks for them itself
        self.failed = False
        self.recorded = 0  # facts so far
        self.counts_later = False
        self._held: set[int] = set()
        self._ledger = Ledger()
        self._announced: list[tuple[EventType, RecordKind, int, Mapping[str, Any]]] = []
        self._followers: list[Callable[[], object]] = []

    def lock_turn(self, name: str) -> None:
        """Wait until nobody else does what only one may do at a time; before all other locks."""
        if db.engine.dialect.name == "postgresql":
            db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key_of(name)})

    def lock_stock(self, *, skus: Collection[str] = (), erp_codes: Collection[str] = ()) -> None:
        """Wait until nobody else writes stock of these products and locations; held until the end.

        Read again afterwards what you decide on. All locks of an act in one call: they are taken in one
        order, so that two acts cannot wait for each other. On SQLite the write lock is already held.
        """
        wanted = sorted(keys_of(skus, erp_codes) - self._held)
        if wanted and db.engine.dialect.name == "postgresql":
            statement = text("SELECT pg_advisory_xact_lock(key) FROM unnest(CAST(:keys AS bigint[])) AS key")
            db.session.execute(statement, {"keys": wanted})
        self._held.update(wanted)

    def record(
        self,
        kind: str,
        body: Mapping[str, Any],
        *,
        order_id: int | None = None,
        stock_location_id: int | None = None,
        product_id: int | None = None,
        package_id: int | None = None,
    ) -> None:
        """Append one fact to the journal: the world-script line of this act, without `at` and `kind`."""
        self.recorded += 1
        self._ledger.add_fact(
            kind,
            body,
            order_id=order_id,
            stock_location_id=stock_location_id,
            product_id=product_id,
            package_id=package_id,
        )

    def audit(
        self,
        action: str,
        kind: str,
        object_id: int | str | None,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        reason: str | None = None,
    ) -> None:
        """Append one audit entry: who did `action` to the object, what it was, what it is now, and why."""
        self._ledger.add_audit(action, kind, object_id, before, after, reason)

    def touch(self, *, product_ids: Collection[int] = (), all_products: bool = False) -> None:
        """Say that facts about these products changed: causes kept with packages may be wrong now."""
        self.touched_products.update(product_ids)
        self.touched_all = self.touched_all or all_products

    def free(self, product_ids: Collection[int]) -> None:
        """Say that units of these products may have become free: what waits for them may be servable now."""
        self.touch(product_ids=product_ids)
        self.freed_products.update(product_ids)

    def announce(self, event: EventType, kind: RecordKind, record_id: int, **told: Any) -> None:
        """Owe an event about a record to whoever listens to it. `told` goes into its payload: `before`,
        `after`, `reason`. What is loaded as a world is announced to nobody."""
        if not self.is_silent:
            self._announced.append((event, kind, record_id, told))

    def after_commit(self, follower: Callable[[], object]) -> None:
        """Call `follower` once everything is stored. Its failure is logged and changes nothing."""
        self._followers.append(follower)

    def count_later(self) -> None:
        """Count rows anew at the end instead of one by one; for an exclusive unit with thousands of them.

        For few rows it would be dearer: it counts whole tables.
        """
        if not self.counts_later:
            counter_triggers.suspend(db.session.connection())
            self.counts_later = True

    def store_ledger(self) -> None:
        """Write the facts and audit entries gathered so far, for an act that reads them before the commit."""
        self._ledger.store()

    def finish(self) -> None:
        """What is still owed before the commit: causes that may have changed, then journal and audit log."""
        if self.touched_products or self.touched_all:
            from app.services import auto_replanning, causes  # they import this module

            causes.settle(self)
            auto_replanning.owe(self)
        self.store_ledger()
        self._store_events()
        db.session.flush()

    def _store_events(self) -> None:
        if not self._announced:
            return
        from app.services import outbox, wake  # they import models, whose package imports ours

        if outbox.store([outbox.Announcement(*one) for one in self._announced]):
            self.after_commit(wake.deliveries)
        self._announced.clear()

    def tell_followers(self) -> None:
        for follower in self._followers:
            try:
                follower()
            except Exception:
                log.exception("after_commit_failed", follower=repr(follower))


@contextmanager
def unit_of_work(exclusive: bool = False) -> Iterator[UnitOfWork]:
    """The open unit of work of this application context, or a new one, committed at the end of the block.

    A new one ends any open read, so what was read before must be read again. Any exception undoes everything:
    also that of an inner block, even where the outer one goes on. `exclusive` lets nobody else write
    meanwhile, for loading whole worlds. Raises databases.DatabaseBusy, or SQLAlchemy's OperationalError, when
    the database stays locked for databases.LOCK_WAIT_SECONDS.
    """
    open_work = current()
    if open_work is not None:
        with _joined(open_work, exclusive):
            yield open_work
        return
    work = UnitOfWork(exclusive)
    with _turn_to_write(), _transaction(work):
        yield work
    work.tell_followers()


@contextmanager
def brief_write() -> Iterator[Connection]:
    """A transaction of its own for a note that may get lost: neither fact nor audit entry comes with it.

    It waits for no other writer of SQLite; on PostgreSQL its statements must skip locked rows. Raises what
    databases.is_unavailable() recognises when it cannot be written now.
    """
    with _turn_to_write(seconds=0), db.engine.connect() as connection:
        connection.execution_options(**databases.write_options(db.engine.dialect.name))
        with databases.without_waiting(connection), connection.begin():
            yield connection


def current() -> UnitOfWork | None:
    """The unit of work open in this application context."""
    found: UnitOfWork | None = db.session().info.get("unit_of_work")
    return found


@contextmanager
def _joined(work: UnitOfWork, exclusive: bool) -> Iterator[None]:
    if exclusive and not work.exclusive:
        raise OutsideUnitOfWork("an exclusive unit of work cannot begin inside a shared one")
    try:
        yield
    except BaseException:
        work.failed = True
        raise


@contextmanager
def _turn_to_write(seconds: float | None = None) -> Iterator[None]:
    """On SQLite, writers of one process queue here: its own wait for a lock is a poll, and unfair."""
    turn: threading.Lock | None = current_app.extensions["write_turn"]
    if turn is None:
        yield
        return
    if not turn.acquire(timeout=databases.LOCK_WAIT_SECONDS if seconds is None else seconds):
        raise databases.DatabaseBusy("another write is still running")
    try:
        yield
    finally:
        turn.release()


@contextmanager
def _transaction(work: UnitOfWork) -> Iterator[None]:
    session = db.session()
    _end_read()
    try:
        session.connection(execution_options=databases.write_options(db.engine.dialect.name))
        session.info["unit_of_work"] = work
        _lock_world(work.exclusive)
        yield
        if work.failed:
            raise OutsideUnitOfWork("an inner act failed, so nothing of this unit of work was stored")
        work.finish()
        if work.counts_later:
            counter_triggers.resume(session.connection())
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop("unit_of_work", None)


def _end_read() -> None:
    session = db.session()
    if session.new or session.dirty or session.deleted:
        raise OutsideUnitOfWork("objects were changed before a unit of work was opened")
    session.rollback()


def _lock_world(exclusive: bool) -> None:
    """Ordinary units share one lock; an exclusive one waits for them and keeps them out."""
    if exclusive and db.engine.dialect.name == "sqlite":
        # What it changes does not fit the usual cache, and would be read from the file again and again.
        db.session.execute(text(f"PRAGMA cache_size = -{_LARGE_CACHE_KIB}"))
    if db.engine.dialect.name == "postgresql":
        shared = "" if exclusive else "_shared"
        db.session.execute(text(f"SELECT pg_advisory_xact_lock{shared}(:key)"), {"key": GLOBAL_KEY})
