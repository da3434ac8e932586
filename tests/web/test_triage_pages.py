"""The pages of joint fixes: how fresh they are, the plan before it is confirmed, and what starts a batch."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.extensions import db
from app.models import Batch, Product
from app.queries import kept_triage
from app.queries.kept_triage import FoundFix
from app.services import batch_runs, planning, triage
from app.web.triage import SHOWN_OF_EACH
from tests import builders
from tests.page_markup import Element
from tests.pages import PageClient
from tests.statements import counted

pytestmark = pytest.mark.usefixtures("db_session")

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SENTENCE = "Switch Nişantaşı on"


def a_closed_store(orders: int = 3) -> None:
    """So many orders wait for what only a store has that is switched off."""
    store, product = builders.a_location("ST1", name="Nişantaşı", is_active=False), builders.a_product("TS-M")
    builders.a_stock(store, product, 100_00)
    builders.a_scenario(name="Web", rules=[{"name": "all"}])
    builders.a_scenario(name="Empty", rules=[], payment_types=["cash"])
    for _ in range(orders):
        planning.plan_order(builders.an_order(lines=[(product, 1_00)]).id, "order")


def looked(orders: int = 3) -> FoundFix:
    """The closed store, looked at by a worker."""
    a_closed_store(orders)
    triage.refresh()
    found = kept_triage.kept_triage()
    assert found is not None
    return kept_triage.kept_fix(found.fixes[0].key)


def links(page: Element) -> dict[str, str]:
    return {one.text: one.attributes["href"] for one in page.find_all("a")}


def part(page: Element, name: str) -> Element:
    (found,) = [one for one in page.walk() if one.attributes.get("id") == name]
    return found


def test_the_overview_ranks_fixes_and_leads_to_each(desk: PageClient) -> None:
    fix = looked(3)
    page = desk.get("/")
    assert links(page)[SENTENCE] == f"/packages/triage/{fix.fix.key}"
    assert "3 packages" in part(page, "top-fixes").text
    assert "hx-get" not in part(page, "top-fixes").attributes


def test_the_overview_looks_at_nothing_itself(app: Flask, desk: PageClient) -> None:
    a_closed_store()
    page = desk.get("/")
    assert "Nobody has looked yet" in page.text
    assert kept_triage.kept_triage() is None
    assert part(page, "top-fixes").attributes["hx-get"] == "/packages/triage/top"


def test_the_overview_takes_as_many_statements_for_ten_packages_as_for_one(
    app: Flask, desk: PageClient
) -> None:
    counts = []
    looked(1)
    for _ in range(2):
        desk.get("/")  # what a process keeps of reference rows is read once
        with counted(app) as sent:
            desk.get("/")
        counts.append(len(sent))
        product = db.session.scalars(select(Product)).one()
        for _ in range(9):
            planning.plan_order(builders.an_order(lines=[(product, 1_00)]).id, "order")
        triage.refresh()
    assert counts[0] == counts[1]


def test_pages_say_that_facts_changed_since_and_ask_again_until_it_is_fresh(desk: PageClient) -> None:
    with clock.at(NOON):
        looked()
    with clock.at(NOON + timedelta(minutes=2)):
        assert "facts have changed" not in desk.get("/packages/triage").text
        builders.a_fact()
        page = desk.get("/packages/triage")
        assert "Found 2 minutes ago" in page.text
        assert "facts have changed since" in page.text
        assert part(page, "triage").attributes["hx-get"] == "/packages/triage"
        triage.refresh()
        assert "hx-get" not in part(desk.get_part("/packages/triage"), "triage").attributes


def test_looking_again_is_asked_of_the_worker_and_waited_for(
    app: Flask, desk: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []
    monkeypatch.setitem(app.extensions, "tasks", {**app.extensions["tasks"], "refresh_triage": asked.append})
    with clock.at(NOON):
        looked()
    with clock.at(NOON + timedelta(minutes=1)):
        answer = desk.post("/packages/triage/look-again", **{"from": "overview"})
        assert asked == [clock.now().timestamp()]
        assert answer.headers["Location"] == f"/?asked={asked[0]:.3f}"
        awaiting = desk.get(answer.headers["Location"])
        assert "looking again now" in awaiting.text
        assert "asked=" in part(awaiting, "top-fixes").attributes["hx-get"]
        triage.refresh()
        assert "looking again now" not in desk.get_part(f"/packages/triage/top?asked={asked[0]:.3f}").text
    with clock.at(NOON + timedelta(hours=1)):
        assert "looking again now" not in desk.get(f"/packages/triage?asked={asked[0]:.3f}").text


def test_what_was_asked_when_may_be_nonsense(desk: PageClient) -> None:
    looked()
    for nonsense in ("x", "1e99", "-1", "nan"):
        desk.get(f"/packages/triage?asked={nonsense}")


def test_the_triage_groups_packages_by_fix_with_odd_rules_beside(desk: PageClient) -> None:
    looked(7)
    page = desk.get("/packages/triage")
    assert "1 joint fix" in page.text
    assert "7 packages" in page.text
    tables = page.find_all("table")
    assert len(tables[0].find_all("tbody")[0].find_all("tr")) == SHOWN_OF_EACH
    assert "Scenario “Empty” has no rules" in page.text
    assert links(desk.get("/packages/"))["By joint fix"] == "/packages/triage"


def test_nothing_to_fix_is_told_apart_from_nothing_waiting(desk: PageClient) -> None:
    triage.refresh()
    assert "Nothing is out of stock" in desk.get("/packages/triage").text
    builders.an_out_of_stock_package()
    triage.refresh()
    assert "No fix would serve any of them" in desk.get("/packages/triage").text


def test_a_fix_shows_its_plan_before_anything_is_done(desk: PageClient) -> None:
    fix = looked(3)
    page = desk.get(f"/packages/triage/{fix.fix.key}")
    assert page.find_all("h1")[0].text == SENTENCE
    assert "Nothing has been changed yet" in page.text
    assert len(page.with_attribute("data-row-link")) == 3
    assert "Apply to all 3 packages" in page.text
    assert db.session.scalars(select(Batch)).all() == []


def test_confirming_starts_the_batch_that_was_shown(desk: PageClient) -> None:
    fix = looked(3)
    path = f"/packages/triage/{fix.fix.key}"
    answer = desk.post(path, version=fix.version, reason="open again")
    batch = db.session.scalars(select(Batch)).one()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/batches/{batch.id}")
    assert (batch.state, batch.reason) == ("started", "open again")
    shown = desk.get(f"/batches/{batch.id}").text
    assert "Switch Nişantaşı on → 3 packages" in shown
    batch_runs.run_batch(batch.id)
    assert desk.get(f"/batches/{batch.id}").text.count("Served by Nişantaşı.") == 3
    assert "All of its packages have left the queue" in desk.get(path).text
    triage.refresh()
    assert SENTENCE not in desk.get("/").text


def test_a_plan_that_is_not_the_one_shown_is_not_started(desk: PageClient) -> None:
    fix = looked(3)
    path = f"/packages/triage/{fix.fix.key}"
    assert desk.post(path, version="another").headers["Location"] == path
    assert "looked at again meanwhile" in desk.get(path).text
    assert db.session.scalars(select(Batch)).all() == []


def test_a_fix_that_is_gone_leads_to_those_that_are_there(desk: PageClient) -> None:
    looked()
    for answer in (desk.client.get("/packages/triage/0123456789abcdef"), desk.post("/packages/triage/0123")):
        assert answer.headers["Location"] == "/packages/triage"
    assert "not among those found last" in desk.get("/packages/triage").text


def test_managers_have_no_triage(app: Flask) -> None:
    manager = PageClient(app, builders.a_user(role="store_manager").session_key)
    manager.get("/packages/triage", status=403)
