"""All cases, from a seed: healthy worlds in which one or two things were broken, with decoys, and stories."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, combinations_with_replacement
from random import Random
from typing import Any

from tests.accuracy import labels
from tests.accuracy.decoys import DECOYS, Decoy
from tests.accuracy.faults import FAULTS, SLOTS, Damage, Fault
from tests.accuracy.healthy import NUMBER, Layout, Shape, Shop, build
from tests.accuracy.labels import Label
from tests.accuracy.stories import STORIES
from tests.accuracy.unusual import UNUSUAL
from tests.world.scripts import Document

SEED = 20261120
KINDS = ("anything", "mendable", "cheaper")


@dataclass(frozen=True)
class Case:
    """A world script and its label. The order it is about has the number 1001."""

    name: str
    group: str
    lines: tuple[Document, ...]
    label: Label


def cases(seed: int = SEED, rounds: int = 1) -> Iterator[Case]:
    """The stories, then as many rounds of generated cases as are wanted: about 310 each."""
    for story in (*STORIES, *UNUSUAL):
        yield Case(story.__name__, "story", *story())
    for number in range(rounds):
        for make in (_alone, _beside_decoys, _in_series, _two_lines, _two_ways, _mended_since, _refused):
            yield from make(f"{seed} {number}")


def healthy_worlds(seed: int, number: int) -> Iterator[Case]:
    """Worlds in which nothing is broken."""
    for place in range(number):
        chance = Random(f"{seed} healthy {place}")
        layout = chance.choice(list(Layout))
        split = "quantity" if layout is Layout.GATHERED else None
        lines = {Layout.APART: 2, Layout.GATHERED: 1}.get(layout, chance.choice((1, 2, 3)))
        shop = build(chance, Shape(layout, lines, chance.random() < 0.3, split))
        _add_decoys(shop, [one for one in DECOYS.values() if _suits(one, shop, "cheaper")])
        shop.order()
        yield Case(f"healthy {place}", "healthy", tuple(shop.lines), labels.PLANNED_AGAIN)


# --- the groups ------------------------------------------------------------------------------------


def _alone(seed: str) -> Iterator[Case]:
    """Every fault, in worlds of one to three lines."""
    for fault in FAULTS.values():
        for number in range(3):
            shop = _shop(Random(f"{seed} alone {fault.name} {number}"), fault)
            damage = _strike(shop, fault)
            yield _case(shop, f"{fault.name} {number}", "alone", labels.of_one(damage))


def _beside_decoys(seed: str) -> Iterator[Case]:
    """Every fault in a world where something else is odd."""
    for fault in FAULTS.values():
        for number in range(3):
            chance = Random(f"{seed} decoys {fault.name} {number}")
            shop = _shop(chance, fault)
            suited = [one for one in DECOYS.values() if _suits(one, shop, _kind(fault))]
            chosen = chance.sample(suited, chance.choice((1, 2)))
            _add_decoys(shop, chosen)
            damage = _strike(shop, fault)
            names = " and ".join(one.name for one in chosen)
            yield _case(shop, f"{fault.name} {number} beside {names}", "decoys", labels.of_one(damage))


def _in_series(seed: str) -> Iterator[Case]:
    """Two things broken at the only place that could serve."""
    pairs = [pair for pair in combinations(_by_slot(), 2) if _go_together(*pair)]
    for one, other in Random(f"{seed} series").sample(pairs, 40):
        chance = Random(f"{seed} series {one.name} {other.name}")
        shop = _shop(chance, one, other)
        _perhaps_a_decoy(shop)
        damages = [_strike(shop, fault) for fault in (one, other)]
        label = labels.in_series(damages, {one.slot, other.slot})
        yield _case(shop, f"{one.name} and {other.name}", "series", label)


def _two_lines(seed: str) -> Iterator[Case]:
    """Two lines at two locations, of which each lacks something."""
    chance = Random(f"{seed} lines")
    for one, other in _pairs_of_causes(chance):
        by_quota = "by_quota" in {*one.needs, *other.needs}
        shop = build(chance, Shape(Layout.APART, chance.choice((2, 2, 3)), by_quota))
        _perhaps_a_decoy(shop)
        damages = [
            fault.strike(shop, want, want.places[0])
            for fault, want in zip((one, other), shop.wants, strict=False)
        ]
        name = f"{one.name} for one line, {other.name} for another"
        yield _case(shop, name, "lines", labels.of_two_lines(damages))


def _two_ways(seed: str) -> Iterator[Case]:
    """One line that either of two locations would serve, were it not for what is broken there."""
    chance = Random(f"{seed} ways")
    for one, other in _pairs_of_causes(chance):
        if {one.cause, other.cause} == {"quota_unset", "quota_full"}:
            continue  # the same change with two names: which comes first is the order of locations alone
        shop = build(chance, Shape(Layout.EITHER, 1, "by_quota" in {*one.needs, *other.needs}))
        _perhaps_a_decoy(shop)
        (want,) = shop.wants
        damages = [
            fault.strike(shop, want, code) for fault, code in zip((one, other), want.places, strict=True)
        ]
        name = f"{one.name} here, {other.name} there"
        yield _case(shop, name, "ways", labels.of_two_ways(damages))


def _mended_since(seed: str) -> Iterator[Case]:
    """Every fault, gone again since the order was planned."""
    for fault in FAULTS.values():
        shop = _shop(Random(f"{seed} mended {fault.name}"), fault)
        damage = _strike(shop, fault)
        shop.order()
        damage.mend()
        name = f"{fault.name}, mended since"
        yield Case(name, "mended", tuple(shop.lines), labels.PLANNED_AGAIN)


def _refused(seed: str) -> Iterator[Case]:
    """The other location that would serve was given the order, and refused it."""
    for fault in FAULTS.values():
        if _is_local(fault):
            chance = Random(f"{seed} refused {fault.name}")
            shop = build(chance, Shape(Layout.EITHER, 1, "by_quota" in fault.needs))
            (want,) = shop.wants
            damage = fault.strike(shop, want, want.places[0])
            shop.order()
            shop.command((NUMBER, want.item), want.sku, "refuse", reason="Torn")
            name = f"{fault.name}, refused by the other"
            yield Case(name, "refused", tuple(shop.lines), labels.of_one(damage))


# --- what fits together ----------------------------------------------------------------------------


def _shop(chance: Random, *faults: Fault) -> Shop:
    """A healthy world in which these faults can be made."""
    needs: dict[str, Any] = {name: value for one in faults for name, value in one.needs.items()}
    if needs.get("layout", Layout.TOGETHER) is Layout.TOGETHER:
        needs.setdefault("lines", chance.choice((1, 1, 2, 3)))
        needs.setdefault("split", chance.choice(("none", "line", "quantity")))
    return build(chance, Shape(**needs))


def _strike(shop: Shop, fault: Fault) -> Damage:
    want = shop.wants[0]
    return fault.strike(shop, want, want.places[0])


def _case(shop: Shop, name: str, group: str, label: Label) -> Case:
    shop.order()
    return Case(name, group, tuple(shop.lines), label)


def _by_slot() -> list[Fault]:
    return sorted(FAULTS.values(), key=lambda one: SLOTS.index(one.slot))


def _pairs_of_causes(chance: Random) -> Iterator[tuple[Fault, Fault]]:
    """Faults of one location, so that every cause meets every other, and itself, in either order."""
    local = [one for one in FAULTS.values() if _is_local(one)]
    causes = list(dict.fromkeys(one.cause for one in local))
    for pair in combinations_with_replacement(causes, 2):
        one, other = (chance.choice([one for one in local if one.cause == cause]) for cause in pair)
        yield (one, other) if chance.random() < 0.5 else (other, one)


def _is_local(fault: Fault) -> bool:
    """Whether it breaks one location only, whatever the world's layout."""
    return fault.slot not in ("scenario", "split") and "layout" not in fault.needs


