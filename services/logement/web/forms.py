"""Forms of pages: what was typed, read into answers, with one sentence per mistake."""

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData

from services.logement.application.add_dwelling import DwellingFacts
from services.logement.application.open_request import Ask
from services.logement.application.publish_offer import OfferTerms
from services.logement.web.answers import AskAnswers, OfferAnswers

Answers = TypeVar("Answers", bound=BaseModel)
Command = TypeVar("Command")

ASK_FIELDS = (
    "first_name",
    "last_name",
    "email",
    "phone",
    "placement_commune",
    "starts_on",
    "ends_on",
    "budget",
    "has_car",
    "household_size",
    "children",
    "needs_accessible",
    "notes",
    "consent_news",
)
OFFER_FIELDS = (
    "title",
    "commune",
    "address",
    "lat",
    "lon",
    "kind",
    "surface_m2",
    "rooms",
    "sleeps",
    "rent",
    "available_from",
    "available_to",
    "dpe",
    "furnished",
    "accessible",
    "transport_near",
    "owner_name",
    "owner_contact",
    "published",
)
_BOXES = {
    "needs_accessible",
    "consent_news",
    "furnished",
    "accessible",
    "transport_near",
    "published",
}
_EUROS = {"budget": "budget_cents", "rent": "rent_cents"}
_MONEY = re.compile(r"(\d{1,7})(?:[.,](\d{1,2}))?")

_SENTENCES = {
    "first_name": "Indiquez le prénom.",
    "last_name": "Indiquez le nom.",
    "email": "Indiquez une adresse e-mail.",
    "placement_commune": "Indiquez la commune du stage.",
    "commune": "Indiquez la commune.",
    "starts_on": "Indiquez la date d'arrivée. Exemple\u00a0: 03/05/2027.",
    "ends_on": "Indiquez la date de départ. Exemple\u00a0: 31/10/2027.",
    "budget_cents": "Indiquez un budget en euros par mois. Exemple\u00a0: 450.",
    "rent_cents": "Indiquez un loyer en euros par mois. Exemple\u00a0: 420.",
    "has_car": "Dites s'il y aura une voiture\u00a0: oui ou non.",
    "household_size": "Indiquez le nombre de personnes, entre 1 et 12.",
    "children": "Indiquez le nombre d'enfants, 0 s'il n'y en a pas.",
    "title": "Donnez un nom au logement.",
    "kind": "Choisissez le type de logement.",
    "surface_m2": "Indiquez la surface en m², un nombre entier.",
    "sleeps": "Indiquez le nombre de couchages, entre 1 et 20.",
    "rooms": "Indiquez le nombre de pièces, entre 1 et 20.",
    "available_from": "Indiquez le premier jour de disponibilité. Exemple\u00a0: 03/05/2027.",
    "available_to": "Indiquez la fin de disponibilité. Exemple\u00a0: 31/10/2027.",
    "dpe": "Choisissez la classe énergétique.",
    "lat": "La latitude est un nombre, par exemple 47.79.",
    "lon": "La longitude est un nombre, par exemple 1.07.",
}


def typed(form: FormData, names: tuple[str, ...]) -> dict[str, str]:
    """These fields as text; a missing one, or a file in its place, is empty."""
    values = ((name, form.get(name)) for name in names)
    return {name: value if isinstance(value, str) else "" for name, value in values}


def cents(text: str) -> int | None:
    """« 450 », « 450,50 € » or « 1 200 » in cents; None when it is no amount."""
    found = _MONEY.fullmatch(re.sub(r"[\s\u00a0\u202f€]", "", text))
    if found is None:
        return None
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))


def read_ask(values: Mapping[str, str], commune: str) -> tuple[AskAnswers | None, dict[str, str]]:
    """The answers of the request's form, or the sentences of what is to be corrected."""
    return _read(AskAnswers, values, {"placement_commune": commune})


def read_offer(
    values: Mapping[str, str], commune: str
) -> tuple[OfferAnswers | None, dict[str, str]]:
    """The answers of the offer's form, or the sentences of what is to be corrected."""
    return _read(OfferAnswers, values, {"commune": commune})


def command(kind: type[Command], answers: AskAnswers | OfferAnswers) -> Command:
    """The answers as the command of a use case."""
    names = (field.name for field in fields(kind))  # type: ignore[arg-type]
    return kind(**{name: getattr(answers, name) for name in names})


def ask_of(answers: AskAnswers) -> Ask:
    """What `open_request` takes."""
    return command(Ask, answers)


def offer_of(answers: OfferAnswers) -> tuple[DwellingFacts, OfferTerms]:
    """What `add_dwelling` and `publish_offer` take."""
    return command(DwellingFacts, answers), command(OfferTerms, answers)


def _read(
    model: type[Answers], values: Mapping[str, str], resolved: Mapping[str, str]
) -> tuple[Answers | None, dict[str, str]]:
    data: dict[str, Any] = {name: text for name, text in values.items() if text != ""}
    data |= {name: name in data for name in _BOXES if name in values}
    for name, target in _EUROS.items():
        if name in values:
            data[target] = cents(values[name])
    data |= resolved
    try:
        return model.model_validate(data), {}
    except ValidationError as error:
        shown = {target: name for name, target in _EUROS.items()}
        found: dict[str, str] = {}
        for one in error.errors():
            name = str(one["loc"][0])
            found.setdefault(shown.get(name, name), _sentence(name, one))
        return None, found


def _sentence(name: str, error: Any) -> str:
    kind, context = error["type"], error.get("ctx") or {}
    if kind == "string_too_long":
        return f"Ce texte est trop long\u00a0: {context['max_length']} caractères au plus."
    if kind == "value_error":
        return str(context["error"])
    return _SENTENCES.get(name, "Cette réponse n'est pas valable.")
