"""Every declared integration event, by subject; and who speaks."""

from functools import cache
from importlib import import_module

from shared.contracts.base import IntegrationEvent

SPEAKERS = ("identity", "prospection", "events", "logement", "notifications")
"""The services that exist today. `aides` and `pilotage` come later."""


@cache
def events_of(speaker: str) -> tuple[type[IntegrationEvent], ...]:
    """The event classes that `speaker` declares, in the order of their declaration."""
    module = import_module(f"shared.contracts.{speaker}.v1")
    return tuple(
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, IntegrationEvent)
        and value.__module__ == module.__name__
        and "subject" in vars(value)
    )


@cache
def by_subject() -> dict[str, type[IntegrationEvent]]:
    """Every declared event class, keyed by its subject."""
    return {event.subject: event for speaker in SPEAKERS for event in events_of(speaker)}


@cache
def aggregates_of(speaker: str) -> tuple[str, ...]:
    """The kinds of things `speaker` speaks about, sorted."""
    return tuple(sorted({event.aggregate() for event in events_of(speaker)}))
