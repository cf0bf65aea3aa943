"""The OpenAPI document of a service: who may call what, and every answer that errors get."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import RouteContext

from shared.security.policies import api_routes, policy_of

_MEDIA_TYPE = "application/problem+json"
_PROBLEM: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "description": "Une erreur en français (RFC 9457)\u00a0; `type` est stable.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "description": "Les champs en faute, un par un.",
            "items": {
                "type": "object",
                "required": ["field", "reason"],
                "properties": {"field": {"type": "string"}, "reason": {"type": "string"}},
            },
        },
    },
}
_ALWAYS = {
    400: "Demande mal formée, ou en-tête obligatoire absent",
    401: "Jeton refusé",
    404: "Introuvable, ou pas encore public",
    422: "Saisie invalide\u00a0: `errors` nomme les champs",
    500: "Erreur de notre côté",
    503: "Momentanément indisponible\u00a0: réessayer",
}
_STAFF = {403: "Le rôle ne donne pas accès"}
_UNSAFE = {
    403: "Demande envoyée par un autre site, ou rôle sans accès",
    409: "Impossible en l'état",
    410: "Délai dépassé",
    413: "Envoi trop volumineux",
}


def document(app: FastAPI) -> dict[str, Any]:
    """The document, made when first asked for; public operations say so."""
    if app.openapi_schema:
        return app.openapi_schema
    routes = [route for route in api_routes(app) if "/api/" in (route.path or "")]
    schema = get_openapi(title=app.title, version=app.version, routes=routes)
    components = schema.setdefault("components", {})
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
    schemas = components.setdefault("schemas", {})
    schemas["Problem"] = _PROBLEM
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schema["security"] = [{"bearer": []}]
    for route in routes:
        for method in route.methods or ():
            operation = schema["paths"].get(route.path or "", {}).get(method.lower())
            if operation is not None:
                _complete(operation, route, method)
    app.openapi_schema = schema
    return schema


def _complete(operation: dict[str, Any], route: RouteContext, method: str) -> None:
    """Say of one operation whether it is public, and which problems it may answer."""
    policy = policy_of(route)
    staff = policy is not None and policy.kind == "staff"
    if not staff:
        operation["security"] = []
    problems = _ALWAYS | (_STAFF if staff else {}) | (_UNSAFE if method != "GET" else {})
    for status, words in problems.items():
        operation["responses"][str(status)] = {
            "description": words,
            "content": {_MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
