"""The communes a form offers, and the one that somebody meant by what was typed."""

import re
from functools import cache

from sqlmodel.ext.asyncio.session import AsyncSession

from shared.contracts.refusal import Invalid
from shared.persistence.folding import fold
from shared.territory import files
from shared.territory import queries as territory

_CODE = re.compile(r"\(([0-9AB]{5})\)\s*$")


@cache
def suggestions() -> tuple[str, ...]:
    """The communes of the Département, as a list proposes them."""
    rows = files.table("communes-41.csv")
    return tuple(label(row["nom"], row["code_insee"]) for row in rows)


def label(name: str, code: str) -> str:
    """How a commune is written in a list: « Vendôme (41269) »."""
    return f"{name} ({code})"


async def find_commune(session: AsyncSession, typed: str, *, field: str) -> territory.Commune:
    """The commune of a suggestion, a name, a code INSEE or a postal code.

    Raises Invalid when nothing matches, or when several do.
    """
    wanted = typed.strip()
    code = _CODE.search(wanted)
    if code and (commune := await territory.current_commune(session, code.group(1))):
        return commune
    found = await territory.search_communes(session, wanted[:100], limit=10)
    exact = [commune for commune in found if fold(commune.name) == fold(wanted)]
    if len(exact or found) == 1:
        return (exact or found)[0]
    if not found:
        sentence = "Cette commune est inconnue\u00a0: choisissez-la dans la liste, par son nom."
        raise Invalid(sentence, field=field)
    names = ", ".join(label(commune.name, commune.code) for commune in found[:3])
    raise Invalid(f"Plusieurs communes correspondent\u00a0: {names}. Précisez.", field=field)
