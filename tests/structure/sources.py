"""The product's own source files, read once, for tests of how they are written."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
APP = ROOT / "app"


@cache
def python_files(*folders: str) -> tuple[Path, ...]:
    """The Python files below those folders of the project."""
    return tuple(sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py")))


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


@cache
def imports_of(path: Path) -> tuple[tuple[str, int], ...]:
    """Dotted names that a file imports, wherever in it, with the line; `from app import x` is `app.x`."""
    return tuple(_imports_in(tree_of(path)))


@cache
def calls_of(path: Path) -> tuple[tuple[str, int], ...]:
    """Dotted names that a file calls, with the line; a call on anything but a name starts with a dot."""
    return tuple(_calls_in(tree_of(path)))


def _imports_in(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield f"{node.module}.{alias.name}", node.lineno


def _calls_in(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield _dotted(node.func), node.lineno


def shown(path: Path, line: int) -> str:
    return f"{path.relative_to(ROOT)}:{line}"


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""
