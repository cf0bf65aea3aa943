"""The API of prospection: what scripts may rely on."""

from uuid import UUID, uuid4

from shared.runtime.paging import Cursor
from tests.services.prospection.site import Site
from tests.services.prospection.story import a_registration_story
from tests.services.prospection.world import HEADER, a_mission, count, hear, somebody

LIST = HEADER + "PETIT;Hugo;hugo.petit@exemple.fr;06 39 98 00 12\n;Zoé;zoe@exemple.fr;\n"


async def test_persons_are_searched_and_paged(site: Site) -> None:
    async with site.database.transaction() as session:
        for n in range(3):
            await somebody(session, last_name=f"Petit{n}", email=f"p{n}@exemple.fr")
    first = (await site.read("/persons?q=petit&limit=2")).json()
    second = (await site.read(f"/persons?q=petit&limit=2&cursor={first['next']}")).json()
    names = [one["last_name"] for one in first["items"] + second["items"]]
    assert (names, second["next"]) == (["Petit0", "Petit1", "Petit2"], None)


async def test_a_wrong_cursor_and_a_missing_role_are_problems(site: Site) -> None:
    wrong = await site.read("/persons?cursor=rien")
    assert (wrong.status_code, wrong.json()["type"]) == (422, "/problemes/saisie-invalide")
    assert (await site.read("/persons", "evenements")).status_code == 403
    anonymous = await site.client.get("/prospection/api/v1/persons")
    assert anonymous.status_code == 401
    unknown = await site.read(f"/persons/{uuid4()}/timeline")
    assert unknown.headers["content-type"].startswith("application/problem+json")
    assert unknown.status_code == 404


async def test_any_id_of_a_person_answers_with_the_whole_story(site: Site) -> None:
    async with site.database.transaction() as session:
        known = await somebody(session)
        await a_registration_story(session)
    detail = (await site.read(f"/persons/{known.id}")).json()
    raw = next(one for one in detail["ids"] if one != str(known.id))
    by_main = (await site.read(f"/persons/{known.id}/timeline")).json()
    by_raw = (await site.read(f"/persons/{raw}/timeline")).json()

    assert by_main == by_raw
    kinds = {line["type"] for line in by_main["items"]}
    assert {"events.registration.confirmed.v1", "notifications.message.sent.v1"} <= kinds
    assert detail["roles"][0]["role"] == "interne"
    line = next(one for one in by_main["items"] if one["type"].startswith("notifications"))
    address = line["chain"].removeprefix("/prospection/api/v1")
    chain = (await site.read(address)).json()
    assert [node["type"] for node in chain["items"]] == [
        "events.registration.confirmed.v1",
        "notifications.message.sent.v1",
    ]


async def test_a_file_is_sent_read_and_confirmed_by_a_script(site: Site) -> None:
    async with site.database.transaction() as session:
        mission = await a_mission(session)
    titles = [one["title"] for one in (await site.read("/missions")).json()["items"]]
    assert "CIFEPK 2027" in titles
    files = {"file": ("liste.csv", LIST.encode())}
    sent = await site.send(f"/missions/{mission.id}/imports", files=files, data={"role": "interne"})
    body = sent.json()
    assert sent.status_code == 201
    assert (body["state"], body["counts"]["create"], body["counts"]["refused"]) == ("ready", 1, 1)
    assert [line["state"] for line in body["items"]] == ["create", "refused"]
    async with site.database.transaction() as session:
        assert await count(session, "person") == 0

    for _ in range(2):
        done = await site.send(f"/imports/{body['id']}/confirmation")
        assert (done.status_code, done.json()["result"]["created"]) == (200, 1)
    assert (await site.read(f"/imports/{body['id']}")).json()["state"] == "done"
    assert (await site.read("/persons?q=petit")).json()["items"][0]["roles"][0]["role"] == "interne"


async def test_a_line_in_doubt_is_decided_and_an_import_given_up(site: Site) -> None:
    async with site.database.transaction() as session:
        mission = await a_mission(session)
        await somebody(session, email="autre@exemple.fr", phone="+33639980012")
    files = {"file": ("liste.csv", LIST.encode())}
    body = (await site.send(f"/missions/{mission.id}/imports", files=files)).json()
    assert body["counts"]["doubt"] == 1
    decided = await site.send(
        f"/imports/{body['id']}/decisions", json={"lines": [2], "decision": "skip"}
    )
    assert decided.json()["items"][0]["decision"] == "skip"
    given_up = await site.send(f"/imports/{body['id']}/cancellation")
    assert given_up.json()["state"] == "cancelled"
    late = await site.send(f"/imports/{body['id']}/confirmation")
    assert (late.status_code, late.json()["type"]) == (409, "/problemes/import-pas-pret")


async def test_bad_files_are_problems_with_a_sentence(site: Site) -> None:
    async with site.database.transaction() as session:
        mission = await a_mission(session)
    address = f"/missions/{mission.id}/imports"
    broken = await site.send(address, files={"file": ("x.xlsx", b"PK\x03\x04")})
    assert (broken.status_code, broken.json()["type"]) == (422, "/problemes/fichier-illisible")
    huge = await site.send(address, files={"file": ("x.csv", b"x" * 13_000_000)})
    assert huge.status_code == 413
    many = HEADER + "".join(f"N{n};P;n{n}@exemple.fr;\n" for n in range(60_001))
    too_many = await site.send(address, files={"file": ("x.csv", many.encode())})
    assert too_many.status_code == 413
    nowhere = await site.send(f"/missions/{UUID(int=1)}/imports", files={"file": ("x.csv", b"x")})
    assert nowhere.status_code == 404


async def test_a_card_changed_elsewhere_is_what_the_api_shows(site: Site) -> None:
    async with site.database.transaction() as session:
        raw = await hear(session)
        await hear(session, raw, version=2, phone="+33639980099")
    assert (await site.read(f"/persons/{raw}")).json()["phone"] == "+33639980099"


async def test_a_forged_cursor_is_a_problem_not_a_bug(site: Site) -> None:
    async with site.database.transaction() as session:
        known = await somebody(session)
    for at in ("9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", "hier", "\x00"):
        cursor = Cursor.encode(at, uuid4())
        answer = await site.read(f"/persons/{known.id}/timeline?cursor={cursor}")
        assert answer.status_code == 422
    cursor = Cursor.encode("\x00", "a", uuid4())
    assert (await site.read(f"/persons?cursor={cursor}")).status_code == 422
