"""Counting in memory: windows end, and requests start no threads."""

from __future__ import annotations

import threading
import time

from limits import parse
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from app.rate_counts import CalmMemoryStorage, storage_uri


def counted() -> FixedWindowRateLimiter:
    return FixedWindowRateLimiter(storage_from_string(storage_uri("memory://")))


def test_memory_is_counted_calmly_and_redis_by_itself() -> None:
    assert isinstance(counted().storage, CalmMemoryStorage)
    assert storage_uri("redis://cache:6379/1") == "redis://cache:6379/1"


def test_a_window_that_ended_counts_anew() -> None:
    limiter, once = counted(), parse("1/second")
    assert limiter.hit(once, "somebody")
    assert not limiter.hit(once, "somebody")
    assert limiter.hit(once, "somebody else")
    time.sleep(1.05)
    assert limiter.hit(once, "somebody")


def test_counting_starts_no_thread_for_each_request() -> None:
    limiter, often = counted(), parse("100000/minute")
    started = []
    kept = threading.Thread.start
    threading.Thread.start = lambda thread: (started.append(thread), kept(thread))[1]  # type: ignore[method-assign]
    try:
        for _ in range(50):
            limiter.hit(often, "somebody")
            time.sleep(0.001)
    finally:
        threading.Thread.start = kept  # type: ignore[method-assign]
    assert len(started) <= 1
