"""Stock feeds from files: what each row would do, what is wrong with it, and storing it in parts."""

from __future__ import annotations

from io import BytesIO

import pytest
from sqlalchemy import func, select

from app import clock
from app.domain.errors import NotFound, Refused
from app.extensions import db
from app.models import Fact, Stock, StockFeed, StockFeedRow
from app.queries import stock_feeds as found
from app.services import batch_runs, stock_feeds
from tests.world.scripts import Script, a_shop, location, product

pytestmark = pytest.mark.usefixtures("db_session")

CSV = """erp_code,sku,stock_count,note
WH1,TS-M,5,more
ST2,TS-M,0,same
ST2,TS-L,1.5,first
"""


@pytest.fixture
def script(db_session: object) -> Script:
    script = Script([*a_shop(WH1=3, ST2=0), product("TS-L")])
    script.load()
    return script


def read(text: str | bytes, name: str = "feed.csv") -> int:
    return stock_feeds.read_feed(BytesIO(text if isinstance(text, bytes) else text.encode()), name)


def rows(feed_id: int) -> list[tuple[int, str, int | None, int | None, str | None, str | None]]:
    statement = select(StockFeedRow).where(StockFeedRow.feed_id == feed_id).order_by(StockFeedRow.line)
    return [
        (one.line, one.outcome, one.old_count, one.new_count, one.problem, one.field)
        for one in db.session.scalars(statement)
    ]


def stored() -> dict[tuple[int, int], int]:
    db.session.expire_all()
    return {
        (one.stock_location_id, one.product_id): one.stock_count for one in db.session.scalars(select(Stock))
    }


@pytest.mark.usefixtures("script")
def test_a_csv_is_compared_with_what_is_stored_and_stores_nothing() -> None:
    before = stored()
    assert rows(read(CSV)) == [
        (2, "changed", 3_00, 5_00, None, None),
        (3, "unchanged", 0, 0, None, None),
        (4, "new", None, 1_50, None, None),
    ]
    assert stored() == before


@pytest.mark.usefixtures("script")
@pytest.mark.parametrize(
    "text",
    [
        "\ufeffsku;STOCK_COUNT; erp_code \r\nTS-M;5;WH1\r\n",
        "stock_count\tsku\terp_code\n5\tTS-M\tWH1",
        '\n"erp_code","sku","stock_count"\n\n"WH1","TS-M","5.00"\n',
        '{"erp_code": "WH1", "sku": "TS-M", "stock_count": 5, "more": []}\n',
        '{"kind": "stock", "at": "…", "erp_code": "WH1", "sku": "TS-M", "stock_count": "5.0"}',
    ],
)
def test_other_ways_to_write_the_same_are_understood(text: str) -> None:
    ((_, outcome, old, new, problem, _),) = rows(read(text))
    assert (outcome, old, new, problem) == ("changed", 3_00, 5_00, None)


@pytest.mark.usefixtures("script")
@pytest.mark.parametrize(
    ("row", "problem", "field"),
    [
        ("WH1,TS-M", "columns", None),
        ("WH1,TS-M,1,2", "columns", None),
        (",TS-M,1", "missing", "erp_code"),
        ("WH1,,1", "missing", "sku"),
        ("WH1,TS-M,", "missing", "stock_count"),
        (f"{'W' * 101},TS-M,1", "too_long", "erp_code"),
        ("WH1,TS\x00M,1", "unreadable", "sku"),
        ("WH1,TS-M,-1", "not_a_count", "stock_count"),
        ("WH1,TS-M,1.234", "not_a_count", "stock_count"),
        ("WH1,TS-M,many", "not_a_count", "stock_count"),
        ("XX,TS-M,1", "unknown_location", "erp_code"),
        ("WH1,XX,1", "unknown_sku", "sku"),
    ],
)
def test_a_row_that_cannot_be_used_says_where_and_why(row: str, problem: str, field: str | None) -> None:
    ((line, outcome, _, _, *why),) = rows(read(f"erp_code,sku,stock_count\n{row}\n"))
    assert (line, outcome, why) == (2, "wrong", [problem, field])


