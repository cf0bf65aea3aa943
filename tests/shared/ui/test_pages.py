"""The shells: navigation, messages that survive a redirect, error pages, escaping."""

import re

import pytest
from jinja2 import UndefinedError

from shared.ui.flashes import COOKIE
from shared.ui.navigation import PLACES
from tests.shared.ui.pages_app import Pages

STAFF = '{% extends "ui/staff.html" %}{% block title %}Soirées{% endblock %}'
PUBLIC = '{% extends "ui/public.html" %}{% block title %}Soirée{% endblock %}'


async def test_the_current_place_is_marked_in_both_navigations(pages: Pages) -> None:
    html = await pages.html(STAFF)
    current = re.findall(r'href="([^"]+)" aria-current="page"', html)
    assert current == ["/events/agence/soirees", "/events/agence/soirees"]


async def test_a_page_may_light_another_place(pages: Pages) -> None:
    html = await pages.html(STAFF, section="missions")
    assert re.findall(r'href="([^"]+)" aria-current="page"', html) == ["/prospection/missions"]


async def test_administration_is_offered_to_those_who_may_enter(pages: Pages) -> None:
    assert "/identity/comptes" not in await pages.html(STAFF)
    pages.roles = ("admin",)
    assert "/identity/comptes" in await pages.html(STAFF)


def test_four_places_stand_in_the_bar_of_the_phone() -> None:
    assert len([place for place in PLACES if place.on_phone]) == 4


@pytest.mark.parametrize("template", [STAFF, PUBLIC])
async def test_a_page_has_one_title_one_heading_one_main(pages: Pages, template: str) -> None:
    html = await pages.html(template)
    assert [html.count(f"<{tag}") for tag in ("title", "h1", "main")] == [1, 1, 1]
    assert '<html lang="fr">' in html
    assert html.index("Aller au contenu") < html.index("<header")


async def test_signing_out_carries_the_token(pages: Pages) -> None:
    html = await pages.html(STAFF)
    assert '<form method="post" action="/identity/deconnexion">' in html
    assert 'name="csrf_token" value="jeton-de-formulaire"' in html


async def test_what_was_typed_by_people_is_escaped(pages: Pages) -> None:
    html = await pages.html(
        STAFF + "{% block content %}{{ name }}{% endblock %}", name="<script>alert(1)</script>"
    )
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html


async def test_a_variable_nobody_gave_is_an_error(pages: Pages) -> None:
    with pytest.raises(UndefinedError):
        await pages.html(STAFF + "{% block content %}{{ nobody }}{% endblock %}")


async def test_messages_survive_one_redirect_and_are_shown_once(pages: Pages) -> None:
    async with pages.client() as client:
        first = await client.get("/laisser")
        assert "Soirée publiée." in first.text
        assert "Une adresse manque &lt;b&gt;ici&lt;/b&gt;." in first.text
        assert "avis-warning" in first.text
        assert COOKIE not in client.cookies
        second = await client.get("/events/lire")
        assert "Soirée publiée." not in second.text


async def test_messages_left_twice_before_a_page_are_all_kept(pages: Pages) -> None:
    async with pages.client() as client:
        await client.get("/laisser", follow_redirects=False)
        await client.get("/laisser", follow_redirects=False)
        assert (await client.get("/events/lire")).text.count("Soirée publiée.") == 1


async def test_a_forged_message_is_not_shown(pages: Pages) -> None:
    async with pages.client() as client:
        client.cookies.set(COOKIE, "W1siaW5mbyIsICJQaXLDqSJdXQ.abc.def")
        answer = await client.get("/events/lire")
        assert answer.status_code == 200
        assert "Piré" not in answer.text


async def test_a_fragment_leaves_the_messages_to_the_next_page(pages: Pages) -> None:
    async with pages.client() as client:
        await client.get("/laisser", follow_redirects=False)
        fragment = await client.get("/events/lire", headers={"HX-Request": "true"})
        assert "Soirée publiée." not in fragment.text
        assert "Soirée publiée." in (await client.get("/events/lire")).text


@pytest.mark.parametrize("status", [403, 404, 409, 413, 422, 429, 500, 503])
@pytest.mark.parametrize("query", ["", "?equipe=1"])
async def test_an_error_says_what_happened_what_was_kept_and_what_to_do(
    pages: Pages, status: int, query: str
) -> None:
    async with pages.client() as client:
        answer = await client.get(f"/incident/{status}{query}")
    assert answer.status_code == status
    for words in ("Ce qui s’est passé", "Ce qui est conservé", "Ce que vous pouvez faire"):
        assert words in answer.text


async def test_an_error_gives_the_precise_reason_when_there_is_one(pages: Pages) -> None:
    async with pages.client() as client:
        answer = await client.get("/incident/409?raison=Cette soirée est complète.")
    assert "Cette soirée est complète." in answer.text