def _go_together(one: Fault, other: Fault) -> bool:
    """Whether both can be made at one place, one after the other."""
    if one.slot == other.slot or one.needs.get("layout", other.needs.get("layout")) != other.needs.get(
        "layout", one.needs.get("layout")
    ):
        return False
    if one.slot == "stock" and other.slot == "discrepancy":
        # Without an answer nothing could be sold, and what is not found is free again.
        return one.name != "never_answered" and other.name == "reported_missing"
    # In pieces, nobody has the whole line: what is held there for others would be hard to label, and the
    # unit that is free once it was not found may make a piece whole, so that nothing need be split.
    gathered = Layout.GATHERED in (one.needs.get("layout"), other.needs.get("layout"))
    return not (gathered and (one.slot == "stock" or one.name == "not_found_for_an_earlier_order"))


def _kind(fault: Fault) -> str:
    if fault.cause in labels.WORST_FIRST:
        return "anything"
    return "cheaper" if labels.cost(fault.cause) < labels.cost("outside_scenario") else "mendable"


def _suits(one: Decoy, shop: Shop, kind: str) -> bool:
    """A few units elsewhere are no decoy where a line is gathered from pieces."""
    allowed = {"anything": ("anything",), "mendable": ("anything", "mendable")}.get(kind, KINDS)
    gathered = len(shop.wants) == 1 and len(shop.wants[0].places) > 1
    return one.beside in allowed and not (gathered and one.name == "a_few_elsewhere")


def _perhaps_a_decoy(shop: Shop) -> None:
    """One of those that change no label, in half of the worlds."""
    if shop.chance.random() < 0.5:
        suited = [one for one in DECOYS.values() if one.beside == "anything"]
        _add_decoys(shop, [shop.chance.choice(suited)])


def _add_decoys(shop: Shop, decoys: Sequence[Decoy]) -> None:
    for one in decoys:
        one.place(shop)
