"""The addresses put behind the buttons of letters; those that act are signed capabilities."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.security.links import sign


@dataclass(frozen=True, kw_only=True)
class Links:
    """Makes addresses that work from a mailbox: absolute, signed for one service when they act.

    `keys` are the secrets shared with each target service alone.
    """

    public_url: str
    keys: Mapping[str, str]

    def page(self, path: str) -> str:
        """A public page, by its path on the platform."""
        return f"{self.public_url.rstrip('/')}{path}"

    def manage_registration(self, registration_id: UUID, epoch: int, until: datetime) -> str:
        """Lets the reader see, change or cancel the registration."""
        token = self._sign("events", "manage-registration", registration_id, epoch, until)
        return self.page(f"/events/inscription?lien={token}")

    def answer_proposal(self, proposal_id: UUID, epoch: int, until: datetime) -> str:
        """Lets the reader see the home that is proposed, and answer."""
        token = self._sign("logement", "answer-proposal", proposal_id, epoch, until)
        return self.page(f"/logement/proposition?lien={token}")

    def see_request(self, request_id: UUID, epoch: int, until: datetime) -> str:
        """Lets the reader follow the housing request."""
        token = self._sign("logement", "see-request", request_id, epoch, until)
        return self.page(f"/logement/demande?lien={token}")

    def see_stay(self, stay_id: UUID, epoch: int, until: datetime) -> str:
        """Lets the reader see the address and the arrival instructions of the stay."""
        token = self._sign("logement", "see-stay", stay_id, epoch, until)
        return self.page(f"/logement/sejour?lien={token}")

    def _sign(self, target: str, purpose: str, object_id: UUID, epoch: int, until: datetime) -> str:
        return sign(
            self.keys[target], purpose=purpose, object_id=object_id, epoch=epoch, expires_at=until
        )
