"""Writes each letter with invented facts.

`python -m tests.services.notifications.letters.writing` writes the approved ones anew, to be read
again by somebody before they are committed.
"""

from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

from services.notifications.domain.letters import Template
from services.notifications.gateways.letters.render import Identity, render

APPROVED = Path(__file__).parent / "approved"

_IDENTITY = Identity(
    signature="Agence d’attractivité en santé",
    footer="Vous recevez ce message parce qu’il concerne une démarche faite auprès de nous.",
)
_PERIOD = {"starts_on": date(2027, 5, 3), "ends_on": date(2027, 11, 1)}
_FACTS: dict[str, object] = {
    "first_name": "Camille",
    "action_url": "https://ancrage.test/lien",
    "event": SimpleNamespace(
        title="Soirée d’accueil des internes",
        starts_at=datetime(2027, 5, 20, 17, tzinfo=UTC),
        place="Salle des fêtes",
        commune="Vendôme",
    ),
    "before": SimpleNamespace(
        starts_at=datetime(2027, 5, 13, 16, 30, tzinfo=UTC),
        place="Halle aux grains",
        commune="Blois",
    ),
    "territory": "Montoire-sur-le-Loir",
    "request": SimpleNamespace(**_PERIOD),
    "stay": SimpleNamespace(dwelling_title="Studio de la gare", **_PERIOD),
    "commune": "Vendôme",
    "answer_by": datetime(2027, 4, 9, 16, tzinfo=UTC),
}


def sample(template: Template, *, html: bool = False) -> str:
    """The letter, its subject on the first line; or its HTML."""
    facts = dict(_FACTS)
    if template is Template.STAY_CANCELLED:
        facts["action_url"] = ""
    letter = render(template, facts, _IDENTITY)
    return letter.html if html else f"{letter.subject}\n\n{letter.text}"


if __name__ == "__main__":
    APPROVED.mkdir(exist_ok=True)
    for each in Template:
        (APPROVED / f"{each.value}.txt").write_text(sample(each), encoding="utf-8")
    confirmed = sample(Template.REGISTRATION_CONFIRMED, html=True)
    (APPROVED / "registration-confirmed.html").write_text(confirmed, encoding="utf-8")
