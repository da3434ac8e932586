"""Who may import whom. A folder is a rule about what its code may do; this table is that rule."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.structure.sources import APP, imports_of, python_files, shown

# Open to all but the domain. `databases` and `logs` are, like them, parts of no business folder.
OPEN = {"clock", "config", "extensions"}
PLATFORM = OPEN | {"databases", "logs"}

# Folder or module of app/ → those of app/ that it may import, beside itself.
MAY_IMPORT = {
    "domain": set(),
    "models": {"domain"} | OPEN,
    "queries": {"models", "domain"} | PLATFORM,
    "clients": {"domain"} | PLATFORM,
    "services": {"queries", "models", "clients", "domain"} | PLATFORM,
    "jobs": {"services"} | PLATFORM,
    "wording": {"domain"} | OPEN,
    "documents": {"queries", "domain", "wording"} | OPEN,
    "web": {"services", "queries", "domain", "wording", "documents", "error_pages"} | PLATFORM,
    "api": {"services", "queries", "domain", "wording", "documents"} | PLATFORM,
    "demo": {"services", "queries", "clients", "domain"} | PLATFORM,
    "cli": {"services", "queries", "clients", "domain", "demo", "jobs"} | PLATFORM,
    "clock": set(),
    "config": {"setting_values", "rate_counts"},
    "rate_counts": set(),
    "sessions": set(),
    "page_templates": set(),
    "setting_values": set(),
    "extensions": {"clock"},
    "databases": set(),
    "logs": set(),
    "error_pages": {"domain", "wording", "databases", "logs", "extensions"},
    "compression": set(),
    "security_headers": {"config"},
    "static_files": set(),
}
# Pages and API ask queries and services; a statement or session of their own would slip past both.
NOT_IN_VIEWS = ("app.extensions.db", "sqlalchemy", "flask_sqlalchemy", "app.services.unit_of_work")


def part_of(path: Path) -> str:
    return path.relative_to(APP).parts[0].removesuffix(".py")


FILES = [path for path in python_files("app") if path != APP / "__init__.py"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(APP)))
def test_a_file_imports_only_what_its_folder_may(path: Path) -> None:
    own = part_of(path)
    assert own in MAY_IMPORT, f"app/{own} has no row in the import table"
    refused = [
        f"{shown(path, line)} imports {name}"
        for name, line in imports_of(path)
        if name.startswith("app.") and name.split(".")[1] not in MAY_IMPORT[own] | {own}
    ]
    assert not refused, "\n".join(refused)


@pytest.mark.parametrize("path", python_files("app/domain"), ids=lambda path: path.name)
def test_the_domain_needs_the_standard_library_only(path: Path) -> None:
    foreign = [
        f"{shown(path, line)} imports {name}"
        for name, line in imports_of(path)
        if not name.startswith("app.domain") and name.split(".")[0] not in sys.stdlib_module_names
    ]
    assert not foreign, "\n".join(foreign)


@pytest.mark.parametrize("path", python_files("app/domain"), ids=lambda path: path.name)
def test_the_domain_has_no_clock_and_no_chance(path: Path) -> None:
    moody = {"random", "secrets", "time", "uuid", "os", "socket", "subprocess", "logging"}
    found = [shown(path, line) for name, line in imports_of(path) if name.split(".")[0] in moody]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path", python_files("app/web", "app/api"), ids=lambda path: path.name)
def test_views_touch_no_table(path: Path) -> None:
    found = [
        f"{shown(path, line)} imports {name}"
        for name, line in imports_of(path)
        if name.startswith(NOT_IN_VIEWS)
    ]
    assert not found, "\n".join(found)
