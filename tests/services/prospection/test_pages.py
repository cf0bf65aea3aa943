"""The pages of staff, over ASGI."""

import io
import re
import zipfile
from typing import Any
from uuid import UUID

import pytest

from services.prospection.application.fill_demo import fill_demo
from services.prospection.application.load_known_missions import load_known_missions
from tests.services.prospection.clock import NOW
from tests.services.prospection.site import Site, words
from tests.services.prospection.story import a_registration_story
from tests.services.prospection.world import HEADER, a_mission, count, hear, imported, somebody

LIST = (HEADER + "PETIT;Hugo;hugo.petit@exemple.fr;06 39 98 00 12\nNGUYEN;Léo;;\n").encode("cp1252")


@pytest.fixture
async def staff(site: Site) -> Site:
    """Give a browser where somebody of the prospection is signed in."""
    await site.sign_in("prospection")
    return site


async def test_a_visitor_is_sent_to_sign_in(site: Site) -> None:
    answer = await site.get("/personnes")
    assert (answer.status_code, "session/debut" in answer.headers["location"]) == (303, True)


async def test_another_role_reads_but_does_not_write(site: Site) -> None:
    await site.sign_in("evenements")
    assert (await site.get("/personnes")).status_code == 200
    assert (await site.get("/personnes/nouvelle")).status_code == 403


@pytest.mark.parametrize(
    "path", ["/", "/personnes", "/missions", "/doutes", "/personnes/nouvelle", "/missions/nouvelle"]
)
async def test_every_page_says_what_to_do_when_there_is_nothing(staff: Site, path: str) -> None:
    answer = await staff.get(path)
    assert answer.status_code == 200
    assert answer.text.count("<h1>") == 1
    assert "style=" not in answer.text


async def test_unknown_ids_are_a_page_that_says_so(staff: Site) -> None:
    for path in ("personnes", "missions", "imports", "chaines"):
        assert (await staff.get(f"/{path}/{UUID(int=1)}")).status_code == 404
        assert (await staff.get(f"/{path}/rien")).status_code == 404


async def test_the_demo_fills_the_house_once(staff: Site) -> None:
    for _ in range(2):
        async with staff.database.transaction() as session:
            await fill_demo(session, NOW)
    async with staff.database.transaction() as session:
        assert await count(session, "person") == 40
        assert await count(session, "role") == 40
    assert "40 personnes connues" in words(await staff.get("/personnes"))
    assert "CIFEPK 2026" in words(await staff.get("/missions"))
    home = words(await staff.get("/"))
    assert "12 personnes rencontrées" in home
    assert "1 paire de fiches se ressemble" in home


async def test_somebody_is_written_down_found_corrected_and_limited(staff: Site) -> None:
    form: dict[str, Any] = {
        "last_name": "Dubois",
        "first_name": "Éléonore",
        "email": "eleonore@exemple.fr",
        "phone": "06 39 98 00 12",
        "role": "interne",
        "mission_id": "",
    }
    answer = await staff.post("/personnes/nouvelle", **form)
    assert answer.status_code == 303
    page = answer.headers["location"].removeprefix("/prospection")
    for q in ("eleonor", "DUBOIS", "eleonore@exemple.fr", "0639980012"):
        assert "Dubois Éléonore" in words(await staff.get(f"/personnes?q={q}"))
    assert "Personne ne correspond" in words(await staff.get("/personnes?q=inconnue"))
    shown = words(await staff.get(page))
    assert "Interne, depuis le 26 mars 2027" in shown
    assert "Premier contact par l'agence" in shown

    changed = await staff.post(f"{page}/modification", **(form | {"phone": "07 00 00 00 00"}))
    assert changed.status_code == 303
    await staff.post(f"{page}/limitation")
    shown = words(await staff.get(page))
    assert "Traitement limité à la demande de la personne" in shown
    assert "Aucun message" in shown
    refused = await staff.post(f"{page}/modification", **form)
    assert refused.status_code == 409
    await staff.post(f"{page}/limitation/levee")
    assert "Limitation du traitement levée" in words(await staff.get(page))


