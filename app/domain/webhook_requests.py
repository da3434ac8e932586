"""What a webhook may send, and where to: its address, its extra headers, its secret. Says what is wrong.

Whether an address leads inward is not decided here: that takes looking up its name, when saving and sending.
Source: reliability.md, "Webhooks out".
"""

import binascii
import re
from base64 import b64decode
from collections.abc import Mapping
from urllib.parse import urlsplit

LONGEST_TARGET = 2_000
LONGEST_SECRET = 255
MOST_HEADERS = 20
LONGEST_HEADER_NAME = 100
LONGEST_HEADER_VALUE = 2_000
SECRET_PREFIX = "whsec_"  # noqa: S105 - how a Standard Webhooks secret begins

# What RFC 3986 lets a URI hold; neither a user name (@) nor a fragment (#).
TARGET_PATTERN = (
    r"https?://([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?"
    r"([/?]([A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?"
)

HEADER_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
HEADER_VALUE = r"[!-~]([ \t!-~]*[!-~])?"

_TARGET, _NAME, _VALUE = re.compile(TARGET_PATTERN), re.compile(HEADER_NAME), re.compile(HEADER_VALUE)

# What the delivery sets by itself, and everything it signs by.
_OF_THE_CONNECTION = {
    "connection",
    "expect",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}
_OF_THE_MESSAGE = {"accept-encoding", "content-encoding", "content-length", "content-type", "date", "host"}
_OURS = frozenset(_OF_THE_CONNECTION | _OF_THE_MESSAGE)
_OUR_PREFIXES = ("webhook-", "x-whisperer-")


def target_problems(url: str) -> list[str]:
    """What is wrong with a target URL."""
    if len(url) > LONGEST_TARGET:
        return [f"is longer than {LONGEST_TARGET} characters"]
    if not _TARGET.fullmatch(url):
        return [_unlike_a_target(url)]
    try:
        is_possible = urlsplit(url).port != 0
    except ValueError:
        is_possible = False
    return [] if is_possible else ["has no possible host and port"]


def header_problems(headers: Mapping[str, str]) -> list[str]:
    """What is wrong with the additional headers: names of ours, names twice, what would break HTTP."""
    if len(headers) > MOST_HEADERS:
        return [f"has more than {MOST_HEADERS} headers"]
    found = [problem for name, value in headers.items() if (problem := _header_problem(name, value))]
    if len({name.lower() for name in headers}) < len(headers):
        found.append("has a header twice: capitals make no difference")
    return found


def secret_problems(secret: str) -> list[str]:
    """What is wrong with a secret: a text of its own, or `whsec_` and base64."""
    if not secret:
        return ["should not be empty"]
    if len(secret) > LONGEST_SECRET:
        return [f"is longer than {LONGEST_SECRET} characters"]
    if not secret.startswith(SECRET_PREFIX):
        return []
    try:
        key = b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    return [] if key else [f"should have base64 after {SECRET_PREFIX}"]


def _unlike_a_target(url: str) -> str:
    """Why it is not: what people get wrong first."""
    if not url.startswith(("https://", "http://")):
        return "should begin with https:// or http://"
    if "@" in url.split("/")[2]:
        return "should not have a user name or password; send them as an additional header"
    if "#" in url:
        return "should not have a fragment (#)"
    return "should be a URL; what is not plain in a path must be written as %xx"


def _header_problem(name: str, value: str) -> str | None:
    if not _NAME.fullmatch(name) or len(name) > LONGEST_HEADER_NAME:
        return f"has {name[:LONGEST_HEADER_NAME]!r}, which is not the name of a header"
    if name.lower() in _OURS or name.lower().startswith(_OUR_PREFIXES):
        return f"has {name!r}, which is set by the delivery itself"
    if len(value) > LONGEST_HEADER_VALUE or not _VALUE.fullmatch(value):
        return f"has a value of {name!r} that cannot be sent in a header"
    return None
