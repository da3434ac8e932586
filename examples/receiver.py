"""A receiver of Stocktrace's webhooks to copy: standard library only. SECRET=… python receiver.py [port]

It takes a request when either signature is right, and does each event once: a retry has the same id.
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = os.environ.get("SECRET", "")
KEY = base64.b64decode(SECRET[6:]) if SECRET.startswith("whsec_") else SECRET.encode()
TOLERANCE = 300  # seconds that the clocks may differ
seen: set[str] = set()  # use your database: a unique column survives a restart


def is_genuine(headers, body: bytes) -> bool:
    """Whether the body was signed with our secret; X-Whisperer-Signature does not cover the time."""
    stamp = headers.get("webhook-timestamp", "")
    if headers.get("webhook-signature") and stamp.isdigit() and abs(time.time() - int(stamp)) <= TOLERANCE:
        signed = f"{headers.get('webhook-id')}.{stamp}.".encode() + body
        right = "v1," + base64.b64encode(hmac.digest(KEY, signed, hashlib.sha256)).decode()
        return any(hmac.compare_digest(right, one) for one in headers["webhook-signature"].split())
    right = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(right, headers.get("X-Whisperer-Signature", ""))


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status = 401
        if SECRET and is_genuine(self.headers, body):
            event, status = json.loads(body)["event"], 204  # answer quickly, work afterwards
            if event["uuid"] not in seen:
                seen.add(event["uuid"])
                sys.stdout.write(f"{event['type']} {event['uuid']}\n")  # your work goes here
                sys.stdout.flush()
        self.send_response(status)
        self.end_headers()


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if sys.argv[1:] else 8080), Receiver).serve_forever()