@pytest.mark.usefixtures("script")
@pytest.mark.parametrize("line", ["{", "[1]", '{"a": 1}{"b": 2}', "{" * 9_000, '{"sku": NaN'])
def test_lines_that_are_no_objects_are_named(line: str) -> None:
    good = '{"erp_code": "WH1", "sku": "TS-M", "stock_count": 5}'
    found_rows = rows(read(f"{good}\n{line}\n{good}\n"))
    assert [one[4] for one in found_rows if one[0] == 2] == ["not_json"]


@pytest.mark.usefixtures("script")
def test_bytes_that_are_not_utf_8_are_named_in_their_row() -> None:
    ((_, outcome, *_, problem, field),) = rows(read(b"erp_code,sku,stock_count\nWH1,\xff\xfe,1\n"))
    assert (outcome, problem, field) == ("wrong", "unreadable", "sku")


@pytest.mark.usefixtures("script")
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "feed_empty"),
        ("\n \n", "feed_empty"),
        ("sku,count\nTS-M,1", "feed_header"),
        ("erp_code,sku,stock_count\n", "feed_empty"),
    ],
)
def test_a_file_that_is_no_feed_is_refused_and_not_kept(text: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        read(text)
    assert caught.value.code == code
    assert db.session.execute(select(func.count(StockFeed.id))).scalar_one() == 0


def test_of_two_rows_for_one_place_the_last_is_stored(script: Script) -> None:
    feed = read("erp_code,sku,stock_count\nWH1,TS-M,8\nWH1,TS-M,9\nWH1,TS-M,no\n")
    assert [one[1] for one in rows(feed)] == ["overwritten", "changed", "wrong"]
    with clock.at(script.at):
        batch_runs.run_batch(stock_feeds.store_feed(feed))
    assert stored()[1, 1] == 9_00


def test_it_is_stored_in_parts_once_with_what_can_be_used(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stock_feeds, "AT_ONCE", 2)
    feed = read(CSV + "XX,TS-M,1,wrong\n")
    with clock.at(script.at):
        batch = stock_feeds.store_feed(feed)
        assert stock_feeds.store_feed(feed) == batch
        assert batch_runs.run_batch(batch) is False
    assert sorted(stored().values()) == [0, 1_50, 5_00]
    answers = select(func.count(Fact.id)).where(Fact.kind == "stock", Fact.at == script.at)
    assert db.session.execute(answers).scalar_one() == 3
    assert found.find_feed(feed).batch_id == batch
    assert dict(found.count_by_outcome(feed)) == {"wrong": 1, "new": 1, "changed": 1, "unchanged": 1}


@pytest.mark.usefixtures("script")
def test_a_feed_without_a_usable_row_cannot_be_stored() -> None:
    feed = read("erp_code,sku,stock_count\nXX,TS-M,1\n")
    with pytest.raises(Refused):
        stock_feeds.store_feed(feed)
    with pytest.raises(NotFound):
        stock_feeds.store_feed(feed + 1)


def test_old_feeds_are_forgotten(script: Script) -> None:
    with clock.at(script.at):
        read(CSV)
    with clock.at(script.at + 2 * stock_feeds.KEPT):
        last = read(CSV)
    assert list(db.session.scalars(select(StockFeed.id))) == [last]
    assert {one.feed_id for one in db.session.scalars(select(StockFeedRow))} == {last}


def test_a_long_file_is_read_in_parts(script: Script) -> None:
    Script([location("ST9")], start=script.at).load()
    text = "erp_code,sku,stock_count\n" + "".join(f"ST9,TS-M,{number}\n" for number in range(2_500))
    counts = found.count_by_outcome(read(text))
    assert counts == {"new": 1, "overwritten": 2_499}
