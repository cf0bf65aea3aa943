"""A service process that can be killed at a named point of its work: for the fault suite only.

Nothing in the services knows of it: functions are wrapped by name when this process starts, and
only while the folder of armed points exists. A point is armed by a file `SERVICE.POINT`; the
process that reaches it removes the file and kills itself at once.
"""

import importlib
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from deploy.local import process
from deploy.local.faults.world import CRASH_AT


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A place where a process may die: before or after one call of a function.

    `about` keeps the calls one of whose arguments is a text that begins so.
    """

    name: str
    services: tuple[str, ...]
    module: str
    function: str
    after: bool = False
    about: str = ""


_EVENTS = ("events",)
_LISTENERS = ("notifications", "prospection")
POINTS: Final = (
    Point(
        name="place-avant-ecriture",
        services=_EVENTS,
        module="services.events.persistence.seats",
        function="newcomer",
    ),
    Point(
        name="place-ecrite-sans-reponse",
        services=_EVENTS,
        module="services.events.persistence.seats",
        function="newcomer",
        after=True,
    ),
    Point(
        name="place-validee-relais-non-prevenu",
        services=_EVENTS,
        module="shared.messaging.relay",
        function="Relay.after_commit",
    ),
    Point(
        name="avant-publication",
        services=_EVENTS,
        module="shared.messaging.bus",
        function="Bus.publish",
        about="EVENTS",
    ),
    Point(
        name="publie-sans-accuse",
        services=_EVENTS,
        module="nats.aio.client",
        function="Client.request",
        about="events.",
    ),
    Point(
        name="accuse-recu-ligne-non-marquee",
        services=_EVENTS,
        module="shared.messaging.bus",
        function="Bus.publish",
        after=True,
        about="EVENTS",
    ),
    Point(
        name="fiche-avant-envoi",
        services=_EVENTS,
        module="shared.messaging.card_relay",
        function="CardRelay.send_dirty",
    ),
    Point(
        name="fiche-apres-envoi",
        services=_EVENTS,
        module="nats.aio.client",
        function="Client.request",
        after=True,
        about="cards.",
    ),
    Point(
        name="avant-position",
        services=_LISTENERS,
        module="shared.messaging.positions",
        function="advance",
    ),
    Point(
        name="apres-position",
        services=_LISTENERS,
        module="shared.messaging.positions",
        function="advance",
        after=True,
    ),
    Point(
        name="reaction-avant-validation",
        services=_LISTENERS,
        module="shared.messaging.reactions",
        function="Reactions.run",
        after=True,
    ),
    Point(
        name="reaction-validee-sans-accuse",
        services=_LISTENERS,
        module="shared.messaging.lanes",
        function="Lanes._answer",
    ),
    Point(
        name="lettre-avant-le-point",
        services=("notifications",),
        module="services.notifications.gateways.mail",
        function="Mailer.send",
    ),
    Point(
        name="lettre-apres-le-point",
        services=("notifications",),
        module="services.notifications.gateways.mail",
        function="Mailer.send",
        after=True,
    ),
)


def file_of(folder: Path, service: str, point: str) -> Path:
    """The file that arms a point."""
    return folder / f"{service}.{point}"


def arm(armed: Path) -> None:
    """From now on the first process that reaches the point dies there."""
    armed.touch()


def is_armed(armed: Path) -> bool:
    """Whether nobody died there yet."""
    return armed.exists()


def install(service: str, folder: Path) -> None:
    """Wrap every function that has a point in this service."""
    for point in POINTS:
        if service not in point.services:
            continue
        owner: Any = importlib.import_module(point.module)
        *path, name = point.function.split(".")
        for step in path:
            owner = getattr(owner, step)
        armed = file_of(folder, service, point.name)
        setattr(owner, name, _wrapped(getattr(owner, name), point, armed))


def _wrapped(original: Any, point: Point, armed: Path) -> Callable[..., Any]:
    if point.function == "Relay.after_commit":
        return _wrapped_plain(original, armed)

    async def called(*arguments: Any, **named: Any) -> Any:
        concerned = _concerned(point, (*arguments, *named.values()))
        if concerned and not point.after:
            if point.function == "Client.request" and is_armed(armed):
                await _send_without_waiting(*arguments, **named)
            _die_if(armed)
        answer = await original(*arguments, **named)
        if concerned and point.after:
            _die_if(armed)
        return answer

    return called


def _wrapped_plain(original: Any, armed: Path) -> Callable[..., Any]:
    def called(relay: Any, info: dict[Any, Any]) -> Any:
        if info:
            _die_if(armed)
        return original(relay, info)

    return called


def _concerned(point: Point, given: tuple[Any, ...]) -> bool:
    return not point.about or any(
        isinstance(one, str) and one.startswith(point.about) for one in given
    )


async def _send_without_waiting(
    client: Any, subject: str, payload: bytes = b"", **named: Any
) -> None:
    """Hand the message to the server, whose acknowledgement nobody will read."""
    headers = named.get("headers")
    await client.publish(subject, payload, reply=client.new_inbox(), headers=headers)
    await client.flush()


def _die_if(armed: Path) -> None:
    try:
        armed.unlink()
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    _folder = Path(os.environ[CRASH_AT])
    if _folder.exists():
        install(sys.argv[1], _folder)
    process.main()
