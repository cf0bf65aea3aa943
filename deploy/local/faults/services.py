"""What each service listens to, as its own code says."""

import importlib

from shared.runtime.running import listening


def readers_of(service: str) -> list[tuple[str, str, str]]:
    """The readers of a service: name, speaker, aggregate."""
    described = importlib.import_module(f"services.{service}.main").service
    return [
        (reader.name, reader.speaker, reader.aggregate) for reader in listening(described).readers
    ]
