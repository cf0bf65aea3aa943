"""Each letter is compared, word for word, with the one that was read and approved."""

import re
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from jinja2 import UndefinedError

from services.notifications.domain.letters import KINDS, Template
from services.notifications.gateways.letters.render import Identity, render
from tests.services.notifications.letters.writing import APPROVED, sample

IDENTITY = Identity(signature="Agence d’attractivité en santé", footer="Pied de lettre.")


@pytest.mark.parametrize("template", list(Template))
def test_the_letter_is_the_one_that_was_approved(template: Template) -> None:
    assert sample(template) == (APPROVED / f"{template.value}.txt").read_text(encoding="utf-8")


def test_the_html_is_the_one_that_was_approved() -> None:
    shown = sample(Template.REGISTRATION_CONFIRMED, html=True)
    assert shown == (APPROVED / "registration-confirmed.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("template", list(Template))
def test_typography_is_french(template: Template) -> None:
    text = re.sub(r"https?://\S+", "", sample(template))
    assert not re.search(r" [:;?!»]", text)
    assert "« " not in text
    assert "'" not in text
    assert "·" not in text


@pytest.mark.parametrize("template", list(Template))
def test_there_is_one_clear_action_at_most(template: Template) -> None:
    html = sample(template, html=True)
    assert html.count("display:inline-block") <= 1
    assert sample(template).count("https://ancrage.test/lien") <= 1


def test_what_people_typed_cannot_become_html() -> None:
    facts = {
        "first_name": "<b>Camille</b>",
        "action_url": "https://ancrage.test/lien",
        "event": SimpleNamespace(
            title="<script>alert(1)</script> | {{ 7 * 7 }}",
            starts_at=datetime(2027, 5, 20, 17, tzinfo=UTC),
            place="A & B",
            commune="Vendôme",
        ),
    }
    letter = render(Template.REGISTRATION_CONFIRMED, facts, IDENTITY)
    assert "<script>" not in letter.html
    assert "<b>" not in letter.html
    assert "{{ 7 * 7 }}" in letter.text


def test_a_fact_that_is_missing_is_an_error_not_a_hole() -> None:
    with pytest.raises(UndefinedError):
        render(Template.STAY_BOOKED, {"first_name": "Z", "action_url": ""}, IDENTITY)


def test_every_letter_has_a_name_and_a_reason() -> None:
    assert set(KINDS) == set(Template)
