"""The services that a local platform runs, in the order of the menu."""

from typing import Final

SERVICES: Final = ("identity", "prospection", "events", "logement", "notifications")
