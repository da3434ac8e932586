"""The pages of stock feeds: upload or paste, what changes, what cannot be used and what to do, storing."""

from __future__ import annotations

from io import BytesIO

import pytest
from sqlalchemy import select

from app import clock
from app.extensions import db
from app.models import Stock, StockFeed
from app.services import auto_replanning, batch_runs
from tests.pages import PageClient
from tests.world.scripts import Script, a_shop, item, order

pytestmark = pytest.mark.usefixtures("db_session")


@pytest.fixture
def script(db_session: object) -> Script:
    """One order that waits for what WH1 does not have."""
    script = Script(a_shop(WH1=0)).tell(**order("101", item(1)))
    script.load()
    return script


def test_pasted_rows_are_shown_before_they_are_stored(script: Script, desk: PageClient) -> None:
    with clock.at(script.at):
        assert "Last answer of each location" in desk.get("/stock/import").text
        answer = desk.post("/stock/import", text="erp_code,sku,stock_count\nWH1,TS-M,4\nXX,TS-M,1\n")
        feed = db.session.scalars(select(StockFeed)).one()
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/stock/import/{feed.id}")
        wrong = desk.get(f"/stock/import/{feed.id}")
        assert "No location has this code" in wrong.text
        assert "Store 1 answer" in wrong.text
        changed = desk.get(f"/stock/import/{feed.id}?outcome=changed")
        assert [one.text for one in changed.find_all("td")][3:6] == ["0", "4", "+4"]
    assert db.session.scalars(select(Stock.stock_count)).one() == 0


def test_a_confirmed_file_is_stored_and_the_order_that_waited_tells_why(
    script: Script, desk: PageClient
) -> None:
    file = (BytesIO(b'{"erp_code": "WH1", "sku": "TS-M", "stock_count": 4}\n'), "night.ndjson")
    with clock.at(script.at):
        shown = desk.client.post(
            "/stock/import",
            data={"csrf_token": desk.token(), "file": file},
            content_type="multipart/form-data",
        )
        answer = desk.post(f"{shown.headers['Location']}/store")
        batch = int(answer.headers["Location"].rsplit("/", 1)[1])
        assert desk.post(f"{shown.headers['Location']}/store").headers["Location"] == f"/batches/{batch}"
        batch_runs.run_batch(batch)
        auto_replanning.replan_due()
        assert "1 answer stored." in desk.get(f"/batches/{batch}").text
        assert "This feed was stored already." in desk.get(shown.headers["Location"]).text
        assert "night.ndjson" in desk.get("/stock/import").text
        assert "Planned again because Place WH1 answered 4 of T-shirt TS-M" in desk.get("/orders/1").text


@pytest.mark.usefixtures("script")
@pytest.mark.parametrize(
    ("text", "said"), [("", "nothing in it"), ("sku,count\nTS-M,1", "it lacks erp_code, stock_count")]
)
def test_what_is_no_feed_is_said_beside_the_form(desk: PageClient, text: str, said: str) -> None:
    answer = desk.post("/stock/import", text=text)
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    desk.looked_at(answer, "/stock/import")


@pytest.mark.usefixtures("script")
def test_a_feed_nobody_can_use_is_not_offered(desk: PageClient) -> None:
    path = desk.post("/stock/import", text="erp_code,sku,stock_count\nXX,TS-M,1").headers["Location"]
    assert "nothing to store" in desk.get(path).text
    assert desk.post(f"{path}/store").headers["Location"] == path
    desk.get("/stock/import/99", status=404)
