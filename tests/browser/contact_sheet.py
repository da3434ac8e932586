"""All pictures of pages on one sheet: pictures/index.html, and the same as pictures/contact-sheet.png."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from pathlib import Path

from playwright.sync_api import Browser

KINDS = ("wide-light", "wide-dark", "phone-light", "phone-dark")
PICTURE = re.compile(rf"(?P<page>.+)-(?P<kind>{'|'.join(KINDS)})\.png")
WIDTH = 1720
STYLE = """
body { margin: 24px; font: 14px/1.4 system-ui, sans-serif; background: #e2e8f0; color: #0f172a; }
main { display: grid; grid-template-columns: repeat(2, 1fr); gap: 20px 28px; }
h2 { font-size: 15px; margin: 0 0 6px; }
div { display: grid; grid-template-columns: 3fr 3fr 1fr 1fr; gap: 8px; }
a { display: block; height: 186px; overflow: hidden; border: 1px solid #94a3b8; border-radius: 4px; }
img { display: block; width: 100%; }
"""


def write_sheet(browser: Browser, folder: Path) -> None:
    """Make the sheet of the pictures that are in the folder, and take its picture."""
    sheet = folder / "index.html"
    sheet.write_text(_document(folder))
    page = browser.new_page(viewport={"width": WIDTH, "height": 900})
    page.goto(sheet.as_uri(), wait_until="load")
    page.screenshot(path=folder / "contact-sheet.png", full_page=True)
    page.close()


def _document(folder: Path) -> str:
    pages: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*.png"), key=lambda one: one.stat().st_mtime):
        if found := PICTURE.fullmatch(path.name):
            pages.setdefault(found["page"], []).append(path.name)
    parts = "".join(_part(name, files) for name, files in pages.items())
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Pictures of Stocktrace</title>'
        f"<style>{STYLE}</style><h1>{len(pages)} pages</h1><main>{parts}</main></html>"
    )


def _part(name: str, files: Sequence[str]) -> str:
    in_order = sorted(files, key=lambda file: next(at for at, kind in enumerate(KINDS) if kind in file))
    links = "".join(f'<a href="{escape(file)}"><img src="{escape(file)}" alt=""></a>' for file in in_order)
    return f"<section><h2>{escape(name)}</h2><div>{links}</div></section>"
