"""What notifications is told at its start."""

from pydantic import field_validator
from pydantic_settings import SettingsConfigDict

from services.notifications.gateways.envelope import Correspondent
from services.notifications.gateways.letters.render import Identity
from services.notifications.gateways.links import Links
from services.notifications.gateways.mail import MailServer
from services.notifications.gateways.stationery import Outgoing, Stationery
from shared.runtime import ServiceSettings

_FOOTER = (
    "Vous recevez ce message parce qu’il concerne une démarche faite auprès de nous. "
    "Il ne contient aucune information confidentielle\u00a0: elles restent derrière le lien."
)


class NotificationsSettings(ServiceSettings):
    """`NOTIFICATIONS_SMTP_URL` sets `smtp_url`, and so on."""

    model_config = SettingsConfigDict(env_prefix="NOTIFICATIONS_", extra="ignore", frozen=True)

    smtp_url: str = "smtp://127.0.0.1:1025"
    """`smtp://user:password@host:port` (STARTTLS when offered), or `smtps://…`."""
    smtp_connections: int = 4
    """How many letters may be on their way at once."""
    smtp_timeout: float = 30.0
    """Seconds without an answer after which the server is held to be away."""
    sender_address: str = "bonjour@ancrage.example"
    sender_name: str = ""
    """Empty: the agency's name."""
    reply_to: str | None = None

    @field_validator("smtp_url")
    @classmethod
    def _smtp_url_is_readable(cls, value: str) -> str:
        MailServer.from_url(value)
        return value

    def outgoing(self) -> Outgoing:
        """What letters are written on, and the server they are handed to."""
        name = self.sender_name or self.agency
        stationery = Stationery(
            sender=Correspondent(name=name, address=self.sender_address),
            identity=Identity(signature=name, footer=_FOOTER),
            links=Links(public_url=self.public_url, keys=self.link_keys),
            reply_to=self.reply_to,
        )
        server = MailServer.from_url(self.smtp_url, timeout=self.smtp_timeout)
        return Outgoing(stationery=stationery, server=server, connections=self.smtp_connections)
