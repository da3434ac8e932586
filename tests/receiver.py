"""A receiver of webhooks as a process of its own, with a log of its own: `python -m tests.receiver PORT LOG`.

The path says how it behaves (BEHAVIOURS). It writes what it got before it answers, a JSON line each, so that
the log is there however the process ends. Standard library only; nothing of the product is imported.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
import random
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

Writer = asyncio.StreamWriter
Behaviour = Callable[[Writer, dict[str, list[str]]], Awaitable[None]]
DRIP_SECONDS = 0.9
HANGS_SECONDS = 60.0
LOG: Any = None


def answer(status: int, body: bytes = b"ok", headers: str = "") -> bytes:
    head = f"HTTP/1.1 {status} Answer\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
    return head.encode() + body


def drawn(query: dict[str, list[str]]) -> int | None:
    """The status of `ok`: ?status, but in ?hangs of a hundred cases none, and in ?fails 500."""
    chance = random.random() * 100
    hangs, fails = float(query.get("hangs", ["0"])[0]), float(query.get("fails", ["0"])[0])
    if chance < hangs:
        return None
    return 500 if chance < hangs + fails else int(query.get("status", ["200"])[0])


async def say(writer: Writer, status: int | None, query: dict[str, list[str]]) -> None:
    """What was drawn; with ?retry-after where it is given, and after ?slow seconds."""
    await asyncio.sleep(float(query.get("slow", ["0"])[0]))
    asked = query.get("retry-after")
    if status is None:
        await asyncio.sleep(HANGS_SECONDS)
    else:
        writer.write(answer(status, headers=f"Retry-After: {asked[0]}\r\n" if asked else ""))


async def hang(writer: Writer, query: dict[str, list[str]]) -> None:
    await asyncio.sleep(HANGS_SECONDS)


async def drip_headers(writer: Writer, query: dict[str, list[str]]) -> None:
    for byte in b"HTTP/1.1 200 Yes\r\nX-Long: " + b"x" * 1_000:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(DRIP_SECONDS)


async def drip_body(writer: Writer, query: dict[str, list[str]]) -> None:
    writer.write(b"HTTP/1.1 200 Yes\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(1_000):
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(DRIP_SECONDS)


async def huge(writer: Writer, query: dict[str, list[str]]) -> None:
    """Ten gigabytes, or as much as anybody takes."""
    size, piece = 10 * 1024**3, b"x" * 65_536
    writer.write(f"HTTP/1.1 200 Yes\r\nContent-Length: {size}\r\n\r\n".encode())
    for _ in range(size // len(piece)):
        writer.write(piece)
        await writer.drain()


async def gzip_bomb(writer: Writer, query: dict[str, list[str]]) -> None:
    """A gigabyte of zeros in a megabyte: gzip lets the same member come again and again."""
    member = gzip.compress(bytes(4 * 1024 * 1024))
    writer.write(answer(200, member * 256, "Content-Encoding: gzip\r\n"))


async def endless_headers(writer: Writer, query: dict[str, list[str]]) -> None:
    writer.write(b"HTTP/1.1 200 Yes\r\n")
    while True:
        writer.write(b"X-More: " + b"x" * 4_000 + b"\r\n")
        await writer.drain()


async def endless_line(writer: Writer, query: dict[str, list[str]]) -> None:
    writer.write(b"HTTP/1.1 200 Yes\r\nX-Long: ")
    while True:
        writer.write(b"x" * 65_536)
        await writer.drain()


async def endless_continue(writer: Writer, query: dict[str, list[str]]) -> None:
    while True:
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 500)
        await writer.drain()


async def redirect(writer: Writer, query: dict[str, list[str]]) -> None:
    writer.write(answer(302, b"", f"Location: {query['to'][0]}\r\n"))


async def bad_chunks(writer: Writer, query: dict[str, list[str]]) -> None:
    writer.write(b"HTTP/1.1 200 Yes\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nnot a length\r\n")


async def nonsense(writer: Writer, query: dict[str, list[str]]) -> None:
    writer.write(b"\x00\xff\x16\x03 this is no HTTP\r\n\r\n")


BEHAVIOURS: dict[str, Behaviour] = {
    one.__name__.replace("_", "-"): one
    for one in (
        hang,
        drip_headers,
        drip_body,
        huge,
        gzip_bomb,
        endless_headers,
        endless_line,
        endless_continue,
        redirect,
        bad_chunks,
        nonsense,
    )
}


async def serve(reader: asyncio.StreamReader, writer: Writer) -> None:
    """Requests of one connection, until a behaviour has to break it."""
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            first, *lines = head.decode("latin-1").split("\r\n")
            headers = {
                name.lower(): value.strip() for name, _, value in (one.partition(":") for one in lines)
            }
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            parts = urlsplit(first.split(" ")[1])
            name, query = parts.path.split("/")[1], parse_qs(parts.query)
            status = drawn(query) if name == "ok" else None
            note = {"at": time.time(), "path": parts.path, "headers": headers, "status": status}
            kept = body.decode() if "keep" in query else None
            write(**note, sha256=hashlib.sha256(body).hexdigest(), body=kept)
            if name == "ok":
                await say(writer, status, query)
            elif name == "echo":
                writer.write(answer(500, f"{headers} {body.decode()}".encode()))
            else:
                await BEHAVIOURS[name](writer, query)
            await writer.drain()
            if name not in ("ok", "redirect", "echo"):
                break
    except (asyncio.IncompleteReadError, ConnectionError, asyncio.LimitOverrunError):
        pass
    finally:
        writer.close()


def write(**line: Any) -> None:
    """A line at once: a request is in the log before its answer leaves."""
    LOG.write(json.dumps(line) + "\n")
    LOG.flush()


async def main(port: int) -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", port, backlog=1_024)
    write(at=time.time(), listens=port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    with open(sys.argv[2], "a", buffering=1) as LOG:
        asyncio.run(main(int(sys.argv[1])))
