"""What the machine around the tests must not decide: the developer's settings, and what name servers know."""

from __future__ import annotations

import os
import socket
from dataclasses import fields
from typing import Any

import pytest


def forget_own_settings() -> None:
    """Take every setting of the product out of the environment."""
    from app.config import Settings

    for field in fields(Settings):
        os.environ.pop(field.name.upper(), None)


def know_no_hosts(patch: pytest.MonkeyPatch) -> None:
    """Names with a dot are unknown at once, without asking."""
    look_up = socket.getaddrinfo

    def look_up_here(host: Any, *arguments: Any, **named: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else str(host or "")
        if "." in name.strip(".") and not name.replace(".", "").isdigit():
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return look_up(host, *arguments, **named)

    patch.setattr(socket, "getaddrinfo", look_up_here)
