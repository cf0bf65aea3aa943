"""The browser of the tests: a Chromium of the machine."""

import os
import shutil
from typing import Final

INSTALL: Final = "apt-get install -y chromium"
_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """Return the program to start: the one in `CHROMIUM`, else the first on PATH."""
    given = os.environ.get("CHROMIUM")
    if given:
        return shutil.which(given)
    return next((found for name in _NAMES if (found := shutil.which(name))), None)
