"""What the shell offers: the places of the platform, named by what people do there."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """One entry of the navigation; `prefixes` are the addresses that light it up."""

    key: str
    label: str
    short: str
    url: str
    icon: str
    service: str
    prefixes: tuple[str, ...]
    on_phone: bool = False
    roles: frozenset[str] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class NavEntry:
    """A place as one request sees it."""

    place: Place
    active: bool


PLACES = (
    Place(
        key="accueil",
        label="Accueil",
        short="Accueil",
        url="/prospection/",
        icon="home",
        service="prospection",
        prefixes=(),
        on_phone=True,
    ),
    Place(
        key="personnes",
        label="Personnes",
        short="Personnes",
        url="/prospection/personnes",
        icon="users",
        service="prospection",
        prefixes=("/prospection/personnes",),
        on_phone=True,
    ),
    Place(
        key="missions",
        label="Missions & campagnes",
        short="Missions",
        url="/prospection/missions",
        icon="route",
        service="prospection",
        prefixes=("/prospection/missions", "/prospection/congres", "/prospection/imports"),
    ),
    Place(
        key="evenements",
        label="Événements",
        short="Événements",
        url="/events/agence/soirees",
        icon="calendar-event",
        service="events",
        prefixes=("/events/",),
        on_phone=True,
    ),
    Place(
        key="logement",
        label="Logement & mobilité",
        short="Logement",
        url="/logement/demandes",
        icon="home-heart",
        service="logement",
        prefixes=("/logement/",),
        on_phone=True,
    ),
    Place(
        key="territoires",
        label="Territoires",
        short="Territoires",
        url="/prospection/territoires",
        icon="map-pin",
        service="prospection",
        prefixes=("/prospection/territoires",),
    ),
    Place(
        key="messages",
        label="Messages",
        short="Messages",
        url="/notifications/messages",
        icon="mail",
        service="notifications",
        prefixes=("/notifications/",),
    ),
    Place(
        key="administration",
        label="Administration",
        short="Administration",
        url="/identity/comptes",
        icon="settings",
        service="identity",
        prefixes=("/identity/",),
        roles=frozenset({"admin", "dpo"}),
    ),
)

SIGN_OUT_URL = "/identity/deconnexion"
"""Ends the session in every service, not in one only: the next page would sign in again."""

PUBLIC_LINKS = (
    {"label": "Prochaines soirées", "url": "/events/"},
    {"label": "Trouver un logement", "url": "/logement/"},
    {"label": "Espace des équipes", "url": "/prospection/"},
)

ROLES = {
    "prospection": "Prospection",
    "evenements": "Événements",
    "logement": "Logement",
    "aides": "Aides",
    "pilotage": "Pilotage",
    "direction": "Direction",
    "guichet": "Guichet",
    "animation": "Animation",
    "elu": "Mandat électif",
    "partenaire": "Partenaire",
    "dpo": "Protection des données",
    "admin": "Administration",
}


def navigation(path: str, roles: frozenset[str], section: str | None = None) -> list[NavEntry]:
    """The places one may enter, the current one marked by `section` or else by the address."""
    allowed = [place for place in PLACES if place.roles is None or place.roles & roles]
    current = section or _section_of(path)
    return [NavEntry(place=place, active=place.key == current) for place in allowed]


def role_names(roles: frozenset[str]) -> str:
    """Roles in words, for the corner that says who is signed in."""
    return ", ".join(sorted(ROLES.get(role, role) for role in roles))


def _section_of(path: str) -> str | None:
    for place in PLACES:
        if path == place.url or any(path.startswith(prefix) for prefix in place.prefixes):
            return place.key
    return None
