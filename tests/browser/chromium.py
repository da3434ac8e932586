"""Which Chromium the browser tests and the pictures use, and how it is started."""

from __future__ import annotations

import os
import shutil

# The shell is the same browser without windows and menus, which take a third of its time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",  # the build machine runs as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MISSING = "no Chromium: set CHROMIUM to its path, or install one (on Debian: apt-get install chromium)"


def find_chromium() -> str | None:
    """The path of $CHROMIUM, or of the first that is on the PATH."""
    wanted = os.environ.get("CHROMIUM")
    return shutil.which(wanted) if wanted else next(filter(None, map(shutil.which, NAMES)), None)
