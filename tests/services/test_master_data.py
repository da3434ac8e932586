"""What orders and stock refer to: saved whole, changed by what is given, each change one fact and audited."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.domain.errors import Invalid, NotFound
from app.domain.facts import LocationType, Split
from app.extensions import db
from app.models import (
    AuditEntry,
    Channel,
    Fact,
    Package,
    Product,
    ProductImage,
    Rule,
    RuleLocation,
    StockLocation,
)
from app.queries import worlds
from app.services import channel_secrets, channels, products, scenarios, stock_locations
from app.services.documents.master_data import (
    ChannelDocument,
    ImageDocument,
    ProductDocument,
    RuleDocument,
    ScenarioDocument,
    StockLocationDocument,
)
from tests.world.scripts import Script, a_shop, item, order, rows_stored

pytestmark = pytest.mark.usefixtures("db_session")


def last_fact() -> Fact:
    return db.session.scalars(select(Fact).order_by(Fact.id.desc())).first()  # type: ignore[return-value]


def last_entry() -> AuditEntry:
    return db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()  # type: ignore[return-value]


def save_channel(**configuration: object) -> dict[str, object]:
    """Save the channel Web with that configuration; what is stored of it."""
    channels.save_channel(ChannelDocument(name="Web", configuration=configuration))
    return db.session.scalars(select(Channel.configuration)).one()


def test_a_secret_is_encrypted_wherever_it_is_kept() -> None:
    stored = save_channel(
        server="https://omnitron:canary@shop.example",
        password="canary",
        x_mail_y={"token": "canary", "to": "a"},
    )
    kept = json.dumps([stored, last_fact().body, last_entry().after])
    assert "canary" not in kept
    assert "encrypted:" not in json.dumps(last_entry().after)
    assert channel_secrets.decrypted(stored) == {
        "server": "https://omnitron:canary@shop.example",
        "password": "canary",
        "x_mail_y": {"token": "canary", "to": "a"},
    }


@pytest.mark.parametrize("value", ["text", "", 0, 17, False, ["a"], {"inner": "canary"}])
def test_a_secret_of_any_kind_comes_back_as_it_was(value: object) -> None:
    assert channel_secrets.decrypted(save_channel(password=value)) == {"password": value}


def test_an_unchanged_secret_stays_the_same_text_and_is_no_fact() -> None:
    first = save_channel(password="canary", server="https://u:canary@shop.example")
    before = rows_stored()
    masked = {"password": "********", "server": "https://********@shop.example"}
    for again in (first, masked, {"password": "canary", "server": "https://u:canary@shop.example"}):
        assert save_channel(**again) == first
    assert rows_stored() == before
    assert save_channel(password="other") != first


def test_a_missing_secret_stays_missing() -> None:
    assert save_channel(password=None) == {"password": None}


def test_a_new_key_encrypts_what_is_saved_from_then_on_and_reads_what_was(app: Flask) -> None:
    old = app.extensions["settings"]
    first = save_channel(password="canary")
    new_key = "x" * 43 + "="
    app.extensions["settings"] = type(old)(
        **{name: getattr(old, name) for name in old.__dataclass_fields__}
        | {"encryption_keys": (new_key, *old.encryption_keys)}
    )
    assert channel_secrets.decrypted(first) == {"password": "canary"}
    second = save_channel(password="changed")
    app.extensions["settings"] = old
    with pytest.raises(channel_secrets.UnreadableSecret):
        channel_secrets.decrypted(second)


def test_given_pictures_take_the_place_of_those_before() -> None:
    def pictures() -> list[str]:
        return list(db.session.scalars(select(ProductImage.url).order_by(ProductImage.position)))

    first = [ImageDocument(url="/b.svg", order=2), ImageDocument(url="/a.svg", order=1)]
    products.save_product(ProductDocument(sku="A", name="Apple", productimage_set=first))
    assert pictures() == ["/a.svg", "/b.svg"]
    products.save_product(ProductDocument(sku="A", name="Apricot"))
    assert pictures() == ["/a.svg", "/b.svg"]
    products.save_product(ProductDocument(sku="A", productimage_set=[ImageDocument(url="/c.svg")]))
    assert pictures() == ["/c.svg"]
    assert db.session.scalars(select(Product.name)).one() == "Apricot"


def test_what_already_is_so_is_no_fact() -> None:
    script = Script(a_shop())
    script.load()
    before = rows_stored()
    products.save_product(ProductDocument(sku="TS-M", name="T-shirt TS-M"))
    channels.save_channel(ChannelDocument(name="Web"))
    stock_locations.save_stock_location(StockLocationDocument(erp_code="WH1", priority=1))
    rule = RuleDocument(name="all", priority=1)
    scenarios.save_scenario(ScenarioDocument(name="Web", rules=[rule], channels=["Web", "Web"]))
    assert rows_stored() == before


def test_a_quota_is_raised_and_never_lowered() -> None:
    Script(a_shop()).load()
    for to, expected in ((5, 5), (3, 5), (6, 6)):
        stock_locations.raise_quota("WH1", to, "Christmas")
        assert db.session.scalars(select(StockLocation.max_quota)).one() == expected
    assert last_fact().body["max_quota"] == 6
    assert last_fact().body["name"] == "Place WH1"
    entry = last_entry()
    assert (entry.before, entry.after, entry.reason) == ({"max_quota": 5}, {"max_quota": 6}, "Christmas")
    assert rows_stored()["facts"] == 7


def test_a_location_is_switched_on_once() -> None:
    Script([*a_shop()]).tell("stock_location", erp_code="WH1", is_active=False).tell(
        **order("1", item(1))
    ).load()
    waiting = select(Package.cause).where(Package.state == "920")
    assert db.session.scalars(waiting).one() == "location_inactive"
    stock_locations.activate_location("WH1")
    assert db.session.scalars(waiting).one() == "served_now"
    before = rows_stored()
    stock_locations.activate_location("WH1")
    assert rows_stored() == before


def test_unknown_targets_are_not_found() -> None:
    Script(a_shop()).load()
    rule_id = db.session.scalars(select(Rule.id)).one()
    for act in (
        lambda: stock_locations.raise_quota("XX", 1),
        lambda: stock_locations.activate_location("XX"),
        lambda: scenarios.add_location_to_rule(rule_id, "XX"),
        lambda: scenarios.add_location_to_rule(10**9, "WH1"),
        lambda: scenarios.allow_split(10**9, Split.LINE),
        lambda: scenarios.activate_scenario(10**9),
    ):
        with pytest.raises(NotFound):
            act()


def a_scenario(*rules: RuleDocument) -> dict[str, int]:
    """Save the scenario Web with those rules; their ids by name."""
    scenarios.save_scenario(ScenarioDocument(name="Web", rules=list(rules)))
    return {row.name: row.id for row in db.session.execute(select(Rule.name, Rule.id))}


def test_rules_keep_their_ids_by_name() -> None:
    Script(a_shop(WH1=1, ST2=1)).load()
    first = a_scenario(RuleDocument(name="a", priority=1), RuleDocument(name="b", priority=2))
    second = a_scenario(
        RuleDocument(name="c", priority=1), RuleDocument(name="b", priority=3, stock_locations=["WH1"])
    )
    assert second["b"] == first["b"]
    assert set(second) == {"b", "c"}
    assert db.session.scalars(select(func.count()).select_from(RuleLocation)).one() == 1
    names = [rule["name"] for rule in last_fact().body["rules"]]
    assert names == ["c", "b"]


ADMITTED = {
    "off the list": ({"stock_locations": ["WH1"]}, {"WH1", "ST2"}),
    "excepted": ({"except_stock_locations": ["ST2"]}, {"WH1", "ST2", "ST3"}),
    "listed and excepted": ({"stock_locations": ["WH1"], "except_stock_locations": ["ST2"]}, {"WH1", "ST2"}),
    "of another type": ({"stock_location_type": LocationType.WAREHOUSE}, {"WH1", "ST2"}),
    "admitted already": ({}, {"WH1", "ST2", "ST3"}),
}


@pytest.mark.parametrize("what", ADMITTED)
def test_exactly_one_more_location_is_let_into_a_rule(what: str) -> None:
    condition, expected = ADMITTED[what]
    Script(a_shop(WH1=1, ST2=1, ST3=1)).load()
    rule_id = a_scenario(RuleDocument(name="r", priority=1, **condition))["r"]  # type: ignore[arg-type]
    scenarios.add_location_to_rule(rule_id, "ST2", "It opened")
    reference = worlds.reference()
    rule = reference.scenarios[0].rules[0]
    assert {one.erp_code for one in reference.locations.values() if rule.admits(one)} == expected
    assert rule.id == rule_id


def test_a_split_is_allowed_further_and_never_less() -> None:
    Script(a_shop()).load()
    rule_id = a_scenario(RuleDocument(name="r", priority=1, split=Split.NONE))["r"]
    for to, expected in ((Split.LINE, "line"), (Split.NONE, "line"), (Split.QUANTITY, "quantity")):
        scenarios.allow_split(rule_id, to)
        assert db.session.scalars(select(Rule.split)).one() == expected


def test_a_scenario_is_switched_on() -> None:
    script = Script(a_shop()).tell("scenario", name="Web", is_active=False).tell(**order("1", item(1)))
    script.load()
    waiting = select(Package.cause).where(Package.state == "920")
    assert db.session.scalars(waiting).one() == "no_matching_scenario"
    scenarios.activate_scenario(1, "Back from holiday")
    assert db.session.scalars(waiting).one() == "served_now"
    assert last_entry().reason == "Back from holiday"
    assert last_fact().body["is_active"] is True


def test_a_planning_in_the_same_script_sees_the_rules_as_they_are_then() -> None:
    script = Script(a_shop()).tell("scenario", name="Web", is_active=False).tell(**order("1", item(1)))
    script.tell("scenario", name="Web", is_active=True).tell(**order("2", item(2)))
    script.tell("stock_location", erp_code="WH1", is_active=False).tell(**order("3", item(3))).load()
    assert list(db.session.scalars(select(Package.state).order_by(Package.id))) == ["920", "100", "920"]


def test_a_channel_number_is_one_channel_s() -> None:
    channels.save_channel(ChannelDocument(name="Web", omnitron_id=1))
    with pytest.raises(Invalid) as caught:
        channels.save_channel(ChannelDocument(name="App", omnitron_id=1))
    assert set(caught.value.errors) == {"omnitron_id"}
