"""A page taken apart: its elements with attributes and texts, by the standard library's parser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Element:
    """One element; `text` is everything written inside it."""

    tag: str
    attributes: dict[str, str]
    parent: Element | None = None
    children: list[Element | str] = field(default_factory=list)
    _below: list[Element] | None = field(
        default=None, repr=False, compare=False
    )  # a page that was read stays as it is, and is walked often

    @property
    def text(self) -> str:
        """The words inside, with single spaces."""
        return " ".join(" ".join(self._texts()).split())

    def find_all(self, *tags: str) -> list[Element]:
        """Every element below of these tags, in order."""
        return [one for one in self.walk() if one.tag in tags]

    def with_attribute(self, name: str) -> list[Element]:
        """Every element below that has the attribute."""
        return [one for one in self.walk() if name in one.attributes]

    def walk(self) -> list[Element]:
        """Every element below, in order."""
        if self._below is None:
            own = [child for child in self.children if isinstance(child, Element)]
            self._below = [one for child in own for one in (child, *child.walk())]
        return self._below

    def _texts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            elif child.tag not in ("script", "template"):
                yield from child._texts()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self.open = self.root
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self.open)
        if len(element.attributes) != len(attrs):
            self.faults.append(f"<{tag}> says an attribute twice")
        self.open.children.append(element)
        if tag not in VOID:
            self.open = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if self.open.tag != tag:
            self.faults.append(f"</{tag}> closes <{self.open.tag}>")
        while self.open.parent is not None and self.open.tag != tag:
            self.open = self.open.parent
        self.open = self.open.parent or self.root

    def handle_data(self, data: str) -> None:
        self.open.children.append(data)


def read(html: str) -> tuple[Element, list[str]]:
    """The root of the page, and what is wrong with its tags."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.root, reader.faults + ([f"<{reader.open.tag}> stays open"] if reader.open.tag else [])