async def test_what_was_typed_comes_back_with_the_sentence_beside_it(staff: Site) -> None:
    answer = await staff.post(
        "/personnes/nouvelle", last_name="", first_name="Zoé", email="pas-un-mail", phone="12"
    )
    assert answer.status_code == 422
    assert 'value="pas-un-mail"' in answer.text
    assert 'id="erreur-email"' in answer.text
    assert 'id="erreur-phone"' in answer.text
    assert "Indiquez le nom." in words(answer)


async def test_a_form_without_its_token_does_nothing(staff: Site) -> None:
    staff.csrf_token = "faux"
    answer = await staff.post("/personnes/nouvelle", last_name="A", first_name="B")
    assert answer.status_code == 403


async def test_the_same_person_is_not_written_down_twice(staff: Site) -> None:
    async with staff.database.transaction() as session:
        await somebody(session)
    answer = await staff.post(
        "/personnes/nouvelle",
        last_name="PETIT",
        first_name="hugo",
        email="Hugo.Petit@exemple.fr",
    )
    assert answer.status_code == 422
    assert "déjà enregistrée" in words(answer)


async def test_congresses_are_there_and_the_doubtful_are_marked(staff: Site) -> None:
    async with staff.database.transaction() as session:
        await load_known_missions(session, now=NOW)
        await load_known_missions(session, now=NOW)
        assert await count(session, "mission") == 10
    shown = words(await staff.get("/missions"))
    assert "CIFEPK" in shown
    assert "Congrès national ISNAR-IMG À vérifier" in shown


async def test_an_edition_is_prepared_and_wrong_dates_are_said(staff: Site) -> None:
    form: dict[str, Any] = {"kind": "congress", "title": "CIFEPK 2027", "starts_on": "2027-03-24"}
    wrong = await staff.post("/missions/nouvelle", **form, ends_on="2027-03-01")
    assert "La fin est avant le début" in words(wrong)
    impossible = await staff.post("/missions/nouvelle", **(form | {"starts_on": "2027-02-31"}))
    assert "Cette date n'existe pas" in words(impossible)
    kept = await staff.post("/missions/nouvelle", **form)
    page = kept.headers["location"].removeprefix("/prospection")
    assert "mercredi 24 mars 2027" in words(await staff.get(page))


async def test_a_list_goes_through_five_steps_on_one_page(staff: Site) -> None:
    async with staff.database.transaction() as session:
        mission = await a_mission(session)
        await somebody(session, last_name="Nguyen", first_name="Léo", email="leo@exemple.fr")
    sent = await staff.post(f"/missions/{mission.id}/imports", file=("liste.csv", LIST), role="")
    page = sent.headers["location"].removeprefix("/prospection")

    shown = words(await staff.get(page))
    assert "1 personne créée" in shown
    assert "l'adresse e-mail manque d'un côté" in shown
    await staff.post(f"{page}/decisions", line="3", decision="skip")
    assert "Ne pas importer" in words(await staff.get(f"{page}?etat=doubt"))
    chosen: dict[str, Any] = {"colonne-3": "ignorer"}
    columns = await staff.post(f"{page}/colonnes", **chosen)
    assert columns.status_code == 303
    shown = words(await staff.get(f"{page}?etat=create"))
    assert "Hugo PETIT" in shown or "Hugo Petit" in shown
    assert "06 39 98" not in shown
    for _ in range(2):
        await staff.post(f"{page}/confirmation")
    shown = words(await staff.get(page))
    assert "Résultat" in shown
    assert "Personnes créées 1" in shown


async def test_a_file_that_is_none_is_refused_where_it_was_chosen(staff: Site) -> None:
    async with staff.database.transaction() as session:
        mission = await a_mission(session)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    for name, content, said in (
        ("liste.xlsx", b"ceci n'est pas un classeur", "titres"),
        ("liste.xlsx", b"PK\x03\x04 tronc", "n'est pas un classeur XLSX valable"),
        ("liste.xlsx", bomb.getvalue(), "n'a pas été ouvert"),
        ("photo.csv", b"\x89PNG\r\n", "une image"),
    ):
        answer = await staff.post(f"/missions/{mission.id}/imports", file=(name, content))
        assert answer.status_code in {413, 422}
        assert said in words(answer)
    none = await staff.post(f"/missions/{mission.id}/imports", role="")
    assert "Choisissez un fichier" in words(none)
    async with staff.database.transaction() as session:
        assert await count(session, "import_batch") == 0


