"""A line that cannot be used is refused by number, field and reason, and nothing of the file is stored."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import Any

import pytest

from app.services import world_lines, world_scripts
from app.services.world_lines import MAX_LINE_BYTES, BadLine, read_line
from tests.world.scripts import Script, a_shop, channel, item, order, product, rows_stored

AT = "2026-11-20T12:00:00Z"


def a_line(kind: str, **fields: Any) -> bytes:
    return json.dumps({"at": AT, "kind": kind, **fields}).encode()


def stock_line(**fields: Any) -> bytes:
    return a_line("stock", **{"erp_code": "WH1", "sku": "TS-M", "stock_count": "3", **fields})


def order_line(*items: dict[str, Any], **fields: Any) -> bytes:
    line = order("1002", *(items or [item(70002)]), **fields)
    return json.dumps({"at": AT, **line}).encode()


def command_line(command: str, **fields: Any) -> bytes:
    return a_line("package_command", **{"number": "1001", "sku": "TS-M", "command": command, **fields})


@dataclass(frozen=True)
class Bad:
    """A line, the field that is wrong, and words of the reason."""

    raw: bytes
    field: str | None
    reason: str


# Wrong whatever the world is like.
UNREADABLE: dict[str, Bad] = {
    "not JSON": Bad(b"stock WH1 3", None, "is not JSON"),
    "cut off": Bad(stock_line()[:-5], None, "is not JSON"),
    "two objects": Bad(stock_line() + stock_line(), None, "is not JSON"),
    "a list": Bad(b"[]", None, "should be a JSON object"),
    "a number": Bad(b"3", None, "should be a JSON object"),
    "not UTF-8": Bad(b'{"at":"\xff"}', None, "is not UTF-8"),
    "UTF-16": Bad(stock_line().decode().encode("utf-16-le"), None, "is not JSON"),
    "NaN": Bad(stock_line(stock_count=float("nan")), None, "NaN"),
    "infinity": Bad(stock_line(stock_count=float("inf")), None, "Infinity"),
    "a number beyond floats": Bad(b'{"at":1e999}', None, "too large"),
    "a number of 5,000 digits": Bad(b'{"at":' + b"1" * 5_000 + b"}", None, "too large"),
    "a key twice": Bad(b'{"at":"' + AT.encode() + b'","kind":"stock","kind":"order"}', None, "'kind' twice"),
    "a key twice inside": Bad(b'{"items":[{"sku":"A","sku":"B"}]}', None, "'sku' twice"),
    "a NUL": Bad(stock_line(sku="TS\x00M"), None, "NUL"),
    "a NUL in a key": Bad(a_line("product", sku="A", attributes={"a\x00": 1}), None, "NUL"),
    "half a surrogate pair": Bad(stock_line(sku="\ud800"), None, "surrogate"),
    "nested 33 deep": Bad(b'{"a":' * 33 + b"1" + b"}" * 33, None, "deeper than 32"),
    "nested 100,000 deep": Bad(b"[" * 100_000, None, "deeper than 32"),
    "no kind": Bad(json.dumps({"at": AT}).encode(), "kind", "is missing"),
    "an unknown kind": Bad(a_line("teleport"), "kind", "none of"),
    "a kind that is no text": Bad(json.dumps({"at": AT, "kind": ["stock"]}).encode(), "kind", "none of"),
    "no at": Bad(b'{"kind":"stock"}', "at", "is missing"),
    "at without zone": Bad(b'{"at":"2026-11-20T08:00:00","kind":"stock"}', "at", "no time zone"),
    "at as a number": Bad(b'{"at":1700000000,"kind":"stock"}', "at", "as text"),
    "at as words": Bad(b'{"at":"yesterday","kind":"stock"}', "at", "such as"),
    "at before all calendars": Bad(b'{"at":"0001-01-01T00:00:00+14:00","kind":"stock"}', "at", "1900"),
    "a missing field": Bad(a_line("stock", erp_code="WH1", sku="TS-M"), "stock_count", "is missing"),
    "a field nobody knows": Bad(stock_line(colour="red"), "colour", "is not known"),
    "a field nobody knows inside": Bad(
        order_line(item(70002, colour="red")), "items[0].colour", "is not known"
    ),
    "a negative count": Bad(stock_line(stock_count="-1"), "stock_count", "negative"),
    "a count in words": Bad(stock_line(stock_count="three"), "stock_count", "a number"),
    "a count of true": Bad(stock_line(stock_count=True), "stock_count", "a number"),
    "no count": Bad(stock_line(stock_count=None), "stock_count", "a number"),
    "a count with an exponent": Bad(stock_line(stock_count="1e2"), "stock_count", "a number"),
    "an endless count": Bad(stock_line(stock_count="9" * 30), "stock_count", "too large"),
    "a count of NaN as text": Bad(stock_line(stock_count="NaN"), "stock_count", "a number"),
    "three decimals": Bad(stock_line(stock_count="1.005"), "stock_count", "two decimals"),
    "three decimals as a number": Bad(stock_line(stock_count=1.005), "stock_count", "two decimals"),
    "a quantity of nothing": Bad(order_line(item(70002, quantity=0)), "items[0].quantity", "more than zero"),
    "an order of nothing": Bad(json.dumps({"at": AT, **order("1002")}).encode(), "items", "not be empty"),
    "a number where text belongs": Bad(stock_line(sku=7), "sku", "should be text"),
    "an empty SKU": Bad(stock_line(sku=""), "sku", "not be empty"),
    "a name longer than its column": Bad(
        a_line("channel", name="x" * 256), "name", "longer than 255 characters"
    ),
    "a currency longer than its column": Bad(order_line(currency="x" * 11), "currency", "longer than 10"),
    "an unknown location type": Bad(
        a_line("stock_location", erp_code="X", name="X", stock_location_type="shop"),
        "stock_location_type",
        "cannot be 'shop'",
    ),
    "an unknown order_by": Bad(
        a_line("scenario", name="X", rules=[{"name": "r", "priority": 1, "order_by": "name"}]),
        "rules[0].order_by",
        "cannot be 'name'",
    ),
    "an unknown state": Bad(order_line(state="401"), "state", "cannot be '401'"),
    "a state as a number": Bad(order_line(state=400), "state", "should be text"),
    "an unknown command": Bad(command_line("fly"), "command", "cannot be 'fly'"),
    "an unknown reason": Bad(
        a_line("discrepancy", erp_code="WH1", omnitron_id=70001, reason="stolen"), "reason", "cannot be"
    ),
    "a date_placed without zone": Bad(
        order_line(date_placed="2026-11-20T08:00:00"), "date_placed", "no time zone"
    ),
    "an id beyond 64 bits": Bad(
        a_line("cargo_company", omnitron_id=2**63, name="X"), "omnitron_id", "at most"
    ),
    "a latitude beyond the pole": Bad(
        a_line("stock_location", erp_code="X", latitude="90.1"), "latitude", "between"
    ),
    "a negative quota": Bad(a_line("stock_location", erp_code="X", max_quota=-1), "max_quota", "at least 0"),
    "is_active in words": Bad(a_line("channel", name="X", is_active="yes"), "is_active", "true or false"),
    "a line over 1 MiB": Bad(stock_line(sku="x" * MAX_LINE_BYTES), None, "longer than 1,048,576 bytes"),
}

# Wrong in a world with the shop, order 1001 (item 70001, package 1001-1 at WH1) and order 7 in two channels.
UNFITTING: dict[str, Bad] = {
    "stock of an unknown SKU": Bad(stock_line(sku="XX"), "sku", "'XX'"),
    "stock at an unknown location": Bad(stock_line(erp_code="XX"), "erp_code", "'XX'"),
    "an order in an unknown channel": Bad(order_line(channel="Fax"), "channel", "'Fax'"),
    "an order of an unknown SKU": Bad(order_line(item(70002), item(70003, "XX")), "items[1].sku", "'XX'"),
    "an order of an unknown carrier": Bad(order_line(cargo_company=99), "cargo_company", "99"),
    "an order number twice": Bad(order_line(number="1001"), "number", "already"),
    "an order's upstream number twice": Bad(order_line(omnitron_id=501), "omnitron_id", "already"),
    "an item twice": Bad(order_line(item(70001)), "items[0].omnitron_id", "70001"),
    "an item twice in one order": Bad(order_line(item(70002), item(70002)), "items[1].omnitron_id", "70002"),
    "a new product without name": Bad(a_line("product", sku="NEW"), "name", "is missing"),
    "a new location without type": Bad(
        a_line("stock_location", erp_code="NEW", name="New"), "stock_location_type", "is missing"
    ),
    "a new carrier without name": Bad(a_line("cargo_company", omnitron_id=9), "name", "is missing"),
    "a product with another's number": Bad(
        a_line("product", sku="NEW", name="New", omnitron_id=42), "omnitron_id", "another"
    ),
    "a channel with another's number": Bad(
        a_line("channel", name="New", omnitron_id=1), "omnitron_id", "another"
    ),
    "a scenario for an unknown channel": Bad(
        a_line("scenario", name="X", channels=["Web", "Fax"]), "channels[1]", "'Fax'"
    ),
    "a rule for an unknown location": Bad(
        a_line("scenario", name="X", rules=[{"name": "r", "priority": 1, "stock_locations": ["XX"]}]),
        "rules[0].stock_locations[0]",
        "'XX'",
    ),
    "two rules of one name": Bad(
        a_line("scenario", name="X", rules=[{"name": "r", "priority": n} for n in (1, 2)]),
        "rules[1].name",
        "'r'",
    ),
    "a reservation for an unknown item": Bad(
        a_line("reservation", omnitron_id=1, erp_code="WH1", quantity="1"), "omnitron_id", "no order item"
    ),
    "a reservation at an unknown location": Bad(
        a_line("reservation", omnitron_id=70001, erp_code="XX", quantity="1"), "erp_code", "'XX'"
    ),
    "a release where nothing was held": Bad(
        a_line("reservation_release", omnitron_id=70001, erp_code="ST2"),
        "omnitron_id",
        "nothing was ever held",
    ),
    "a release of the second of one": Bad(
        a_line("reservation_release", omnitron_id=70001, erp_code="WH1", nth=2), "nth", "only 1"
    ),
    "a mapping of an unknown item": Bad(
        a_line("mapping", omnitron_id=1, code="E"), "omnitron_id", "no order"
    ),
    "a mapping under another code": Bad(a_line("mapping", omnitron_id=70010, code="OTHER"), "code", "ERP-10"),
    "a discrepancy where no package is": Bad(
        a_line("discrepancy", erp_code="ST2", omnitron_id=70001, reason="damaged"),
        "omnitron_id",
        "no package item",
    ),
    "a clearing where nothing was reported": Bad(
        a_line("discrepancy_clear", erp_code="WH1", sku="TS-M"), "sku", "nothing was reported"
    ),
    "a state of an unknown order": Bad(a_line("order_state", number="1", state="550"), "number", "no order"),
    "a state of an order in two channels": Bad(
        a_line("order_state", number="7", state="550"), "channel", "is needed: order 7 is in App, Web"
    ),
    "a state in an unknown channel": Bad(
        a_line("order_state", number="7", channel="Fax", state="550"), "channel", "'Fax'"
    ),
    "a state of another order's item": Bad(
        a_line("order_state", number="1001", omnitron_id=70010, state="425"),
        "omnitron_id",
        "no item of order",
    ),
    "an inactive order": Bad(a_line("order_state", number="1001", state="425"), "state", "item only"),
    "a command for a product not in the order": Bad(
        command_line("pack", sku="TS-L"), "sku", "no such open package"
    ),
    "a command for a package elsewhere": Bad(command_line("pack", erp_code="ST2"), "sku", "no such open"),
    "a command for no place": Bad(command_line("cancel", erp_code=None), "sku", "no such open package"),
    "a command at an unknown location": Bad(command_line("pack", erp_code="XX"), "erp_code", "'XX'"),
    "a command for one of two packages": Bad(
        command_line("pack", number="1003"), "erp_code", "1003-1 at WH1, 1003-2 at ST2"
    ),
    "a command out of turn": Bad(command_line("deliver"), "command", "state 100 does not allow"),
    "a refusal without a reason": Bad(command_line("refuse"), "reason", "is needed"),
    "a refusal for no reason": Bad(command_line("refuse", reason=" "), "reason", "is needed"),
    "items of a command for all": Bad(command_line("pack", items=[70001]), "items", "cannot be named"),
    "items the package does not hold": Bad(
        command_line("not_found", items=[70001, 70010]), "items[1]", "does not hold"
    ),
    "replanning an unknown order": Bad(a_line("replan", number="1"), "number", "no order"),
}


def the_world() -> Script:
    script = Script(a_shop(WH1="5", ST2="4"))
    script.tell(**channel("App", omnitron_id=1)).tell(**product("TS-L", omnitron_id=42))
    script.tell(**order("1001", item(70001), omnitron_id=501))
    script.tell(
        **order("7", item(70010)),
    ).tell(**order("7", item(70011), channel="App"))
    script.tell("mapping", omnitron_id=70010, code="ERP-10")
    script.tell(**order("1003", item(70030, quantity="1"), item(70031, quantity="4")))
    return script


@pytest.mark.parametrize("what", UNREADABLE)
def test_an_unreadable_line_is_named(what: str) -> None:
    bad = UNREADABLE[what]
    with pytest.raises(BadLine) as caught:
        list(world_lines.read_lines([b"\n", bad.raw]))
    assert (caught.value.line, caught.value.field) == (2, bad.field)
    assert bad.reason in caught.value.reason
    assert str(caught.value) == f"line 2: {bad.field or 'the line'} {caught.value.reason}"


@pytest.mark.usefixtures("db_session")
@pytest.mark.parametrize("what", UNFITTING)
def test_a_line_that_does_not_fit_the_world_is_named_and_nothing_is_stored(what: str) -> None:
    bad, script = UNFITTING[what], the_world()
    script.lines.append(bad.raw)
    with pytest.raises(BadLine) as caught:
        script.load()
    assert (caught.value.line, caught.value.field) == (len(script.lines), bad.field)
    assert bad.reason in caught.value.reason
    assert rows_stored() == {}


@pytest.mark.usefixtures("db_session")
def test_the_world_of_these_cases_is_sound_but_for_their_line() -> None:
    the_world().load()
    assert rows_stored()["orders"] == 4


@pytest.mark.usefixtures("db_session")
def test_an_unreadable_line_leaves_nothing_of_those_before_it() -> None:
    script = the_world()
    script.lines.append(b"{")
    with pytest.raises(BadLine):
        script.load()
    assert rows_stored() == {}


@pytest.mark.usefixtures("db_session")
def test_the_world_that_was_there_stays_when_a_file_is_refused() -> None:
    the_world().load()
    before = rows_stored()
    script = Script([product("NEW")])
    script.lines.append(command_line("deliver"))
    with pytest.raises(BadLine):
        script.load()
    assert rows_stored() == before


class Endless(io.RawIOBase):
    """100 MB without a line end, counting how much of it was asked for."""

    def __init__(self, size: int) -> None:
        self.left = size
        self.taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        count = min(len(buffer), self.left)
        buffer[:count] = b"x" * count
        self.left -= count
        self.taken += count
        return count


@pytest.mark.usefixtures("db_session")
def test_a_line_of_100_mb_is_refused_without_reading_it() -> None:
    endless = Endless(100_000_000)
    with pytest.raises(BadLine) as caught:
        world_scripts.load(world_lines.split_lines(io.BufferedReader(endless)))
    assert (caught.value.line, caught.value.field) == (1, None)
    assert endless.taken < 2 * MAX_LINE_BYTES


def test_a_line_of_exactly_1_mib_is_read() -> None:
    line = a_line("product", sku="A", name="A", attributes={"a": ""})
    padding = "x" * (MAX_LINE_BYTES - len(line))
    line = a_line("product", sku="A", name="A", attributes={"a": padding})
    assert len(line) == MAX_LINE_BYTES
    assert [
        one.kind for one in world_lines.read_lines(world_lines.split_lines(io.BytesIO(line + b"\r\n")))
    ] == ["product"]


def test_blank_lines_count_and_a_byte_order_mark_does_not_matter() -> None:
    script = b"\xef\xbb\xbf" + stock_line() + b"\r\n\r\n  \n" + stock_line()
    found = list(world_lines.read_lines(world_lines.split_lines(io.BytesIO(script))))
    assert [line.number for line in found] == [1, 4]


def test_brackets_inside_texts_are_not_nesting() -> None:
    read_line(1, a_line("product", sku="[{" * 40, name='\\"[{'))


def test_32_levels_are_read() -> None:
    inside: Any = 1
    for _ in range(30):
        inside = {"a": inside}
    read_line(1, a_line("product", sku="A", name="A", attributes={"a": inside}))
