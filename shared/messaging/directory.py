"""Person cards, reader side: what each speaker last said of each person."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

OnCardChange = Callable[[AsyncSession, UUID], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardReader:
    """A service follows the cards of `speaker`; `on_change` runs in the same transaction."""

    speaker: str
    on_change: OnCardChange | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the directory; names are None until the card is heard, or once erased."""

    person_id: UUID
    speaker: str
    version: int
    canonical_id: UUID
    last_name: str | None
    first_name: str | None
    email: str | None
    phone: str | None
    language: str | None
    erased_at: datetime | None


_COLUMNS = """person_id, speaker, version, coalesce(canonical_id, person_id) AS canonical_id,
    last_name, first_name, email, phone, language, erased_at"""
_ONE = text(f"SELECT {_COLUMNS} FROM directory WHERE person_id = :person_id AND speaker = :speaker")  # noqa: S608 - columns are ours
_MANY = text(
    f"SELECT {_COLUMNS} FROM directory WHERE person_id = ANY(:person_ids) ORDER BY speaker"  # noqa: S608 - columns are ours
)
_ENSURE = text(
    """INSERT INTO directory (person_id, speaker) VALUES (:person_id, :speaker)
    ON CONFLICT (person_id, speaker) DO NOTHING"""
)
_RESOLVE = text("UPDATE directory SET canonical_id = :canonical_id WHERE person_id = :person_id")
# The emptied row is the tombstone: nothing resurrects an erased person.
_HEAR = text(
    """
    INSERT INTO directory AS d
        (person_id, speaker, version, last_name, first_name, email, phone, language, erased_at)
    VALUES (:person_id, :speaker, :version, :last_name, :first_name, :email, :phone, :language,
        CASE WHEN :erased THEN now() END)
    ON CONFLICT (person_id, speaker) DO UPDATE SET
        version = excluded.version, last_name = excluded.last_name,
        first_name = excluded.first_name, email = excluded.email, phone = excluded.phone,
        language = excluded.language, erased_at = excluded.erased_at
    WHERE d.version < excluded.version AND d.erased_at IS NULL
    RETURNING person_id
    """
)
_ERASE = text(
    """UPDATE directory SET last_name = NULL, first_name = NULL, email = NULL, phone = NULL,
    language = NULL, erased_at = coalesce(erased_at, :now) WHERE person_id = :person_id"""
)


async def card(session: AsyncSession, person_id: UUID, speaker: str) -> Entry | None:
    """What `speaker` last said of this person, or None when nothing was ever heard."""
    row = (await session.execute(_ONE, {"person_id": person_id, "speaker": speaker})).one_or_none()
    return Entry(**row._mapping) if row else None  # noqa: SLF001 - public despite its name


async def cards_of(session: AsyncSession, person_ids: Sequence[UUID]) -> list[Entry]:
    """What all speakers last said of these persons."""
    rows = await session.execute(_MANY, {"person_ids": list(person_ids)})
    return [Entry(**row._mapping) for row in rows]  # noqa: SLF001 - public despite its name


async def ensure(session: AsyncSession, person_id: UUID, speaker: str) -> None:
    """A bare line for an id met in an event before its card."""
    await session.execute(_ENSURE, {"person_id": person_id, "speaker": speaker})


async def resolve(session: AsyncSession, person_id: UUID, canonical_id: UUID) -> None:
    """This id now stands for `canonical_id` (said by prospection)."""
    await session.execute(_RESOLVE, {"person_id": person_id, "canonical_id": canonical_id})


async def hear(
    session: AsyncSession, speaker: str, person_id: UUID, said: dict[str, object]
) -> bool:
    """Keep a card that was heard; False when it is older than what we have, or erased.

    A card that its speaker emptied (`erased`) empties the line for good.
    """
    erased = said.get("erased") is True
    values = {key: said.get(key) for key in ("last_name", "first_name", "email", "phone")}
    heard = await session.execute(
        _HEAR,
        {
            **values,
            "language": None if erased else said.get("language", "fr"),
            "erased": erased,
            "person_id": person_id,
            "speaker": speaker,
            "version": said["version"],
        },
    )
    return heard.one_or_none() is not None


async def erase(session: AsyncSession, person_id: UUID, *, now: datetime) -> None:
    """Empty every line of this person; the emptied lines stay, so that nothing comes back."""
    await session.execute(_ERASE, {"person_id": person_id, "now": now})
