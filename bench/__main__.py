"""Every figure of the README, as tables. `python -m bench` runs all, `python -m bench pages` one.

Options come after the names and are for `api`, `exports` and `triage`: `python -m bench api --orders 2000`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from itertools import takewhile

from bench import api, deliveries, exports, pages, planning, storing, triage


def main(words: list[str]) -> None:
    names = list(takewhile(lambda word: not word.startswith("-"), words))
    parts: dict[str, Callable[[], None]] = {
        "planning": planning.main,
        "triage": partial(triage.main, words[len(names) :]),
        "storing": storing.main,
        "pages": pages.main,
        "deliveries": deliveries.main,
        "exports": partial(exports.main, words[len(names) :]),
        "api": partial(api.main, words[len(names) :]),
    }
    for name in names or parts:
        print(f"\n## {name}\n")
        parts[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
