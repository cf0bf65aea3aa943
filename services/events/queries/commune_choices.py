"""Communes as a person picks one without JavaScript: « Vendôme (41269) », a name, or a code."""

import re

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from services.events.domain.refusals import UnknownCommune
from services.events.domain.texts import without_controls
from shared.territory import queries as territory

_ALL = text("""
SELECT code, name FROM territory_commune
WHERE department = '41' AND valid_to IS NULL ORDER BY folded
""")
_CODE = re.compile(r"\(?\b(\d{5}|2[AB]\d{3})\b\)?\s*$")


async def commune_choices(session: AsyncSession) -> list[str]:
    """Every commune of the Département, as it is written in the field."""
    return [f"{row.name} ({row.code})" for row in await session.execute(_ALL)]


async def read_commune(session: AsyncSession, typed: str, *, field: str = "commune") -> str:
    """The INSEE code of what was typed. Raises `UnknownCommune` with a sentence."""
    wanted = without_controls(typed).strip()[:100]
    code = _CODE.search(wanted)
    if code:
        found = await territory.current_commune(session, code.group(1))
        if found is not None:
            return found.code
    matches = await territory.search_communes(session, wanted, limit=2)
    if not matches:
        raise UnknownCommune(field=field)
    first = matches[0]
    exact = first.name.casefold() == wanted.casefold()
    if len(matches) > 1 and not exact:
        raise UnknownCommune(
            f"Plusieurs communes répondent à «\u00a0{wanted}\u00a0»\u00a0: choisissez dans la "
            f"liste, par exemple «\u00a0{first.name} ({first.code})\u00a0».",
            field=field,
        )
    return first.code
