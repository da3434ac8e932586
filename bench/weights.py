"""How many bytes a page is on its way: its own, and those of the files it needs, as they are sent."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator

from flask.testing import FlaskClient

# Scripts, styles and the drawing of icons; pictures of products are those of the shop.
NEEDED = re.compile(r"""(?:src|href)="(/static/[^"#]+)""")
# Named by app.css alone; Turkish letters need the second.
FONTS = ("/static/vendor/inter-latin-wght-normal.woff2", "/static/vendor/inter-latin-ext-wght-normal.woff2")
COMPRESSED = {"Accept-Encoding": "gzip"}


class Weights:
    """Weighs pages for one person; files are asked for once."""

    def __init__(self, client: FlaskClient, first: str) -> None:
        self._client = client
        self._files: dict[str, int] = {}
        self._kept = set(self._needed(first))

    def of_first_visit(self, path: str) -> int:
        """Bytes of the page and of every file it needs."""
        return len(self._page(path)) + sum(self._file(one) for one in self._needed(path))

    def of_next_page(self, path: str) -> int:
        """Bytes of the page and of those files that the first page did not need."""
        return len(self._page(path)) + sum(self._file(one) for one in self._needed(path) - self._kept)

    def _page(self, path: str) -> bytes:
        """As it is sent; of an address that leads on, where it leads."""
        return self._client.get(path, headers=COMPRESSED, follow_redirects=True).get_data()

    def _needed(self, path: str) -> set[str]:
        return set(self._named(self._page(path)))

    def _named(self, body: bytes) -> Iterator[str]:
        text = (gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body).decode()
        yield from (one.partition("?")[0] for one in NEEDED.findall(text))
        yield from FONTS

    def _file(self, path: str) -> int:
        if path not in self._files:
            self._files[path] = len(self._client.get(path, headers=COMPRESSED).get_data())
        return self._files[path]
