"""The cells of one line of contacts, read by field, with what there is to say of them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from services.prospection.domain.column_titles import ColumnMap, Field
from services.prospection.domain.person_name import clean

LONGEST_LABEL: Final = 200

BLANK: Final = frozenset({"", "-", "--", "—", "–", "?", "/", ".", "n/a", "#n/a", "néant"})
"""What stands for nothing, in a name too (« Sans » and « Non » are surnames)."""
NOTHING: Final = BLANK | {
    "x", "na", "nc", "n.c.", "neant", "aucun", "aucune", "sans", "non", "pas de mail",
    "pas d'adresse", "pas de téléphone", "null", "non communiqué", "non renseigné",
}  # fmt: skip
FORMULA: Final = re.compile(r"^=|^[+@-]\s*\w+\s*[|!(]")
_INTEGRAL = re.compile(r"^\d+\.0$")


@dataclass(slots=True)
class Reading:
    """A line being read: its cells, and what there is to say of it."""

    cells: Mapping[str, object]
    columns: ColumnMap
    reasons: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    asides: list[str] = field(default_factory=list)

    def raw(self, wanted: Field) -> object:
        """The first filled cell of this field; None when all are empty."""
        for name in self.columns.fields.get(wanted, ()):
            value = self.cells.get(name)
            if value is not None and value != "":
                return value
        return None

    def text(self, wanted: Field) -> str:
        """The same as one clean line; empty when there is nothing, or a word for nothing."""
        text = self._clean(wanted)
        return "" if len(text) < 20 and text.lower() in NOTHING else text

    def name(self, wanted: Field) -> str:
        """The same for a name, where fewer words stand for nothing."""
        text = self._clean(wanted)
        return "" if text.lower() in BLANK else text

    def _clean(self, wanted: Field) -> str:
        value = self.raw(wanted)
        return "" if value is None else clean(written(value))


def label(reading: Reading, wanted: Field) -> str | None:
    """A short text; too long, it joins the notes rather than being cut."""
    text = reading.text(wanted)
    if not text:
        return None
    if FORMULA.match(text):
        say_formula(reading, wanted)
    if len(text) > LONGEST_LABEL:
        reading.warnings.append(
            f"{wanted.capitalize()}\u00a0: trop long, placé dans les remarques."
        )
        reading.asides.append(f"{wanted.capitalize()}\u00a0: {text}")
        return None
    return text


def say_formula(reading: Reading, wanted: Field) -> None:
    """Warn that a text looks like a formula: it is kept, and stays text."""
    reading.warnings.append(
        f"{wanted.capitalize()}\u00a0: commence comme une formule, gardé comme simple texte."
    )


def written(value: object) -> str:
    """A cell as a person would read it."""
    if isinstance(value, str):
        return value[:-2] if value.endswith(".0") and _INTEGRAL.match(value) else value
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.strftime("%d/%m/%Y")
    return value.strftime("%d/%m/%Y") if isinstance(value, date) else str(value)


def quote(text: str) -> str:
    """The start of what was typed, short enough for a sentence."""
    return text if len(text) <= 40 else text[:39] + "…"
