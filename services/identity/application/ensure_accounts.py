"""The accounts that must exist at the start, and those of the demonstration."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from services.identity.application.create_account import NewAccount, create_account
from services.identity.domain.account import LOCAL
from services.identity.persistence import accounts

LOCAL_ADMINISTRATOR = NewAccount(
    first_name="Administrateur",
    last_name="local",
    title="Administrateur local",
    roles=("admin",),
    subject="local:administrateur",
)
"""Always there, so that a platform without demonstration can be entered once."""

DEMO_STAFF = (
    NewAccount(
        first_name="Maëlle",
        last_name="Courtecuisse",
        title="Chargée de prospection",
        roles=("prospection",),
        subject="local:prospection",
    ),
    NewAccount(
        first_name="Yann",
        last_name="Hérisson-Bel",
        title="Chargé d’événements",
        roles=("evenements",),
        subject="local:evenements",
    ),
    NewAccount(
        first_name="Inès",
        last_name="Vaudrichet",
        title="Cellule logement",
        roles=("logement",),
        subject="local:logement",
    ),
    NewAccount(
        first_name="Solange",
        last_name="d’Ambrière",
        title="Directrice",
        roles=("pilotage", "direction"),
        subject="local:direction",
    ),
    NewAccount(
        first_name="Théo",
        last_name="Quentillac",
        title="Administrateur",
        roles=("admin",),
        subject="local:admin",
    ),
    NewAccount(
        first_name="Aïssatou",
        last_name="Bellorme",
        title="Guichet",
        roles=("guichet",),
        subject="local:guichet",
    ),
)
"""Invented people: no resemblance is intended."""


async def ensure_local_administrator(session: AsyncSession, now: datetime) -> None:
    """Create the local administrator unless it exists."""
    await _ensure(session, LOCAL_ADMINISTRATOR, now)


async def ensure_demo_accounts(session: AsyncSession, now: datetime) -> None:
    """Create the demonstration's accounts that do not exist yet."""
    for account in DEMO_STAFF:
        await _ensure(session, account, now)


async def _ensure(session: AsyncSession, account: NewAccount, now: datetime) -> None:
    if await accounts.by_subject(session, LOCAL, str(account.subject)) is None:
        await create_account(session, account, now=now)
