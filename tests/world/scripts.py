"""World scripts for tests: lines a minute apart, and everything that is stored after loading them."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import func, literal, select, union_all

from app import clock
from app.extensions import Base, db
from app.services import world_scripts
from app.services.world_scripts import LoadResult

START = datetime(2026, 11, 20, 8, tzinfo=UTC)
# Come with the migrations, or follow from the other rows by triggers.
SEEDED = {"states", "content_types", "alembic_version", "counters"}
# Not part of what a dump gives back: who did it, when it was last looked at, and the journal's own ids.
NOT_REPLAYED = {"audit_entries", "facts", "users", "tokens", "user_locations"}
Document = dict[str, Any]


class Script:
    """Lines written one after the other, each a minute later than the one before."""

    def __init__(self, lines: Iterable[Document] = (), start: datetime = START) -> None:
        self.at = start
        self.lines: list[bytes] = []
        for line in lines:
            self.tell(**line)

    def tell(self, kind: str, **fields: Any) -> Script:
        line = {"at": self.at.strftime("%Y-%m-%dT%H:%M:%SZ"), "kind": kind, **fields}
        self.lines.append(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        self.at += timedelta(minutes=1)
        return self

    def load(self) -> LoadResult:
        """Load it, as if the last line had happened just now."""
        with clock.at(self.at):
            return world_scripts.load(self.lines)


def channel(name: str = "Web", **fields: Any) -> Document:
    return {"kind": "channel", "name": name, "channel_type": "web", **fields}


def product(sku: str = "TS-M", **fields: Any) -> Document:
    return {"kind": "product", "sku": sku, "name": f"T-shirt {sku}", **fields}


def location(erp_code: str = "WH1", **fields: Any) -> Document:
    """A warehouse if its code begins with WH; it is asked before the stores."""
    kind, priority = ("warehouse", 1) if erp_code.startswith("WH") else ("store", 2)
    given = {"name": f"Place {erp_code}", "stock_location_type": kind, "priority": priority}
    return {"kind": "stock_location", "erp_code": erp_code, **given, **fields}


def rule(*erp_codes: str, name: str = "all", priority: int = 1, **fields: Any) -> Document:
    return {"name": name, "priority": priority, "stock_locations": list(erp_codes), **fields}


def scenario(*rules: Document, name: str = "Web", **fields: Any) -> Document:
    given = {"is_active": True, "priority": 1, "channels": ["Web"], "rules": list(rules) or [rule()]}
    return {"kind": "scenario", "name": name, **given, **fields}


def stock(erp_code: str, sku: str, count: object) -> Document:
    return {"kind": "stock", "erp_code": erp_code, "sku": sku, "stock_count": count}


def order(number: str, /, *items: Document, **fields: Any) -> Document:
    given = {
        "channel": "Web",
        "state": "400",
        "date_placed": "2026-11-20T07:59:00Z",
        "payment_type": "credit_card",
        "delivery_type": "standard",
    }
    return {"kind": "order", "number": number, **given, "items": list(items), **fields}


def item(omnitron_id: int, sku: str = "TS-M", quantity: object = "1", **fields: Any) -> Document:
    return {"omnitron_id": omnitron_id, "sku": sku, "quantity": quantity, **fields}


def a_shop(**stock_counts: object) -> list[Document]:
    """One channel, one product at WH1, one scenario for all; stock by ERP code, by default three at WH1."""
    counts = stock_counts or {"WH1": "3"}
    codes = dict.fromkeys(["WH1", *counts])
    return [
        channel(),
        product(),
        *(location(code) for code in codes),
        scenario(),
        *(stock(code, "TS-M", count) for code, count in counts.items()),
    ]


def dumped() -> list[Document]:
    """The dump, read as JSON."""
    return [json.loads(line) for line in world_scripts.dump()]


def rows_stored() -> dict[str, int]:
    """How many rows each table has, where it has any."""
    counts = db.session.execute(_counts()).all()
    return {name: count for name, count in counts if count}


@cache
def _counts() -> Any:
    """One statement for all tables: many tests ask before and after."""
    tables = [one for one in Base.metadata.sorted_tables if one.name not in SEEDED]
    return union_all(*(select(literal(one.name), func.count()).select_from(one) for one in tables))


def everything() -> dict[str, Sequence[Document]]:
    """Every row that a dump gives back, with the attempts' records readable."""
    return {
        table.name: [_readable(dict(row)) for row in _rows(table)]
        for table in Base.metadata.sorted_tables
        if table.name not in SEEDED | NOT_REPLAYED
    }


def _rows(table: Any) -> Iterator[Any]:
    return db.session.execute(select(table).order_by(*table.primary_key.columns)).mappings()


def _readable(row: Document) -> Document:
    row.pop("cause_checked_at", None)
    row.pop("replan_due_since", None)  # a loaded world owes nobody a planning
    if "record" in row:
        row["record"] = json.loads(zlib.decompress(row["record"]))
    return row
