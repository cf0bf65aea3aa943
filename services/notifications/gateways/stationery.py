"""What every letter is written on: who writes, from which address, with which links."""

from dataclasses import dataclass

from services.notifications.gateways.envelope import Correspondent
from services.notifications.gateways.letters.render import Identity
from services.notifications.gateways.links import Links
from services.notifications.gateways.mail import MailServer


@dataclass(frozen=True, kw_only=True)
class Stationery:
    """The sender of all letters, the words around them, and the maker of their links."""

    sender: Correspondent
    identity: Identity
    links: Links
    reply_to: str | None = None

    @property
    def domain(self) -> str:
        """The domain under which Message-IDs are given."""
        return self.sender.address.rpartition("@")[2]


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """All that sending needs: what letters are written on, the server, how many at once."""

    stationery: Stationery
    server: MailServer
    connections: int
