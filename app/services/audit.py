"""Who is acting. The audit log's rows are written by the unit of work, under the name set here."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: a name to show, and the user's id unless it is the machine itself."""

    name: str
    user_id: int | None = None


SYSTEM = Actor("system")
_actor: ContextVar[Actor] = ContextVar("actor", default=SYSTEM)


def actor() -> Actor:
    """Who is acting now; `system` where nobody was named."""
    return _actor.get()


@contextmanager
def acting_as(name: str, user_id: int | None = None) -> Iterator[None]:
    """Within the block, facts and audit entries are of `name`. Other threads and requests keep their own."""
    token = _actor.set(Actor(name, user_id))
    try:
        yield
    finally:
        _actor.reset(token)
