"""From an event that was heard to what a letter keeps of it."""

from typing import Any

from services.notifications.application.owe_message import Because
from shared.messaging import Heard


def because_of(heard: Heard[Any]) -> Because:
    """What makes letters owed; history makes none."""
    return Because(
        cause_id=heard.event_id,
        cause_type=heard.type,
        speaker=heard.speaker,
        at=heard.time,
        correlation_id=heard.correlation_id,
        live=heard.live,
    )
