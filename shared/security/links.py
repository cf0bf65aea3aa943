"""Action links in letters: signed capabilities, harmless to open, revoked by raising an epoch."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer

from shared.contracts.refusal import Refused


class LinkInvalid(Refused):
    """The link is not one of ours, or was cut by a mail program."""

    type = "lien-invalide"
    status = 404
    reason = "Ce lien n'est pas valable. Ouvrez-le directement depuis l'e-mail, sans le recopier."


class LinkExpired(Refused):
    """The link was right once; its deadline has passed."""

    type = "lien-expire"
    status = 410
    reason = "Ce lien n'est plus valable : son délai est dépassé."

    def __init__(self, capability: "Capability") -> None:
        super().__init__()
        self.capability = capability


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """What a link allows: one purpose on one object, until a moment, for one epoch of its row."""

    object_id: UUID
    epoch: int
    expires_at: datetime


def sign(key: str, *, purpose: str, object_id: UUID, epoch: int, expires_at: datetime) -> str:
    """The token of a link; `key` is shared by the target service and `notifications` alone."""
    return str(_serializer(key, purpose).dumps([object_id.hex, epoch, int(expires_at.timestamp())]))


def read(key: str, token: str, *, purpose: str, now: datetime) -> Capability:
    """What the token allows. Raises LinkInvalid, or LinkExpired (which carries the capability)."""
    try:
        object_hex, epoch, expires = _serializer(key, purpose).loads(token)
        capability = Capability(
            object_id=UUID(object_hex),
            epoch=int(epoch),
            expires_at=datetime.fromtimestamp(int(expires), UTC),
        )
    except (BadData, ValueError, TypeError) as error:
        raise LinkInvalid from error
    if capability.expires_at <= now:
        raise LinkExpired(capability)
    return capability


def _serializer(key: str, purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(
        key, salt=f"link:{purpose}", signer_kwargs={"digest_method": hashlib.sha256}
    )
