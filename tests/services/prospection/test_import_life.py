"""Imports: given up, refused, large, forgotten."""

from typing import Any

import pytest

from services.prospection.application.cancel_import import cancel_import
from services.prospection.application.change_role import begin_role
from services.prospection.application.confirm_import import confirm_import
from services.prospection.application.start_import import StartImport, receive_import
from services.prospection.application.work_on_imports import (
    KEPT_FOR,
    erase_staged_lines,
    read_next_file,
    write_confirmed,
)
from services.prospection.domain.importing import ImportState
from services.prospection.domain.refusals import ImportNotReady
from services.prospection.gateways.spreadsheet import UnreadableFile
from services.prospection.queries.import_review import refused_lines_file, review
from shared.persistence.sessions import Database
from tests.services.prospection.clock import NOW
from tests.services.prospection.world import (
    HEADER,
    a_mission,
    count,
    dry_run,
    imported,
    said,
    somebody,
)

MET = "prospection.person.met.v1"
IMPORTED = "prospection.import.confirmed.v1"
THREE = HEADER + (
    "PETIT;Hugo;hugo.petit@exemple.fr;06 39 98 00 12\n"
    "NGUYEN;Léo;leo@exemple.fr;\n"
    "GARNIER;Maëlle;;06 39 98 00 14\n"
)


async def counts(session: Any, batch: Any) -> dict[str, int]:
    """The kinds of lines that are there."""
    return {state: n for state, n in (await review(session, batch.id)).counts.items() if n}


async def test_a_cancelled_import_keeps_nothing(database: Database) -> None:
    async with database.transaction() as session:
        batch = await dry_run(session, THREE)
        await cancel_import(session, batch.id)

        assert await count(session, "import_line") == 0
        assert batch.content is None
        with pytest.raises(ImportNotReady):
            await confirm_import(session, batch.id, by=None, now=NOW)


async def test_refused_lines_come_back_as_a_harmless_file(database: Database) -> None:
    async with database.transaction() as session:
        batch = await imported(
            session,
            HEADER
            + '=HYPERLINK("x");Hugo;hugo@exemple.fr;\n'
            + ";Zoé;zoe@exemple.fr;\nBLANC;Zoé;pas-un-mail;\n",
        )
        content = await refused_lines_file(session, batch.id)

        assert await counts(session, batch) == {"refused": 3}
        assert batch.refused == 3
        assert "'=HYPERLINK" in content
        assert not [cell for cell in content.split(";") if cell.startswith(("=", '"='))]


async def test_the_lines_of_an_import_are_forgotten_after_a_month(database: Database) -> None:
    async with database.transaction() as session:
        batch = await imported(session, THREE)
        await erase_staged_lines(session, now=NOW + KEPT_FOR)
        assert await count(session, "import_line") == 3
        await erase_staged_lines(session, now=NOW + KEPT_FOR * 2)

        assert await count(session, "import_line") == 0
        assert (await review(session, batch.id)).batch.created == 3


@pytest.mark.parametrize("content", [b"PK\x03\x04 not a workbook", b"%PDF-1.7", b"", b"un;deux\n"])
async def test_a_file_that_is_no_list_is_refused_in_a_sentence(
    database: Database, content: bytes
) -> None:
    async with database.transaction() as session:
        with pytest.raises(UnreadableFile) as refused:
            await dry_run(session, content)

        assert refused.value.reason.endswith(".")


async def test_a_large_file_is_read_and_written_by_the_job_part_by_part(
    database: Database,
) -> None:
    people = "".join(f"NOM{n};Prénom;p{n}@exemple.fr;\n" for n in range(12_000))
    async with database.transaction() as session:
        mission = await a_mission(session)
        command = StartImport(
            mission_id=mission.id, filename="grande.csv", content=(HEADER + people).encode()
        )
        batch = await receive_import(session, command, now=NOW)
        assert batch.state == ImportState.RECEIVED
    assert await read_next_file(database.transaction)
    async with database.transaction() as session:
        batch = await confirm_import(session, batch.id, by=None, now=NOW)
        assert batch.state == ImportState.WRITING
    assert await write_confirmed(database.transaction, lambda: NOW)

    async with database.transaction() as session:
        done = (await review(session, batch.id)).batch
        assert (done.state, done.created, done.written) == ("done", 12_000, 12_000)
        assert len(await said(session, MET)) == 12_000
        assert await count(session, "timeline_line") == 12_000


async def test_an_unreadable_large_file_says_why_and_stops_there(database: Database) -> None:
    async with database.transaction() as session:
        mission = await a_mission(session)
        command = StartImport(mission_id=mission.id, filename="x.xlsx", content=b"PK\x03\x04 non")
        batch = await receive_import(session, command, now=NOW)
    assert await read_next_file(database.transaction)
    assert not await read_next_file(database.transaction)

    async with database.transaction() as session:
        found = (await review(session, batch.id)).batch
        assert found.state == ImportState.UNREADABLE
        assert found.problem


async def test_a_role_brought_by_the_file_begins_on_the_day_of_the_mission(
    database: Database,
) -> None:
    async with database.transaction() as session:
        await imported(session, THREE, default_role="interne")
        assert await count(session, "role", "role = 'interne' AND starts_on = '2027-03-24'") == 3
        known = await somebody(session, last_name="Autre", email="autre@exemple.fr")
        await begin_role(session, known.id, "interne", starts_on=None, now=NOW)
        await begin_role(session, known.id, "interne", starts_on=None, now=NOW)

        assert await count(session, "role") == 4
