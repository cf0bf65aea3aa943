"""What each service's NATS user may do: say its own subjects, make and read its own durables."""

from collections.abc import Iterable

from shared.messaging.bus import card_stream_of, stream_of
from shared.messaging.directory import CardReader
from shared.messaging.gaps import republish_subject
from shared.messaging.reader import Reader
from shared.messaging.relay import wake_subject


def permissions(
    service: str, readers: Iterable[Reader], card_readers: Iterable[CardReader]
) -> dict[str, list[str]]:
    """The publish and subscribe allow-lists of the user `service`, for the server's configuration.

    Acknowledgement subjects are given in both formats of the server (before and after 2.15).
    """
    readers = tuple(readers)
    cards = card_stream_of(service)
    publish = [
        f"{service}.>",
        f"cards.{service}.>",
        wake_subject(service),
        *sorted({republish_subject(reader.speaker) for reader in readers}),
        f"$JS.API.STREAM.MSG.GET.{cards}",
        f"$JS.API.STREAM.MSG.DELETE.{cards}",
    ]
    durables = [
        (stream_of(reader.speaker), f"{service}--{reader.name}", reader.filter)
        for reader in readers
    ] + [
        (
            card_stream_of(reader.speaker),
            f"{service}--cards-{reader.speaker}",
            f"cards.{reader.speaker}.>",
        )
        for reader in card_readers
    ]
    for stream, durable, subject in durables:
        publish += [
            f"$JS.API.CONSUMER.CREATE.{stream}.{durable}.{subject}",
            f"$JS.API.CONSUMER.INFO.{stream}.{durable}",
            f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}",
            f"$JS.ACK.{stream}.{durable}.>",
            f"$JS.ACK.*.*.{stream}.{durable}.>",
        ]
    heard = [f"_INBOX_{service}.>", wake_subject(service), republish_subject(service)]
    return {"publish": publish, "subscribe": heard}
