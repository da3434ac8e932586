"""Files of others lie in static/vendor/ as they were published, and nothing lies there that is not listed."""

from __future__ import annotations

import gzip
import hashlib
import re
from typing import NamedTuple

import pytest

from tests.structure.sources import ROOT

STATIC = ROOT / "static"
VENDOR = STATIC / "vendor"
LICENCES = {"MIT", "0BSD", "OFL-1.1", "Apache-2.0"}
FIRST_VISIT = 350_000  # bytes on the wire, everything but the page itself and its pictures


class Entry(NamedTuple):
    file: str
    package: str
    version: str
    licence: str
    sha256: str


def entries() -> list[Entry]:
    lines = (VENDOR / "VERSIONS").read_text().splitlines()
    return [Entry(*line.split()) for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.file)
def test_a_vendored_file_is_the_one_that_was_published(entry: Entry) -> None:
    assert hashlib.sha256((VENDOR / entry.file).read_bytes()).hexdigest() == entry.sha256
    assert entry.licence in LICENCES
    assert re.fullmatch(r"\d+\.\d+\.\d+", entry.version)


def test_nothing_unlisted_lies_among_the_vendored_files() -> None:
    lying = {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file()}
    assert lying == {entry.file for entry in entries()} | {"VERSIONS"}


def test_every_vendored_package_has_its_licence() -> None:
    entered = {entry.package for entry in entries()}
    assert entered == {entry.package for entry in entries() if entry.file.startswith("licences/")}


def test_a_first_visit_stays_within_its_weight() -> None:
    files = [*STATIC.glob("*.*"), *VENDOR.glob("*.*"), *(STATIC / "controls").glob("*")]
    pictured = {".woff2"}  # compressed already
    total = sum(
        path.stat().st_size if path.suffix in pictured else len(gzip.compress(path.read_bytes()))
        for path in files
    )
    assert total <= FIRST_VISIT, f"{total} bytes"


def test_our_styles_and_scripts_ask_for_nothing_the_policy_forbids() -> None:
    """No pictures inlined, nothing from other hosts, no text run as code."""
    forbidden = re.compile(r"url\(\s*[\"']?data:|https?://|\beval\(|new Function|innerHTML|javascript:")
    found = [
        f"{path.name}:{number}"
        for path in (*STATIC.glob("*.css"), *STATIC.glob("*.js"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if forbidden.search(line)
    ]
    assert not found


def test_templates_have_no_inline_script_style_or_handler() -> None:
    inline = re.compile(
        r"<style|\sstyle=|\son[a-z]+=\"|hx-on|<script(?![^>]*(src=|application/json))", re.IGNORECASE
    )
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in (ROOT / "templates").rglob("*.html")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if inline.search(line)
    ]
    assert not found
