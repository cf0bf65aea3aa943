"""Macros: what a form, a table, a timeline must always contain."""

import re
from datetime import timedelta
from typing import Any

from tests.shared.ui.pages_app import NOW, Pages

FORMS = (
    '{% extends "ui/public.html" %}{% from "ui/forms.html" import action_button, checkbox, '
    "checkboxes, csrf, date, field, file, form_errors, radios, select, submit, textarea %}"
    "{% block title %}T{% endblock %}{% block content %}"
)
PARTS = (
    '{% extends "ui/public.html" %}{% from "ui/components.html" import action, alert, badge, '
    "breadcrumb, card, chips, definitions, empty_state, pagination, progress, reason_badge, seats, "
    'stat, steps, table, tabs %}{% from "ui/timeline.html" import chain, timeline %}'
    "{% block title %}T{% endblock %}{% block content %}"
)


async def rendered(pages: Pages, start: str, body: str, **context: Any) -> str:
    return await pages.html(start + body + "{% endblock %}", **context)


async def test_a_field_ties_its_label_hint_and_error(pages: Pages) -> None:
    html = await rendered(
        pages,
        FORMS,
        '{{ field("email", "E-mail", "a@", "email", hint="Pour répondre.", error="Incomplète.", '
        'autocomplete="email", inputmode="email", maxlength=254) }}',
    )
    control = re.search(r"<input[^>]*champ-email[^>]*>", html)
    assert control is not None
    for part in (
        'value="a@"',
        'aria-describedby="aide-email erreur-email"',
        'aria-invalid="true"',
        'autocomplete="email"',
        'inputmode="email"',
        'maxlength="254"',
        " required",
    ):
        assert part in control[0]
    assert '<label class="form-label" for="champ-email">E-mail</label>' in html
    assert 'id="aide-email"' in html
    assert 'id="erreur-email"' in html


async def test_an_optional_field_says_so(pages: Pages) -> None:
    html = await rendered(pages, FORMS, '{{ field("phone", "Téléphone", none, required=false) }}')
    assert "&nbsp;(facultatif)" in html
    assert 'value=""' in html
    assert " required" not in html


async def test_the_summary_leads_to_each_field_in_fault(pages: Pages) -> None:
    errors = {"email": "Adresse incomplète.", "day": "Choisissez une date."}
    html = await rendered(pages, FORMS, "{{ form_errors(errors) }}", errors=errors)
    assert '<a href="#champ-email">Adresse incomplète.</a>' in html
    assert '<a href="#champ-day">Choisissez une date.</a>' in html
    assert 'role="alert"' in html
    assert "<title>Erreur&nbsp;: " in html
    assert "est conservé" in html


async def test_without_error_there_is_no_summary(pages: Pages) -> None:
    html = await rendered(pages, FORMS, "{{ form_errors(errors) }}", errors={})
    assert 'role="alert"' not in html
    assert "Erreur" not in html


async def test_choices_keep_what_was_chosen(pages: Pages) -> None:
    html = await rendered(
        pages,
        FORMS,
        '{{ select("commune", "Commune", [(41269, "Vendôme"), (41018, "Blois")], "41018") }}'
        '{{ select("g", "G", {"Nord": [("a", "A")]}, "a", empty=none) }}'
        '{{ radios("p", "Profil", [("i", "Interne"), ("e", "Externe", "Avant")], "e", '
        'error="Non.") }}'
        '{{ checkboxes("d", "Jours", [(1, "Lundi"), (2, "Mardi")], ["2"]) }}'
        '{{ checkbox("c", "Consentement", true) }}',
    )
    assert '<option value="41018" selected>Blois</option>' in html
    assert '<optgroup label="Nord">' in html
    assert re.search(r'id="champ-p-2"[^>]*value="e" checked', html)
    assert re.search(r'id="champ-p"[^>]*value="i" aria|id="champ-p"[^>]*value="i" required', html)
    assert re.search(r'id="champ-d-2"[^>]*value="2" checked', html)
    assert re.search(r'id="champ-c"[^>]*value="true" checked', html)


async def test_typed_text_is_kept_and_escaped(pages: Pages) -> None:
    html = await rendered(
        pages, FORMS, '{{ textarea("n", "Notes", typed) }}', typed="</textarea><script>\nsuite"
    )
    assert "&lt;/textarea&gt;&lt;script&gt;\nsuite</textarea>" in html


