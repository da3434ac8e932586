"""Every figure of the README, as tables. `python -m bench` runs all, `python -m bench pages` one."""

from __future__ import annotations

import sys

from bench import pages, planning, storing

PARTS = {"planning": planning.main, "storing": storing.main, "pages": pages.main}


def main(names: list[str]) -> None:
    for name in names or PARTS:
        print(f"\n## {name}\n")
        PARTS[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
