"""Every error as a French sentence: problem details (RFC 9457) for programs, pages for people."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException

from shared.contracts.refusal import Refused
from shared.messaging.failures import is_transient
from shared.security.policies import SignInNeeded
from shared.ui import error_page

logger = logging.getLogger(__name__)

_TITLES = {
    400: "Demande mal formée",
    401: "Connexion nécessaire",
    403: "Accès refusé",
    404: "Introuvable",
    405: "Action impossible ici",
    409: "Impossible en l'état",
    410: "Lien expiré",
    413: "Envoi trop volumineux",
    415: "Format non accepté",
    422: "Saisie invalide",
    429: "Trop de demandes",
    500: "Erreur interne",
    503: "Momentanément indisponible",
}

_SENTENCES = {
    "missing": "Ce champ est obligatoire.",
    "string_too_short": "Ce champ est trop court.",
    "string_too_long": "Ce champ est trop long.",
    "string_type": "Un texte est attendu ici.",
    "value_error": "Cette valeur n'est pas valable.",
    "uuid_parsing": "Cet identifiant n'est pas valable.",
    "uuid_type": "Cet identifiant n'est pas valable.",
    "datetime_parsing": "Cette date n'est pas valable. Exemple : 2027-05-20T19:00:00+02:00.",
    "datetime_from_date_parsing": (
        "Cette date n'est pas valable. Exemple : 2027-05-20T19:00:00+02:00."
    ),
    "datetime_object_invalid": "Cette date n'existe pas.",
    "timezone_aware": "Le fuseau horaire manque. Exemple : 2027-05-20T19:00:00+02:00.",
    "date_parsing": "Cette date n'est pas valable. Exemple : 2027-05-20.",
    "date_from_datetime_parsing": "Cette date n'est pas valable. Exemple : 2027-05-20.",
    "int_parsing": "Un nombre entier est attendu ici.",
    "int_type": "Un nombre entier est attendu ici.",
    "int_from_float": "Un nombre entier est attendu ici.",
    "float_parsing": "Un nombre est attendu ici.",
    "bool_parsing": "Oui ou non est attendu ici.",
    "bool_type": "Oui ou non est attendu ici.",
    "enum": "Cette valeur ne fait pas partie des choix possibles.",
    "literal_error": "Cette valeur ne fait pas partie des choix possibles.",
    "json_invalid": "Le contenu envoyé n'est pas du JSON valable.",
    "extra_forbidden": "Ce champ n'est pas attendu.",
    "greater_than": "Cette valeur est trop petite.",
    "greater_than_equal": "Cette valeur est trop petite.",
    "less_than": "Cette valeur est trop grande.",
    "less_than_equal": "Cette valeur est trop grande.",
    "model_attributes_type": "Un objet est attendu ici.",
    "dict_type": "Un objet est attendu ici.",
    "string_pattern_mismatch": "Ce format n'est pas le bon.",
}


_WHERE = {"body", "query", "path", "header", "cookie"}
_DATA_SQLSTATES = {"22000", "22003", "22008", "22021", "22P05"}
"""A number or a date out of range, a character (NUL, half a surrogate) that cannot be kept."""


def install(app: FastAPI) -> None:
    """Answer every refusal and every mistake of `app` in French; see `failed` for the rest."""
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(SignInNeeded, _sign_in)


def problem(
    status: int,
    slug: str,
    detail: str,
    *,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """A problem detail; `slug` is stable and names the kind of problem."""
    body: dict[str, Any] = {
        "type": f"/problemes/{slug}",
        "title": _TITLES.get(status, "Erreur"),
        "status": status,
        "detail": detail,
    }
    if errors:
        body["errors"] = list(errors)
    return JSONResponse(
        body,
        status,
        headers=dict(headers or {}),
        media_type="application/problem+json",
    )


def wants_json(request: Request) -> bool:
    """Whether a program asks: everything under `/api/`."""
    return "/api/" in request.url.path


async def _refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, Refused):
        raise error
    if not wants_json(request):
        return error_page(request, error.status, error.reason)
    errors = [{"field": error.field, "reason": error.reason}] if error.field else []
    headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else None
    return problem(error.status, error.type, error.reason, errors=errors, headers=headers)


async def _invalid(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    errors = [_field_error(found) for found in error.errors()]
    if not wants_json(request):
        missing_page = any(found.get("loc", ("",))[0] == "path" for found in error.errors())
        return error_page(request, 404 if missing_page else 422)
    fields = ", ".join(dict.fromkeys(found["field"] for found in errors))
    return problem(
        422, "saisie-invalide", f"La saisie contient une erreur ({fields}).", errors=errors
    )


def _field_error(found: Mapping[str, Any]) -> dict[str, str]:
    kind = str(found.get("type", ""))
    # The place of a mistake of JSON is a rank in the text, which names nothing.
    location = () if kind == "json_invalid" else found.get("loc", ())
    place = [str(part) for part in location if part not in _WHERE]
    reason = _SENTENCES.get(kind, "Cette valeur n'est pas valable.")
    context = found.get("ctx") or {}
    if kind == "string_too_long" and "max_length" in context:
        reason = f"Ce champ est trop long ({context['max_length']} caractères au plus)."
    cause = context.get("error")
    if kind == "value_error" and isinstance(cause, Refused | ValueError) and str(cause):
        # The framework's own words, when a text comes in the place of a file, are English.
        words = str(cause)
        reason = "Un fichier est attendu ici." if "UploadFile" in words else words
    return {"field": ".".join(place) or "corps", "reason": reason}


async def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    if not wants_json(request):
        shown = error_page(request, error.status_code)
        shown.headers.update(error.headers or {})
        return shown
    detail = {
        400: "Le contenu envoyé n'a pas pu être lu.",
        404: "Cette adresse n'existe pas.",
        405: "Cette méthode n'est pas possible à cette adresse.",
    }.get(error.status_code, "La demande n'a pas pu être traitée.")
    return problem(
        error.status_code, f"http-{error.status_code}", detail, headers=error.headers or {}
    )


async def _sign_in(request: Request, _error: Exception) -> Response:
    service = request.app.state.service
    back = request.url.path if request.method == "GET" else f"/{service}/"
    if request.method == "GET" and request.url.query:
        back = f"{back}?{request.url.query}"
    from urllib.parse import quote

    start = f"/{service}/session/debut" if service != "identity" else "/identity/connexion"
    return RedirectResponse(f"{start}?retour={quote(back, safe='/')}", 303)


def _unstorable(error: Exception) -> bool:
    """Whether the database refused a value: what was sent is at fault, and nothing was kept."""
    if not isinstance(error, DBAPIError):
        return False
    return getattr(error.orig, "sqlstate", None) in _DATA_SQLSTATES


async def failed(request: Request, error: Exception) -> Response:
    """The answer to an error that nobody caught: 503 when it passes by itself, 422, or 500."""
    if is_transient(error):
        logger.warning("unavailable: %s", type(error).__name__)
        sentence = "Le service est momentanément indisponible. Réessayez dans quelques secondes."
        if wants_json(request):
            return problem(503, "indisponible", sentence, headers={"Retry-After": "3"})
        page = error_page(request, 503)
        page.headers["Retry-After"] = "3"
        return page
    logger.error("request failed", exc_info=error)
    if _unstorable(error):
        sentence = (
            "Une valeur envoyée ne peut pas être enregistrée\u00a0: caractère interdit, "
            "nombre ou date hors limites."
        )
        if wants_json(request):
            return problem(422, "valeur-impossible", sentence)
        return error_page(request, 422, sentence)
    if wants_json(request):
        return problem(500, "erreur-interne", "Une erreur est survenue de notre côté.")
    return error_page(request, 500)