async def test_dates_and_files_have_their_controls(pages: Pages) -> None:
    html = await rendered(
        pages,
        FORMS,
        '{{ date("day", "Date", day, min="2027-01-01") }}{{ date("other", "Autre", "3 mai") }}'
        '{{ file("sheet", "Fichier", ".csv,.xlsx") }}{{ submit("Envoyer", name="a", value="b") }}',
        day=NOW.date(),
    )
    assert 'type="date" value="2027-05-18"' in html
    assert 'min="2027-01-01"' in html
    assert 'value="3 mai"' in html
    assert 'accept=".csv,.xlsx"' in html
    assert (
        '<button class="btn btn-primary" type="submit" name="a" value="b">Envoyer</button>' in html
    )


async def test_every_form_of_a_macro_carries_the_token(pages: Pages) -> None:
    html = await rendered(
        pages, FORMS, '{{ csrf() }}{{ action_button("/x", "Publier", fields={"version": 3}) }}'
    )
    assert html.count('name="csrf_token" value="jeton-de-formulaire"') == 2
    assert 'name="version" value="3"' in html


async def test_a_table_has_a_caption_scopes_and_labels_for_the_phone(pages: Pages) -> None:
    html = await rendered(
        pages,
        PARTS,
        '{{ table("Personnes", ["Nom", {"label": "Visites", "kind": "nombre"}], '
        '[["<i>Ana</i>", 3], ["Bo", none]]) }}'
        '{% call(row) table("Autres", ["Nom"], [{"n": "Cléo"}], caption_hidden=true) %}'
        '<tr><th scope="row">{{ row.n }}</th></tr>{% endcall %}',
    )
    assert "<caption>Personnes</caption>" in html
    assert '<th scope="col" class="col-nombre">Visites</th>' in html
    assert '<th scope="row">&lt;i&gt;Ana&lt;/i&gt;</th>' in html
    assert '<td data-label="Visites" class="col-nombre">3</td>' in html
    assert '<td data-label="Visites" class="col-nombre">—</td>' in html
    assert '<th scope="row">Cléo</th>' in html


async def test_the_timeline_is_newest_first_under_its_days(pages: Pages) -> None:
    items = [
        {"at": NOW - timedelta(days=1), "title": "Hier"},
        {"at": NOW, "title": "Maintenant", "cause_url": "/x", "service": "events", "kind": "mail"},
    ]
    html = await rendered(pages, PARTS, "{{ timeline(items) }}{{ timeline([]) }}", items=items)
    assert html.index("mardi 18 mai 2027") < html.index("Maintenant") < html.index("lundi 17 mai")
    assert "il y a 1\u00a0jour" in html
    assert "Voir l’origine" in html
    assert "Rien encore." in html


async def test_the_chain_nests_consequences_and_says_their_state(pages: Pages) -> None:
    nodes = [
        {
            "title": "Inscription",
            "at": NOW,
            "children": [
                {"title": "Lettre", "state": "en_attente"},
                {"title": "Rappel", "state": "echec", "at": NOW, "delay": "2 s plus tard"},
            ],
        }
    ]
    html = await rendered(pages, PARTS, "{{ chain(nodes) }}", nodes=nodes)
    assert re.search(r"Inscription.*<ol>.*Lettre.*En attente.*Rappel.*Échec", html, re.DOTALL)


async def test_every_other_part_renders(pages: Pages) -> None:
    html = await rendered(
        pages,
        PARTS,
        '{{ alert("info", "Avis.", "Titre") }}{% call alert("danger", "X") %}<p>Y</p>{% endcall %}'
        '{{ badge("success", "Ouverte") }}{{ reason_badge("amber", "20 € de plus") }}'
        '{{ breadcrumb([{"label": "A", "url": "/"}, {"label": "B"}]) }}'
        '{{ action("/n", "Créer", "plus") }}{% call card("Carte") %}Dans{% endcall %}'
        '{{ empty_state("Rien", "Créez.", "/n", "Créer") }}{{ stat("Inscrits", 3, "hier", "/i") }}'
        '{{ progress("Import", 3, 0) }}{{ seats(60, 60, 2) }}{{ seats(1, none) }}{{ seats(0, 0) }}'
        '{{ tabs([{"label": "Tout", "url": "/", "count": 2, "current": true}, '
        '{"label": "À suivre", "url": "/s"}]) }}'
        '{{ chips([{"label": "Blois", "remove_url": "/"}]) }}{{ pagination("/suite", none) }}'
        '{{ definitions([("Téléphone", none), ("Ville", "Blois")]) }}'
        '{{ steps([{"label": "Plan", "state": "fait"}, {"label": "Jour", "state": "en_cours"}, '
        '{"label": "Bilan", "state": "a_venir", "proof": "en juin"}]) }}',
    )
    for words in ("À vérifier", "complet", "sans limite de places", "Voir la suite", "en cours"):
        assert words in html
