"""Where a webhook may be sent: every inward address in every way to write it is refused, the rest is not."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest

from app.domain import webhook_requests, webhook_targets
from app.domain.webhook_targets import INWARD, LOCAL_NAME, ODD_ADDRESS, ODD_PORT, PLAIN_HTTP

# Hosts that must never be connected to: private, reserved, or written so that readers may differ.
INWARD_HOSTS = (
    # This machine.
    *("127.0.0.1", "127.1.2.3", "127.255.255.254", "0.0.0.0", "0.1.2.3", "[::1]", "[::]"),  # noqa: S104
    # The same in the forms that browsers and C libraries read.
    *("2130706433", "0x7f000001", "0x7F.0.0.1", "017700000001", "0177.0.0.1", "127.1", "127.0.1", "0"),
    *("127.0.0.01", "0x7f.1", "127.0.0.1.", "127.0.0.0x1", "00000177.0.0.1", "4294967295", "0x", "256.1.1.1"),
    # Networks of an own.
    *("10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1", "100.64.0.1"),
    *("169.254.169.254", "169.254.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.19.255.255"),
    *("198.51.100.7", "203.0.113.9", "192.88.99.1", "224.0.0.1", "239.255.255.250", "240.0.0.1"),
    *("255.255.255.255", "10.1", "0xa.0.0.1", "3232235521", "0300.0250.0.1"),
    # The same for version 6.
    *("[fc00::1]", "[fd12:3456::1]", "[fe80::1]", "[fec0::1]", "[ff02::1]", "[ff0e::1]", "[100::1]"),
    *("[2001:db8::1]", "[3fff::1]", "[5f00::1]", "[2001::1]", "[2001:2::1]", "[2001:10::1]"),
    # Version 4 inside version 6: compatible, mapped, 6to4, NAT64, Teredo.
    *("[::127.0.0.1]", "[::7f00:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:10.0.0.1]"),
    *("[::ffff:8.8.8.8]", "[::ffff:0:127.0.0.1]", "[2002:7f00:1::]", "[2002:a00:1::1]", "[64:ff9b::7f00:1]"),
    *("[64:ff9b::10.0.0.1]", "[64:ff9b:1::1]", "[2001:0:7f00:1::1]"),
    # Names of this machine and its network.
    *("localhost", "LOCALHOST", "localhost.", "api.localhost", "printer", "printer.local", "intranet.lan"),
    *("metadata.google.internal", "router.home.arpa"),
)

OUTWARD_HOSTS = (
    "receiver.example",
    "xn--bcher-kva.example",
    "1.example",
    "0x7f.example",
    "8.8.8.8",
    "1.1.1.1",
    "172.32.0.1",
    "[2606:4700:4700::1111]",
    "[2a00:1450:4001:80b::200e]",
)

ALLOWED = (ip_network("10.1.0.0/16"), ip_network("127.0.0.0/8"), ip_network("fd00::/8"))


def problem(url: str, addresses: tuple[str, ...] = (), allowed: tuple[object, ...] = ()) -> str | None:
    """What is wrong, as saving a webhook finds it out."""
    wrong = webhook_requests.target_problems(url)
    if wrong:
        return wrong[0]
    try:
        target = webhook_targets.parse(url)
    except ValueError as error:
        return str(error)
    found = [target.address] if target.address else [ip_address(one) for one in addresses]
    return webhook_targets.problem_of(target, found, allowed)  # type: ignore[arg-type]


def test_the_table_of_inward_hosts_is_long_enough() -> None:
    assert len(set(INWARD_HOSTS)) >= 60


@pytest.mark.parametrize("host", INWARD_HOSTS)
def test_an_inward_host_is_refused_in_every_form(host: str) -> None:
    assert problem(f"https://{host}/hooks") in (INWARD, ODD_ADDRESS, LOCAL_NAME)


@pytest.mark.parametrize("host", OUTWARD_HOSTS)
def test_a_host_of_the_internet_is_not(host: str) -> None:
    assert problem(f"https://{host}/hooks") is None
    assert problem(f"https://{host}:8443/hooks") is None


@pytest.mark.parametrize(
    "url",
    [
        "https://me@receiver.example/",
        "https://127.0.0.1@receiver.example/",
        "https://receiver.example@127.0.0.1/",
        "https://receiver.example\\@127.0.0.1/",
        "https://[fe80::1%25eth0]/",
        "https://１２７.０.０.１/",  # digits of full width
        "https://127。0。0。1/",
        "https://①②⑦.0.0.1/",
        "https://bücher.example/",
        "https://%31%32%37.0.0.1/",
        "https://[::1",
        "https:///hooks",
        "https://:443/",
        "https://receiver.example:0/",
        "https://receiver.example:99999/",
        "https://receiver.example#@127.0.0.1/",
        "https://receiver.example\t.evil.example/",
        "https://receiver .example/",
        "file:///etc/passwd",
        "gopher://receiver.example/",
        "HTTPS://receiver.example/",
    ],
)
def test_what_two_readers_may_understand_differently_is_refused(url: str) -> None:
    assert problem(url) is not None


def test_plain_http_and_odd_ports_are_for_hosts_that_were_allowed() -> None:
    assert problem("http://receiver.example/") == PLAIN_HTTP
    assert problem("http://8.8.8.8/") == PLAIN_HTTP
    assert problem("https://receiver.example:22/") == problem("https://receiver.example:80/") == ODD_PORT
    assert problem("https://receiver.example:1024/") is None
    for host in ("10.1.2.3", "127.0.0.1", "[fd00::1]"):
        assert problem(f"http://{host}:25/", allowed=ALLOWED) is None


@pytest.mark.parametrize(
    ("addresses", "found"),
    [
        (("8.8.8.8",), None),
        (("8.8.8.8", "2606:4700::1"), None),
        (("127.0.0.1",), INWARD),
        (("8.8.8.8", "127.0.0.1"), INWARD),
        (("::ffff:10.0.0.1",), INWARD),
        (("169.254.169.254",), INWARD),
    ],
)
def test_every_address_of_a_name_counts(addresses: tuple[str, ...], found: str | None) -> None:
    assert problem("https://receiver.example/", addresses) == found


def test_an_allowed_network_opens_names_only_if_all_their_addresses_lie_in_allowed_ones() -> None:
    assert problem("http://hooks.shop.example/", ("10.1.0.7",), ALLOWED) is None
    assert problem("http://printer/", ("10.1.0.7",), ALLOWED) is None
    assert problem("http://hooks.shop.example/", ("10.1.0.7", "10.2.0.7"), ALLOWED) == INWARD
    assert problem("http://hooks.shop.example/", ("10.1.0.7", "8.8.8.8"), ALLOWED) is not None
    assert problem("https://10.2.0.1/", allowed=ALLOWED) == INWARD
    assert problem("https://[::ffff:10.1.0.1]/", allowed=ALLOWED) == INWARD
