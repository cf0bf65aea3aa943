"""Every service keeps its copy of accounts: roles, and sessions that are over."""

from collections.abc import Iterable
from dataclasses import replace

from sqlmodel.ext.asyncio.session import AsyncSession

from shared.contracts.identity.v1 import AccountChanged, SessionRevoked
from shared.messaging import Heard, Reader, on
from shared.messaging.directory import CardReader
from shared.security import sessions


async def note_account(session: AsyncSession, heard: Heard[AccountChanged]) -> None:
    """Roles or state of an account changed: the open sessions follow at once."""
    event = heard.event
    await sessions.note_account(session, event.account_id, event.roles, active=event.active)


async def end_sessions(session: AsyncSession, heard: Heard[SessionRevoked]) -> None:
    """Somebody signed out everywhere, or was signed out."""
    await sessions.revoke_sessions(session, heard.event.account_id, heard.event.before)


_WRITTEN = ("known_account", "web_session")
_READERS = (
    Reader(
        speaker="identity",
        aggregate="account",
        reactions=(on(AccountChanged, note_account),),
        beside=_WRITTEN,
    ),
    Reader(
        speaker="identity",
        aggregate="session",
        reactions=(on(SessionRevoked, end_sessions),),
        beside=_WRITTEN,
    ),
)


def with_accounts(readers: Iterable[Reader]) -> tuple[Reader, ...]:
    """The readers of a service, those of accounts and sessions among them."""
    own = {reader.name: reader for reader in readers}
    for needed in _READERS:
        reader = own.get(needed.name, needed)
        if reader is not needed:
            reader = replace(
                reader,
                reactions=(*needed.reactions, *reader.reactions),
                beside=(*needed.beside, *reader.beside),
            )
        own[needed.name] = reader
    return tuple(own.values())


def with_account_cards(service: str, readers: Iterable[CardReader]) -> tuple[CardReader, ...]:
    """The card readers of a service, identity's among them (names shown in the shell)."""
    kept = tuple(readers)
    if service == "identity" or any(reader.speaker == "identity" for reader in kept):
        return kept
    return (CardReader(speaker="identity"), *kept)
