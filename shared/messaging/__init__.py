"""Journal, relay, readers, cards: the only code that talks to NATS; it knows no single event."""

from shared.messaging import cards, directory, outbox
from shared.messaging.cards import Card, CardSource
from shared.messaging.causes import because, because_of_a_click, current_cause
from shared.messaging.directory import CardReader
from shared.messaging.reader import Envelope, Heard, Reader, Rebuilt, on

__all__ = [
    "Card",
    "CardReader",
    "CardSource",
    "Envelope",
    "Heard",
    "Reader",
    "Rebuilt",
    "because",
    "because_of_a_click",
    "cards",
    "current_cause",
    "directory",
    "on",
    "outbox",
]
