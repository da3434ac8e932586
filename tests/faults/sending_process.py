"""Sends to each of some addresses, eight times at once, and prints how it went and what memory it took.

`python -m tests.faults.sending_process DEADLINE URL…`: a process of its own, so that nothing else counts.
"""

from __future__ import annotations

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from ipaddress import ip_network

from app.clients.webhook_sender import Answer, Request, WebhookSender
from tests.faults.deliveries import memory_of

AT_ONCE = 8


def main(deadline: float, warm_up: str, urls: list[str]) -> None:
    """`warm_up` is sent to first, so that what every delivery needs is loaded before memory is measured."""
    sender = WebhookSender(timedelta(seconds=deadline), [ip_network("127.0.0.0/8")], AT_ONCE)
    with ThreadPoolExecutor(AT_ONCE) as threads:

        def send(url: str) -> list[Answer]:
            requests = [Request(url, b'{"event": {}}', {}, ["canary-secret"])] * AT_ONCE
            return list(threads.map(sender.send, requests))

        send(warm_up)
        before = memory_of(os.getpid())
        answers = {url: [shown(one) for one in send(url)] for url in urls}
        print(json.dumps({"answers": answers, "memory": memory_of(os.getpid()) - before}))


def shown(answer: Answer) -> list[object]:
    """Outcome, status, milliseconds, and bytes kept."""
    kept = None if answer.excerpt is None else len(answer.excerpt)
    return [answer.outcome.value, answer.status, answer.duration_ms, kept]


if __name__ == "__main__":
    main(float(sys.argv[1]), sys.argv[2], sys.argv[3:])
