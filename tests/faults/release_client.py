"""One client of many: releases reservations over HTTP, each once, in an order of its own.

Run as a script with port, token, number of reservations and seed; prints how often which status came. It
imports the standard library only, so that fifty of them start quickly.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from http.client import HTTPConnection, HTTPException

BODY = json.dumps({"reason": "many at once"})
CUT_CONNECTIONS = 20
"""A kept connection may be closed under a request; that many are opened again before it counts."""


def main(port: int, token: str, count: int, seed: int) -> None:
    """Release 1 … count."""
    order = list(range(1, count + 1))
    random.Random(seed).shuffle(order)
    connection = HTTPConnection("127.0.0.1", port, timeout=120)
    seen: Counter[str] = Counter()
    for one in order:
        status, state = _released(connection, one, token)
        seen[f"{status} {state}"] += 1
    print(json.dumps(seen))


def _released(connection: HTTPConnection, reservation: int, token: str) -> tuple[int, str]:
    headers = {"Authorization": f"Token {token}", "Content-Type": "application/json"}
    for tried in range(1, CUT_CONNECTIONS + 1):
        try:
            connection.request("POST", f"/api/v1/oms/reservations/{reservation}/release/", BODY, headers)
            answer = connection.getresponse()
            body = answer.read()
            return answer.status, str(json.loads(body).get("state"))
        except (HTTPException, ConnectionError):
            connection.close()
            if tried == CUT_CONNECTIONS:
                raise
    raise AssertionError


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
