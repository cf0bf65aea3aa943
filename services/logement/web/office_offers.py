"""The stock of homes: list, add, correct."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from services.logement.application.add_dwelling import add_dwelling
from services.logement.application.edit_offer import edit_offer
from services.logement.application.publish_offer import publish_offer
from services.logement.domain.dwelling import DPE_CLASSES, KIND_LABELS
from services.logement.queries.find_commune import find_commune, label, suggestions
from services.logement.queries.list_offers import OfferLine, list_offers, one_offer
from services.logement.web.answers import OfferAnswers
from services.logement.web.forms import OFFER_FIELDS, offer_of, read_offer, typed
from shared.contracts.refusal import Invalid
from shared.runtime.web import Now, Session
from shared.security import staff
from shared.ui import flash, page, redirect

router = APIRouter(
    prefix="/offres", dependencies=[staff("logement", "direction")], include_in_schema=False
)


@router.get("")
async def offers(request: Request, session: Session) -> HTMLResponse:
    """Every home and when it is available."""
    return page(request, "office/offers.html", lines=await list_offers(session))


@router.get("/nouvelle")
async def new_offer(request: Request) -> HTMLResponse:
    """The empty form."""
    empty = dict.fromkeys(OFFER_FIELDS, "") | {
        "rooms": "1",
        "sleeps": "1",
        "furnished": "true",
        "published": "true",
    }
    return _form(request, empty)


@router.post("")
async def add_offer(request: Request, session: Session, now: Now) -> Response:
    """Record the home and offer it."""
    values = typed(await request.form(), OFFER_FIELDS)
    answers, errors = await _read(session, values)
    if answers is None:
        return _form(request, values, errors)
    facts, terms = offer_of(answers)
    try:
        async with session.begin_nested():
            dwelling = await add_dwelling(session, facts, now=now)
            await publish_offer(session, dwelling.id, terms, now=now)
    except Invalid as refused:
        return _form(request, values, {refused.field or "form": refused.reason})
    flash(request, "Logement enregistré.")
    return redirect("/logement/offres")


@router.get("/{offer_id}")
async def show_offer(request: Request, session: Session, offer_id: UUID) -> HTMLResponse:
    """The home as it is, to be corrected."""
    line = await one_offer(session, offer_id)
    return _form(request, _values(line), offer_id=offer_id)


@router.post("/{offer_id}")
async def correct_offer(request: Request, session: Session, now: Now, offer_id: UUID) -> Response:
    """Write the corrected home and terms."""
    values = typed(await request.form(), OFFER_FIELDS)
    answers, errors = await _read(session, values)
    if answers is None:
        return _form(request, values, errors, offer_id)
    try:
        async with session.begin_nested():
            await edit_offer(session, offer_id, *offer_of(answers), now=now)
    except Invalid as refused:
        return _form(request, values, {refused.field or "form": refused.reason}, offer_id)
    flash(request, "Logement modifié.")
    return redirect("/logement/offres")


async def _read(
    session: Session, values: dict[str, str]
) -> tuple[OfferAnswers | None, dict[str, str]]:
    code, unknown = "", {}
    try:
        commune = await find_commune(session, values["commune"], field="commune")
        code, values["commune"] = commune.code, label(commune.name, commune.code)
    except Invalid as refused:
        unknown = {"commune": refused.reason}
    answers, errors = read_offer(values, code)
    if unknown and values["commune"]:
        errors |= unknown
    return (None, errors) if errors else (answers, {})


def _values(line: OfferLine) -> dict[str, str]:
    """The home and its offer as the form shows them."""
    offer, dwelling = line.offer, line.dwelling
    plain = ("title", "address", "kind", "surface_m2", "rooms", "sleeps", "owner_name")
    boxes = ("furnished", "accessible", "transport_near")
    whole, rest = divmod(offer.rent_cents, 100)
    values = {name: str(getattr(dwelling, name)) for name in (*plain, "owner_contact")}
    values |= {name: "true" if getattr(dwelling, name) else "" for name in boxes}
    return values | {
        "commune": label(dwelling.commune_name, dwelling.commune),
        "lat": str(dwelling.lat) if dwelling.exact_position else "",
        "lon": str(dwelling.lon) if dwelling.exact_position else "",
        "dpe": dwelling.dpe or "",
        "rent": f"{whole},{rest:02d}" if rest else str(whole),
        "available_from": offer.available_from.isoformat(),
        "available_to": offer.available_to.isoformat(),
        "published": "true" if offer.published else "",
    }


def _form(
    request: Request,
    values: dict[str, str],
    errors: dict[str, str] | None = None,
    offer_id: UUID | None = None,
) -> HTMLResponse:
    context: dict[str, Any] = {
        "form": values,
        "errors": errors or {},
        "offer_id": offer_id,
        "communes": suggestions(),
        "kinds": list(KIND_LABELS.items()),
        "classes": [(letter, letter) for letter in DPE_CLASSES],
    }
    return page(request, "office/offer.html", 422 if errors else 200, **context)