async def test_the_refused_lines_are_a_file(staff: Site) -> None:
    async with staff.database.transaction() as session:
        batch = await imported(session, HEADER + "=1+1;Hugo;;\n")
    answer = await staff.get(f"/imports/{batch.id}/lignes-refusees.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "'=1+1" in answer.text


async def test_a_doubt_is_settled_and_the_answer_taken_back(staff: Site) -> None:
    async with staff.database.transaction() as session:
        known = await somebody(session)
        raw = await hear(session, email="hugo.perso@exemple.fr")
    shown = await staff.get("/doutes")
    assert "même nom, mais une autre adresse e-mail" in words(shown).lower()
    found = re.search(r"/prospection/doutes/([0-9a-f-]{36})", shown.text)
    assert found
    doubt = found.group(1)

    await staff.post(f"/doutes/{doubt}", reponse="same")
    moved = await staff.get(f"/personnes/{raw}")
    assert moved.headers["location"] == f"/prospection/personnes/{known.id}"
    assert "Fiches réunies" in words(await staff.get(f"/personnes/{known.id}"))
    contrary = await staff.post(f"/doutes/{doubt}", reponse="different")
    assert contrary.status_code == 409
    await staff.post(f"/doutes/{doubt}/annulation")
    assert (await staff.get(f"/personnes/{raw}")).status_code == 200
    await staff.post(f"/doutes/{doubt}", reponse="different")
    assert "deux personnes" in words(await staff.get("/doutes"))


async def test_a_role_begins_and_ends(staff: Site) -> None:
    async with staff.database.transaction() as session:
        known = await somebody(session)
    own = f"/personnes/{known.id}"
    await staff.post(f"{own}/roles", role="interne", starts_on="2026-11-02")
    shown = await staff.get(own)
    assert "Interne, depuis le 2 novembre 2026" in words(shown)
    found = re.search(r"/prospection(/roles/[0-9a-f-]{36}/fin)", shown.text)
    assert found
    await staff.post(found.group(1))
    assert "Interne, du 2 novembre 2026 au 26 mars 2027" in words(await staff.get(own))
    assert (await staff.post(f"{own}/roles", role="rien")).status_code == 422
    assert (await staff.post(f"{own}/roles", role="interne", starts_on="x")).status_code == 422


async def test_the_story_and_the_home_page_tell_the_registration(staff: Site) -> None:
    async with staff.database.transaction() as session:
        known = await somebody(session)
        await a_registration_story(session)
    shown = words(await staff.get(f"/personnes/{known.id}"))
    assert "Place confirmée : Soirée d'accueil de Vendôme, jeudi 20 mai 2027 à 19 h" in shown
    assert "E-mail envoyé : confirmation de l'inscription" in shown
    home = words(await staff.get("/"))
    assert "Hugo Petit" in home
    assert "1 place prise sur 60" in home
    only = words(await staff.get(f"/personnes/{known.id}?vue=notifications"))
    assert "Place confirmée" not in only


async def test_the_chain_goes_from_the_gesture_to_the_mail(staff: Site) -> None:
    async with staff.database.transaction() as session:
        await somebody(session)
        sent = await a_registration_story(session)
    shown = words(await staff.get(f"/chaines/{sent}"))
    assert "Inscription sur la page publique" in shown
    assert shown.index("Place confirmée") < shown.index("E-mail envoyé")
    assert "2,0 s plus tard" in shown


async def test_invisible_characters_are_taken_out_of_what_is_typed(staff: Site) -> None:
    answer = await staff.post(
        "/personnes/nouvelle", last_name="Lefau\x00cheux", first_name="On\x07dine\x00"
    )
    assert answer.status_code == 303
    page = await staff.client.get(answer.headers["location"])
    assert "Ondine Lefaucheux" in words(page)
    prepared = await staff.post("/missions/nouvelle", kind="congress", title="A\x00B", place="\x00")
    assert prepared.status_code == 303


async def test_forged_filters_and_lines_are_not_bugs(staff: Site) -> None:
    for query in ("role=%00", "role=x", "mission=%00", "q=a%00b"):
        assert (await staff.get(f"/personnes?{query}")).status_code == 200
    answer = await staff.post(f"/imports/{UUID(int=1)}/decisions", line="²", decision="create")
    assert answer.status_code == 422
