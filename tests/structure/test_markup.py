"""What recurs on pages is written once: badges, tables, times, messages and forms come out of macros."""

from __future__ import annotations

import re

from tests.structure.sources import ROOT

TEMPLATES = ROOT / "templates"
MACROS = TEMPLATES / "macros"
# What only macros write → templates that do it themselves, and why.
BY_HAND: dict[str, dict[str, str]] = {
    r'<span class="badge': {},
    r"<time\b": {},
    r'class="alert': {},
    r'class="breadcrumb': {},
    r'<a class="btn': {"orders/_walk.html": "icons and a place in one group"},
    r'<form class="filters': {},
    r"<use href": {},
    r'class="pager': {},
    r'class="empty-state': {
        "errors/page.html": "the whole page is one",
        "demo/omnitron.html": "no page of ours",
    },
    r"<table\b": {
        "packages/_matrix.html": "location by item, which is no list",
        "demo/omnitron.html": "no page of ours",
    },
}


def test_recurring_markup_comes_from_macros() -> None:
    found = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        if path.is_relative_to(MACROS):
            continue
        name, text = str(path.relative_to(TEMPLATES)), path.read_text()
        found += [
            f"{name}: {one}" for one, known in BY_HAND.items() if name not in known and re.search(one, text)
        ]
    assert not found, "\n".join(found)


def test_no_exception_is_out_of_date() -> None:
    for one, known in BY_HAND.items():
        for name in known:
            assert re.search(one, (TEMPLATES / name).read_text()), f"{name} writes no {one} any more"
