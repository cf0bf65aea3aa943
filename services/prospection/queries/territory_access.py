"""Access to general practitioners in words: four classes, the map that shows them, their counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.territory.places import UNDERSERVED_BELOW

_KNOWN = text(
    """
    SELECT code, name, apl_mg FROM territory_commune
    WHERE valid_to IS NULL AND department = '41' ORDER BY code
    """
)


class AccessClass(StrEnum):
    """A class of the map, from the least served to the best; the value is in its style."""

    VERY_LOW = "1"
    LOW = "2"
    MIDDLE = "3"
    HIGH = "4"
    UNKNOWN = "0"


# The source is rounded to one decimal: between 2,4 and 2,5 there is nothing.
ACCESS_WORDS = {
    AccessClass.VERY_LOW: "moins de 1,5\u00a0: sous-dotée, accès très faible",
    AccessClass.LOW: "de 1,5 à 2,4\u00a0: sous-dotée",
    AccessClass.MIDDLE: "de 2,5 à 3,4",
    AccessClass.HIGH: "3,5 ou plus",
    AccessClass.UNKNOWN: "inconnue",
}
_UP_TO = (
    (Decimal("1.5"), AccessClass.VERY_LOW),
    (UNDERSERVED_BELOW, AccessClass.LOW),
    (Decimal("3.5"), AccessClass.MIDDLE),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A commune as the map colours it; `label` says what the colour says."""

    code: str
    access: AccessClass
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LegendLine:
    """A class of the map in words, with its number of communes."""

    access: AccessClass
    words: str
    communes: int


def access_class(apl: Decimal | None) -> AccessClass:
    """The class of an APL in consultations a year and inhabitant; None is unknown, not zero."""
    if apl is None:
        return AccessClass.UNKNOWN
    return next((kind for limit, kind in _UP_TO if apl < limit), AccessClass.HIGH)


def apl_words(apl: Decimal | None) -> str:
    """Such as "2,0": always one decimal, as published."""
    return "inconnue" if apl is None else f"{apl:.1f}".replace(".", ",")


async def zones(session: AsyncSession) -> list[Zone]:
    """Every commune of the Département, as coloured."""
    return [
        Zone(
            code=row.code,
            access=access_class(row.apl_mg),
            label=f"{row.name}\u00a0: APL {apl_words(row.apl_mg)}",
        )
        for row in await session.execute(_KNOWN)
    ]


def legend(shown: Sequence[Zone]) -> list[LegendLine]:
    """The classes in words; the unknown one only when a commune is in it."""
    counts = {kind: sum(zone.access is kind for zone in shown) for kind in AccessClass}
    return [
        LegendLine(access=kind, words=words, communes=counts[kind])
        for kind, words in ACCESS_WORDS.items()
        if counts[kind] or kind is not AccessClass.UNKNOWN
    ]
