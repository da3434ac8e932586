"""Every icon that a template or the navigation names is drawn in our sprite."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from app.web.timeline_words import DELIVERY_LOOKS, LOOKS, PLAIN
from tests.structure.sources import ROOT

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
# Macros that take the name of an icon: at which place, counted from 0. By keyword it is `icon_name`.
PLACE_OF = {
    "icon": 0,
    "menu": 1,
    "submit": 2,
    "empty_state": 2,
    "button_link": 3,
    "post_button": 3,
}
DRAWN = set(re.findall(r'<symbol id="([a-z0-9-]+)"', (ROOT / "static/icons.svg").read_text()))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_icons_of_templates_are_drawn(path: Path) -> None:
    assert not set(icons_named_in(path.read_text())) - DRAWN


def test_icons_of_the_navigation_are_drawn() -> None:
    from app.web.navigation import ENTRIES

    assert not {entry.icon for entry in ENTRIES} - DRAWN


def test_icons_of_timelines_are_drawn() -> None:
    source = (ROOT / "app/web/timeline_words.py").read_text()
    calls = [one for one in ast.walk(ast.parse(source)) if isinstance(one, ast.Call)]
    entries = [one for one in calls if isinstance(one.func, ast.Name) and one.func.id == "TimelineEntry"]
    named = {one.args[2].value for one in entries if isinstance(one.args[2], ast.Constant)}
    named |= {icon for icon, _ in (*LOOKS.values(), *DELIVERY_LOOKS.values(), PLAIN)}
    assert len(named) > 10
    assert not named - DRAWN


def test_names_are_found_however_they_are_given() -> None:
    text = """{{ icon("a") }}{{ icon("b" if x else "c") }}{{ forms.submit("Go", icon_name="d") }}
    {% call menu("More", "e") %}{{ button_link("Go", "/", none, {"1": "f"}.get(x, "g")) }}{% endcall %}"""
    assert set(icons_named_in(text)) == set("abcdefg")


def icons_named_in(text: str) -> Iterator[str]:
    tree = Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(text)
    for call in tree.find_all(nodes.Call):
        place = PLACE_OF.get(_name_of(call.node))
        if place is None:
            continue
        given = [one.value for one in call.kwargs if one.key == "icon_name"] + call.args[place : place + 1]
        for argument in given:
            yield from _texts_of(argument)


def _name_of(node: nodes.Node) -> str:
    return node.name if isinstance(node, nodes.Name) else getattr(node, "attr", "")


def _texts_of(node: nodes.Node) -> Iterator[str]:
    """The texts an expression may come to: not those it only compares with or looks up."""
    if isinstance(node, nodes.Const):
        if isinstance(node.value, str):
            yield node.value
    elif isinstance(node, nodes.CondExpr):
        yield from _texts_of(node.expr1)
        if node.expr2 is not None:
            yield from _texts_of(node.expr2)
    elif isinstance(node, nodes.Pair):
        yield from _texts_of(node.value)
    elif isinstance(node, nodes.Call) and _name_of(node.node) == "get":
        yield from _texts_of(node.node.node)  # the mapping that is asked
        for default in node.args[1:]:
            yield from _texts_of(default)
    elif isinstance(node, nodes.Dict):
        for pair in node.items:
            yield from _texts_of(pair)
