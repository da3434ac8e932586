"""How the code is written, where a habit can be checked by a machine."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.structure.sources import APP, ROOT, calls_of, imports_of, python_files, shown, tree_of

LONGEST_FILE = 400  # lines
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc"}
READS_TIME = re.compile(
    r"(^|\.)(datetime\.)?datetime\.(now|utcnow|today)$|(^|\.)date\.today$|^time\.(time|time_ns|gmtime"
    r"|localtime|strftime)$|(^|\.)func\.(now|current_timestamp|localtimestamp)$"
)
OWN_TEXT = [
    path
    for pattern in (
        "app/**/*.py",
        "tests/**/*.py",
        "migrations/**/*.py",
        "bench/**/*.py",
        "templates/**/*.html",
    )
    for path in ROOT.glob(pattern)
] + [path for path in ROOT.glob("static/*") if path.suffix in (".css", ".js")]
PYTHON = python_files("app", "tests", "migrations", "bench")


def test_only_the_unit_of_work_commits() -> None:
    found = [
        shown(path, line)
        for path in python_files("app")
        if path != APP / "services" / "unit_of_work.py"
        for name, line in calls_of(path)
        if name.endswith((".commit", ".begin_nested")) or name == "commit"
    ]
    assert not found, "\n".join(found)


def test_only_the_clock_reads_the_time() -> None:
    found = [
        f"{shown(path, line)} {name}"
        for path in python_files("app")
        if path != APP / "clock.py"
        for name, line in calls_of(path)
        if READS_TIME.search(name)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", OWN_TEXT, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_can_be_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST_FILE


def test_a_module_is_named_for_its_subject() -> None:
    found = [str(path) for path in PYTHON if {path.stem, *path.relative_to(ROOT).parts} & FORBIDDEN_NAMES]
    assert not found, "\n".join(found)


def test_a_module_starts_by_saying_what_it_answers() -> None:
    silent = [
        str(path) for path in PYTHON if path.read_text().strip() and not ast.get_docstring(tree_of(path))
    ]
    assert not silent, "\n".join(silent)


def test_nothing_is_left_for_later() -> None:
    mark = re.compile(r"\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b")
    found = [
        shown(path, number)
        for path in OWN_TEXT
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if mark.search(line)
    ]
    assert not found, "\n".join(found)


def test_rows_are_asked_for_by_select_and_never_lazily() -> None:
    found = [
        shown(path, node.lineno)
        for path in python_files("app")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "relationship"
        if not any(
            keyword.arg == "lazy" and ast.unparse(keyword.value) == "'raise'" for keyword in node.keywords
        )
    ]
    found += [
        shown(path, line)
        for path in python_files("app")
        for name, line in calls_of(path)
        if name.endswith("session.query") or ".query." in name
    ]
    assert not found, "\n".join(found)


def test_our_code_prints_through_click_or_the_log() -> None:
    found = [
        shown(path, line) for path in python_files("app") for name, line in calls_of(path) if name == "print"
    ]
    assert not found, "\n".join(found)


def test_htmx_headers_are_read_in_one_place() -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in python_files("app")
        if path != APP / "web" / "htmx.py" and re.search(r"[\"']HX-", path.read_text())
    ]
    assert not found, "\n".join(found)


def test_models_are_complete_in_their_package() -> None:
    """A table of a module that the package does not import would be missing from the migrations."""
    imported = {name.rsplit(".", 1)[0] for name, _ in imports_of(APP / "models" / "__init__.py")}
    with_tables = {
        f"app.models.{path.stem}"
        for path in python_files("app/models")
        if "__tablename__" in path.read_text() or "= Table(" in path.read_text()
    }
    assert with_tables <= imported
