"""The pages of batches: the plan before it is started, progress that asks again, and results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from app import wording
from app.domain.errors import Refused
from app.queries import batches as watched
from app.services import batch_runs, batches
from app.services.batches import PlannedRow
from app.wording.batches import KINDS, BatchWords
from tests import builders
from tests.page_markup import Element
from tests.pages import PageClient

pytestmark = pytest.mark.usefixtures("db_session")

KIND = "test.paint"


def paint(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    if arguments.get("refuse"):
        raise Refused("package_served")
    return {"colour": "green"}


@pytest.fixture(autouse=True)
def kind(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    words = BatchWords(
        kind="Paintings",
        title=lambda title: f"Paint {title['what']}",
        expected=lambda arguments, expectation: f"becomes {expectation['colour']}",
        result=lambda result: f"is {result['colour']} now",
    )
    monkeypatch.setitem(batches._acts, KIND, paint)
    monkeypatch.setitem(KINDS, KIND, words)  # type: ignore[arg-type]
    yield


def planned(*each: Mapping[str, Any]) -> int:
    rows = [PlannedRow(f"door {place}", one, {"colour": "green"}) for place, one in enumerate(each, 1)]
    return batches.plan_batch(KIND, rows, "spring", {"what": "doors"}, back="/packages/")


def live(page: Element) -> Mapping[str, str]:
    (found,) = [one for one in page.walk() if one.attributes.get("id") == "batch"]
    return found.attributes


def test_the_plan_is_shown_before_anything_is_done(desk: PageClient) -> None:
    package = builders.an_out_of_stock_package()
    batch = planned({"package_id": package.id}, {})
    page = desk.get(f"/batches/{batch}")
    assert "Paint doors" in page.find_all("h1")[0].text
    assert "Nothing has been done yet" in page.text
    assert page.text.count("becomes green") == 2
    links = {one.attributes["href"] for one in page.find_all("a")}
    assert {f"/packages/{package.id}/explanation", "/packages/"} <= links
    assert "hx-get" not in live(page)


def test_a_running_batch_asks_again_until_its_end(desk: PageClient) -> None:
    batch = planned({}, {"refuse": True})
    assert desk.post(f"/batches/{batch}/start").status_code == 303
    page = desk.get(f"/batches/{batch}?limit=5")
    assert live(page)["hx-get"] == f"/batches/{batch}?limit=5"
    assert page.find_all("progress")[0].attributes["max"] == "2"
    assert page.find_all("noscript")
    batch_runs.run_batch(batch)
    part = desk.get_part(f"/batches/{batch}")
    assert "hx-get" not in live(part)
    assert "is green now" in part.text
    assert "This package does not wait for anything any more." in part.text
    assert "1 row could not be done" in part.text


def test_a_part_leaves_the_address_as_it_is(desk: PageClient) -> None:
    batch = planned({})
    answer = desk.client.get(f"/batches/{batch}", headers={"HX-Request": "true"})
    assert "HX-Push-Url" not in answer.headers


def test_results_can_be_narrowed_down(desk: PageClient) -> None:
    batch = planned({}, {"refuse": True}, {})
    batches.start_batch(batch)
    batch_runs.run_batch(batch)
    page = desk.get(f"/batches/{batch}?state=refused")
    assert "door 2" in page.text
    assert "door 1" not in page.text


def test_starting_twice_says_so_and_changes_nothing(desk: PageClient) -> None:
    batch = planned({})
    desk.post(f"/batches/{batch}/start")
    desk.post(f"/batches/{batch}/start")
    assert wording.refusal("batch_started", {}) in desk.get(f"/batches/{batch}").text


def test_cancelling_skips_the_rest(desk: PageClient) -> None:
    batch = planned({}, {})
    desk.post(f"/batches/{batch}/start")
    batch_runs.run_batch(batch, seconds=0)
    assert desk.post(f"/batches/{batch}/cancel").status_code == 303
    assert watched.find_batch(batch).counts == {"done": 1, "skipped": 1}
    assert "Called off" in desk.get(f"/batches/{batch}").text


def test_the_list_names_each_and_what_came_of_it(desk: PageClient) -> None:
    assert "No bulk action yet" in desk.get("/batches/").text
    first = planned({}, {"refuse": True})
    batches.start_batch(first)
    batch_runs.run_batch(first)
    planned({})
    page = desk.get("/batches/")
    assert len(page.with_attribute("data-row-link")) == 2
    assert "1 Done" in page.text
    assert len(desk.get("/batches/?state=finished").with_attribute("data-row-link")) == 1


def test_what_is_not_there_is_not_found(desk: PageClient) -> None:
    desk.get("/batches/99", status=404)
    assert desk.post("/batches/99/start").status_code == 404
