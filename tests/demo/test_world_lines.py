"""The demo world's lines: repeatable, in order of time, tied to the anchor only, of believable amounts."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

import pytest

from app.demo import world
from app.demo.catalogue import products
from app.demo.places import PLACES
from app.demo.stories import STORIES

ANCHOR = datetime(2026, 11, 21, 9, 30, 15, 250_000, tzinfo=UTC)
FEW = 700
Lines = list[dict[str, Any]]


@pytest.fixture(scope="module")
def few() -> Lines:
    return list(world.lines(ANCHOR, orders=FEW))


@pytest.fixture(scope="module")
def all_lines() -> Lines:
    return list(world.lines(ANCHOR))


def instants_moved(lines: Lines, by: timedelta) -> Lines:
    moved = []
    for line in lines:
        changed = dict(line)
        for key in ("at", "date_placed"):
            if key in line:
                at = datetime.fromisoformat(line[key]) + by
                changed[key] = at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        moved.append(changed)
    return moved


def test_a_seed_and_an_anchor_always_give_the_same_lines(few: Lines) -> None:
    assert list(world.lines(ANCHOR, orders=FEW)) == few


def test_another_anchor_moves_every_instant_by_the_difference(few: Lines) -> None:
    by = timedelta(days=11, hours=7, minutes=3, microseconds=5)
    assert list(world.lines(ANCHOR + by, orders=FEW)) == instants_moved(few, by)


def test_the_anchor_may_be_given_in_any_time_zone(few: Lines) -> None:
    there = ANCHOR.astimezone(timezone(timedelta(hours=3)))
    assert next(world.lines(there, orders=FEW)) == few[0]


def test_another_seed_tells_another_month(few: Lines) -> None:
    assert list(world.lines(ANCHOR, seed=7, orders=FEW)) != few


def test_every_line_comes_after_the_one_before_and_none_after_the_anchor(all_lines: Lines) -> None:
    instants = [line["at"] for line in all_lines]
    assert all(earlier < later for earlier, later in pairwise(instants))
    assert all(at.endswith("Z") and len(at) == 27 for at in instants)
    assert datetime.fromisoformat(instants[-1]) <= ANCHOR
    # The newest fact is fresh, so that the pages do not call the demo old.
    assert datetime.fromisoformat(instants[-1]) > ANCHOR - timedelta(hours=1)


def test_the_month_has_the_promised_size(all_lines: Lines) -> None:
    kinds = Counter(line["kind"] for line in all_lines)
    assert kinds["order"] == world.ORDERS
    assert kinds["product"] == len(products()) >= 290
    assert {line["erp_code"] for line in all_lines if line["kind"] == "stock_location"} == {
        place.erp_code for place in PLACES
    }
    assert 38 <= len(PLACES) <= 45
    assert kinds["stock"] <= 25_000
    assert 35_000 <= len(all_lines) <= 55_000


def test_fewer_orders_are_never_fewer_than_the_stories_need() -> None:
    assert Counter(line["kind"] for line in world.lines(ANCHOR, orders=0))["order"] > 300


def test_ids_and_numbers_grow_and_are_given_once(all_lines: Lines) -> None:
    orders = [line for line in all_lines if line["kind"] == "order"]
    for keys in (
        [int(order["number"]) for order in orders],
        [order["omnitron_id"] for order in orders],
        [item["omnitron_id"] for order in orders for item in order["items"]],
    ):
        assert keys == sorted(set(keys))


def test_evenings_and_weekends_are_busier_than_nights_and_mornings(all_lines: Lines) -> None:
    placed = [datetime.fromisoformat(line["at"]) for line in all_lines if line["kind"] == "order"]
    # The anchor stands for 14:10 in the shops.
    hours = Counter(
        (at - ANCHOR + timedelta(hours=14, minutes=10)) // timedelta(hours=1) % 24 for at in placed
    )
    assert sum(hours[hour] for hour in (19, 20, 21)) > 8 * sum(hours[hour] for hour in (2, 3, 4))


def test_amounts_are_decimals_with_two_places_that_add_up(few: Lines) -> None:
    for order in (line for line in few if line["kind"] == "order"):
        net = sum(round(float(item["net_amount"]) * 100) for item in order["items"])
        assert round(float(order["amount"]) * 100) == net + round(float(order["shipping_amount"]) * 100)
        assert all(len(order[key].partition(".")[2]) == 2 for key in ("amount", "shipping_amount"))
        assert order["currency"] in ("try", "eur")


def test_every_line_is_json_and_its_own_object(few: Lines) -> None:
    assert all(json.loads(json.dumps(line, ensure_ascii=False)) == line for line in few)


def test_every_story_says_what_it_tells() -> None:
    assert all(story.__doc__ and ":" in story.__doc__ for story in STORIES)
