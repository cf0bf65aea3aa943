"""Who may see the pages of prospection, and who may change what they show."""

from uuid import UUID

from fastapi import Request

from shared.security import staff

READERS = staff("prospection", "guichet", "direction", "evenements", "logement")
WRITERS = staff("prospection", "guichet")
PROGRAMS = staff("prospection")


def who(request: Request) -> UUID | None:
    """The account that acts."""
    actor = request.state.actor
    return actor.account_id if actor else None
