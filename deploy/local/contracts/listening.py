"""Who says and who hears each event, drawn from the services as they are."""

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from deploy.local.services import SERVICES
from deploy.local.state import ROOT
from shared.contracts.base import IntegrationEvent
from shared.contracts.catalogue import SPEAKERS, events_of
from shared.messaging import Reader
from shared.runtime import Service
from shared.runtime.accounts import with_account_cards, with_accounts

ALL: Final = "tous les services"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """A service that reacts to an event, and the reactions it has (names of functions)."""

    service: str
    reactions: tuple[str, ...]


@cache
def services() -> Mapping[str, Service]:
    """The services of this tree, by name."""
    return {
        name: importlib.import_module(f"services.{name}.main").service
        for name in SERVICES
        if (ROOT / "services" / name / "main.py").exists()
    }


def declared() -> tuple[type[IntegrationEvent], ...]:
    """Every event, speaker by speaker, in the order of declaration."""
    return tuple(event for speaker in SPEAKERS for event in events_of(speaker))


def readers_of(service: Service) -> tuple[Reader, ...]:
    """What this service follows, accounts and sessions included."""
    return with_accounts(service.readers)


def listeners_of(subject: str) -> list[Listener]:
    """The services that react to this subject, in the order of the menu."""
    heard = {
        name: tuple(
            getattr(subscription.react, "__name__", "?")
            for reader in readers_of(service)
            for subscription in reader.reactions
            if subscription.event.subject == subject
        )
        for name, service in services().items()
    }
    return [Listener(service=name, reactions=found) for name, found in heard.items() if found]


def witnesses_of(event: type[IntegrationEvent]) -> list[str]:
    """The services that note the envelope of every event of this kind, without its content."""
    return [
        name
        for name, service in services().items()
        for reader in service.readers
        if reader.always is not None
        and (reader.speaker, reader.aggregate) == (event.speaker(), event.aggregate())
    ]


def card_speakers() -> list[str]:
    """The services that say person cards."""
    return [name for name, service in services().items() if service.cards is not None]


def card_readers_of(speaker: str) -> list[str]:
    """The services that follow the person cards of `speaker`."""
    return [
        name
        for name, service in services().items()
        if any(
            reader.speaker == speaker for reader in with_account_cards(name, service.card_readers)
        )
    ]


def in_words(names: Sequence[str]) -> str:
    """Names of services for people; « tous les services » when none is missing."""
    if len(names) > 1 and set(names) == set(services()):
        return ALL
    return ", ".join(f"`{name}`" for name in names) or "–"
