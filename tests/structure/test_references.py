"""Templates and static files: everything that is named exists, and everything that exists is named."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.structure.sources import ROOT, python_files, shown, tree_of

TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"
NAMED_IN_TEMPLATE = re.compile(r"{%-?\s*(?:extends|include|import|from)\s+['\"]([^'\"]+)['\"]")
STATIC_IN_TEMPLATE = re.compile(r"url_for\(\s*['\"]static['\"]\s*,\s*filename\s*=\s*['\"]([^'\"]+)['\"]\s*\)")
# What Jinja reads itself, and blocks of data, which no browser runs.
OF_THE_TEMPLATE = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}|<script type=\"application/json\">", re.DOTALL)
ASSET_IN_CSS = re.compile(r"url\(['\"]?(?!data:|#)([^'\")?#]+)")
HTML = sorted(TEMPLATES.rglob("*.html"))


def templates_named_in_python() -> Iterator[tuple[str, str]]:
    """Every text constant of the pages that looks like a template's name, with where it is written."""
    for path in python_files("app"):
        for node in ast.walk(tree_of(path)):
            text = node.value if isinstance(node, ast.Constant) else None
            if isinstance(text, str) and re.fullmatch(r"[\w/-]+\.html", text):
                yield text, shown(path, node.lineno)


def test_every_template_that_code_names_exists() -> None:
    missing = [
        f"{where}: {name}" for name, where in templates_named_in_python() if not (TEMPLATES / name).is_file()
    ]
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize("path", HTML, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_every_part_that_a_template_names_exists(path: Path) -> None:
    text = path.read_text()
    missing = [name for name in NAMED_IN_TEMPLATE.findall(text) if not (TEMPLATES / name).is_file()]
    missing += [name for name in STATIC_IN_TEMPLATE.findall(text) if not (STATIC / name).exists()]
    assert not missing


def test_every_template_is_used() -> None:
    named = {name for name, _ in templates_named_in_python()}
    for path in HTML:
        named.update(NAMED_IN_TEMPLATE.findall(path.read_text()))
    unused = [
        str(path.relative_to(TEMPLATES)) for path in HTML if str(path.relative_to(TEMPLATES)) not in named
    ]
    assert not unused


@pytest.mark.parametrize("path", sorted(STATIC.rglob("*.css")), ids=lambda path: path.name)
def test_every_file_that_a_style_sheet_names_exists(path: Path) -> None:
    missing = [name for name in ASSET_IN_CSS.findall(path.read_text()) if not (path.parent / name).is_file()]
    assert not missing


@pytest.mark.parametrize("path", HTML, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_template_holds_a_script_or_a_style_of_its_own(path: Path) -> None:
    """The content security policy would refuse them in the browser."""
    text = OF_THE_TEMPLATE.sub("", path.read_text())
    assert not re.search(r"<style\b|\sstyle\s*=|<script(?![^>]*\bsrc=)[^>]*>|\son[a-z]+\s*=|hx-on", text)
