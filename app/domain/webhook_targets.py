"""Where webhooks may be sent: which hosts, ports and addresses. Looks up no names (that takes the network).

Refused are all addresses that are not of the public internet, and every unusual way to write one. Source:
reliability.md, "Webhooks out" (SSRF).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

HTTPS, HTTP = "https", "http"
_USUAL_PORTS = {HTTPS: 443, HTTP: 80}
FIRST_FREE_PORT = 1024
"""Below it other protocols listen, which a request could be made to speak to."""

INWARD = "leads into a private or reserved network"
PLAIN_HTTP = "should begin with https://; http is only for hosts of WEBHOOK_ALLOWED_NETWORKS"
ODD_ADDRESS = "has an address that is not written as four plain numbers"
LOCAL_NAME = "has a name that only this machine or its own network knows"
ODD_PORT = f"has a port below {FIRST_FREE_PORT} that is not 443"

# The last label decides whether a host is an address, as browsers have it: 0x7f.1 is one, 1.example not.
_NUMBER = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
_PLAIN_IPV4 = re.compile(r"(0|[1-9][0-9]{0,2})(\.(0|[1-9][0-9]{0,2})){3}")
_LOCAL_NAMES = ("localhost", "local", "internal", "intranet", "lan", "home.arpa", "onion")

# Global for `ipaddress`, or younger than the Python we run on.
_ALSO_RESERVED = tuple(
    map(
        ip_network,
        (
            "192.0.0.0/24",  # protocol assignments
            "192.88.99.0/24",  # relays of 6to4
            "2001::/23",  # protocol assignments, Teredo among them
            "2001:db8::/32",
            "2002::/16",  # 6to4 holds any IPv4 address
            "3fff::/20",  # documentation
        ),
    )
)
# All that was ever given out; what holds an IPv4 address inside (mapped, NAT64) lies outside.
_GLOBAL_IPV6 = ip_network("2000::/3")


@dataclass(frozen=True, slots=True)
class Target:
    """A target URL, taken apart. `address` is set where the host is an address and not a name."""

    scheme: str
    host: str
    port: int
    address: Address | None

    @property
    def is_plain(self) -> bool:
        """Whether it would be sent without encryption."""
        return self.scheme == HTTP


def parse(url: str) -> Target:
    """The target of a URL that `webhook_requests.target_problems` finds nothing wrong with.

    Raises ValueError, in words for people, for a host that is an address in an unusual form.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    port = parts.port or _USUAL_PORTS[parts.scheme]
    return Target(parts.scheme, host, port, _address_of(host))


def problem_of(target: Target, addresses: Collection[Address], allowed: Collection[Network]) -> str | None:
    """Why nothing may be sent there, in words for people; None where it may.

    `addresses` are those of its host; empty where the name is unknown, as it may be when a webhook is saved.
    Each of them must be good: which one is connected to is not for whoever answers for the name to choose.
    """
    if addresses and all(is_within(address, allowed) for address in addresses):
        return None
    if any(is_inward(address) for address in addresses):
        return INWARD
    if target.address is None and is_local_name(target.host):
        return LOCAL_NAME
    if target.is_plain:
        return PLAIN_HTTP
    if target.port < FIRST_FREE_PORT and target.port != _USUAL_PORTS[HTTPS]:
        return ODD_PORT
    return None


def is_within(address: Address, allowed: Collection[Network]) -> bool:
    """Whether an administrator has allowed that address."""
    return any(address.version == network.version and address in network for network in allowed)


def is_inward(address: Address) -> bool:
    """Whether the address is anything but one of the public internet, or may hide another inside it."""
    if isinstance(address, IPv6Address) and (address.scope_id or address not in _GLOBAL_IPV6):
        return True
    if not address.is_global or address.is_multicast or address.is_reserved:
        return True
    return any(address.version == network.version and address in network for network in _ALSO_RESERVED)


def is_local_name(host: str) -> bool:
    """Whether the name means something only nearby: without a dot, or under a name reserved for that."""
    name = host.lower()
    return "." not in name or name.endswith(tuple(f".{ending}" for ending in _LOCAL_NAMES))


def _address_of(host: str) -> Address | None:
    if ":" in host:
        try:
            return ip_address(host)
        except ValueError as error:
            raise ValueError(ODD_ADDRESS) from error
    if not _NUMBER.fullmatch(host.rsplit(".", 1)[-1]):
        return None
    if not _PLAIN_IPV4.fullmatch(host):
        raise ValueError(ODD_ADDRESS)
    try:
        return IPv4Address(host)
    except ValueError as error:
        raise ValueError(ODD_ADDRESS) from error
