"""The API side by side with peers on the same tables: Django REST framework, marshmallow, and a floor.

python -m bench api [--orders 100000] [--rounds 7] [--databases sqlite,postgresql] [--large]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from bench import api_large, api_rows
from bench.api_client import Answer, Rounds, compare, measure, request_of
from bench.api_databases import POSTGRESQL, SQLITE, Databases, Filled, bench_folder, filled, places
from bench.api_servers import COMPETITORS, Competitor, Server, running
from bench.worlds import table

LIMIT = 50
DEEP_PAGE = 1_000
API = "/api/v1/oms"
HOT_PAIR = {
    "order_number": api_rows.order_number(api_rows.HOT_ORDER),
    "erp_code": api_rows.erp_code(api_rows.HOT_LOCATION),
}
FIRST, DEEP, SHORT, HOT = "orders, page 1", "orders, page {}", "orders short, page 1", "stock log, hot pair"


@dataclass(frozen=True, slots=True)
class Target:
    """A row of the table of targets: `measured` of that answer against `against`, on each database."""

    code: str
    title: str
    answer: str
    against: str
    goals: Mapping[str, str]

    def ratio(self, rounds: Rounds) -> float:
        """× is how much longer the peer takes; against the floor it is how much longer we take."""
        if self.against == "floor":
            return rounds.ratio("ours", "floor")
        return rounds.ratio(self.against, "ours")


TARGETS = (
    Target("A1", "order list, page 1, × DRF", FIRST, "drf", {SQLITE: "≥ 20", POSTGRESQL: "≥ 28"}),
    Target("", "the same, × DRF with everything prefetched", FIRST, "drf-prefetched", {}),
    Target(
        "A2", "the same, × marshmallow", FIRST, "marshmallow", dict.fromkeys((SQLITE, POSTGRESQL), "≥ 18")
    ),
    Target(
        "A3", "the same, time against the floor", FIRST, "floor", dict.fromkeys((SQLITE, POSTGRESQL), "≤ 1.8")
    ),
    Target("B1", "stock log of a hot pair, × DRF", HOT, "drf", {SQLITE: "≥ 18", POSTGRESQL: "≥ 9"}),
)


@dataclass(frozen=True, slots=True)
class Found:
    """What was measured on one database: for each answer its rounds, and a sample from each server."""

    rounds: Mapping[str, Rounds]
    samples: Mapping[str, Mapping[str, Answer]]


def main(words: Sequence[str] = ()) -> None:
    """Measure what the options ask for and print it as Markdown tables."""
    options = _options(words)
    competitors = tuple(one for one in COMPETITORS if one.key in options.servers)
    with (
        bench_folder() as folder,
        places(folder, options.databases, options.postgresql) as databases,
    ):
        found = {
            place.name: _measured(place, folder, options, competitors)
            for place in databases
            if not options.only_large
        }
        if found:
            _print_targets(found, competitors)
            _print_answers(found, competitors)
        if options.large or options.only_large:
            api_large.main(databases, folder, options)


def _options(words: Sequence[str]) -> argparse.Namespace:
    def listed(text: str) -> list[str]:
        return text.split(",")

    parser = argparse.ArgumentParser(prog="python -m bench api", description=__doc__)
    parser.add_argument("--orders", type=int, default=100_000, help="of the comparison")
    parser.add_argument("--rounds", type=int, default=7, help="by turns; the median counts")
    parser.add_argument("--seconds", type=float, default=1.0, help="at least, a server and round")
    parser.add_argument("--databases", type=listed, default=[SQLITE, POSTGRESQL])
    parser.add_argument("--postgresql", help="address of a server; without it one from a wheel is started")
    parser.add_argument("--servers", type=listed, default=[one.key for one in COMPETITORS])
    parser.add_argument(
        "--large", action="store_true", help="growth to a million orders too: 20 GB, half an hour"
    )
    parser.add_argument("--only-large", action="store_true", help="growth alone")
    parser.add_argument("--largest", type=int, default=1_000_000, help="orders of the growth's largest")
    return parser.parse_args(list(words))


def _requests(database: Filled) -> dict[str, bytes]:
    """The requests that are compared, by the name of their answer. Few orders have no page 1,000."""
    deep = max(1, min(DEEP_PAGE, database.orders // LIMIT))
    paths = {
        FIRST: f"{API}/orders/?limit={LIMIT}",
        DEEP.format(f"{deep:,}"): f"{API}/orders/?limit={LIMIT}&page={deep}",
        SHORT: f"{API}/orders/short/?limit={LIMIT}",
        HOT: f"{API}/order-stock-info/?{urlencode({**HOT_PAIR, 'limit': LIMIT})}",
    }
    return {name: request_of(path, database.token) for name, path in paths.items()}


def _measured(
    place: Databases, folder: Path, options: argparse.Namespace, competitors: tuple[Competitor, ...]
) -> Found:
    """The answers are compared first, by servers that count; the timed ones are new and do not."""
    _tell(f"{place.name}: making {options.orders:,} orders …")
    with filled(place, options.orders, folder) as database:
        requests = _requests(database)
        with running(competitors, database.environment, folder, counting=True) as servers:
            samples = {name: compare(_asked(servers, name), request) for name, request in requests.items()}
        rounds = {}
        with running(competitors, database.environment, folder) as servers:
            for name, request in requests.items():
                _tell(f"{place.name}: {name} …")
                asked = {one.competitor.key: (one.port, request) for one in _asked(servers, name)}
                rounds[name] = measure(asked, options.rounds, options.seconds)
    return Found(rounds, samples)


def _asked(servers: Sequence[Server], answer: str) -> list[Server]:
    return [server for server in servers if answer.startswith(server.competitor.answers)]


def _print_targets(found: Mapping[str, Found], competitors: Sequence[Competitor]) -> None:
    present = {one.key for one in competitors}
    rows = []
    for target in TARGETS:
        if {"ours", target.against} <= present:
            cells = [
                cell
                for name, measured in found.items()
                for cell in (
                    f"{target.ratio(measured.rounds[target.answer]):.1f}",
                    target.goals.get(name, ""),
                )
            ]
            rows.append([target.code, target.title, *cells])
    if rows:
        table(["#", "what", *(cell for name in found for cell in (name, "target"))], rows)
        print()


def _print_answers(found: Mapping[str, Found], competitors: Sequence[Competitor]) -> None:
    """Requests a second are information: they are of this machine and this hour."""
    rows = [
        [
            answer,
            database,
            one.title,
            f"{rounds.a_second(one.key):.1f}",
            f"{rounds.ratio(competitors[0].key, one.key):.2f}",
            str(measured.samples[answer][one.key].statements),
            f"{len(measured.samples[answer][one.key].body):,}",
        ]
        for database, measured in found.items()
        for answer, rounds in measured.rounds.items()
        for one in competitors
        if one.key in rounds.times
    ]
    speed = f"speed, {competitors[0].title} = 1"
    table(["answer", "database", "server", "requests/s", speed, "statements", "bytes"], rows)


def _tell(what: str) -> None:
    print(what, file=sys.stderr, flush=True)
