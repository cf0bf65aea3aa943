"""Imports: the dry run, its confirmation, what the file itself repeats."""

from typing import Any

import pytest

from services.prospection.application.confirm_import import confirm_import
from services.prospection.application.decide_lines import decide_lines
from services.prospection.application.restrict_person import restrict_person
from services.prospection.domain.importing import Decision
from services.prospection.domain.refusals import LineNotInDoubt
from services.prospection.queries.import_review import lines, review
from services.prospection.queries.timeline import timeline
from shared.persistence.sessions import Database
from tests.services.prospection.clock import NOW
from tests.services.prospection.world import (
    HEADER,
    canonical,
    count,
    dry_run,
    hear,
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


async def test_a_dry_run_writes_nothing_to_persons(database: Database) -> None:
    async with database.transaction() as session:
        batch = await dry_run(session, THREE)

        assert await counts(session, batch) == {"create": 3}
        assert await count(session, "person") == 0
        assert await said(session, MET) == []


async def test_a_confirmed_import_meets_each_person_once(database: Database) -> None:
    async with database.transaction() as session:
        batch = await imported(session, THREE)

        met = await said(session, MET)
        assert [event["channel"] for event in met] == ["congress"] * 3
        assert {event["card_version"] for event in met} == {1}
        assert await count(session, "card_mark") == 3
        (event,) = await said(session, IMPORTED)
        assert (event["created"], event["updated"], event["refused"]) == (3, 0, 0)
        assert batch.content is None


async def test_confirming_twice_is_harmless(database: Database) -> None:
    async with database.transaction() as session:
        batch = await imported(session, THREE)
        await confirm_import(session, batch.id, by=None, now=NOW)

        assert await count(session, "person") == 3
        assert len(await said(session, IMPORTED)) == 1


async def test_the_same_file_again_changes_nobody(database: Database) -> None:
    async with database.transaction() as session:
        await imported(session, HEADER + "PETIT;Hugo;hugo@exemple.fr;06 39 98 00 12\n")
        again = await imported(session, HEADER + "Petit;HUGO;Hugo@Exemple.fr;06.39.98.00.12\n")

        assert await counts(session, again) == {"unchanged": 1}
        assert await count(session, "person") == 1
        assert len(await said(session, MET)) == 1


async def test_an_import_fills_blanks_and_shows_the_new_phone(database: Database) -> None:
    async with database.transaction() as session:
        known = await somebody(session, phone="+33639980001")
        batch = await dry_run(session, HEADER + "PETIT;Hugo;hugo.petit@exemple.fr;06 39 98 00 12\n")
        (line,), _ = await lines(session, batch.id)
        assert (line.state, line.words) == ("update", "Téléphone remplacé")

        await confirm_import(session, batch.id, by=None, now=NOW)
        assert await count(session, "person", "phone = '+33639980012'") == 1
        story = await timeline(session, known.id)
        assert "De nouveau dans une liste" in story.lines[0].sentence
        assert await count(session, "card_mark", "version = 2") == 1


async def test_doubles_inside_the_file_are_one_person(database: Database) -> None:
    async with database.transaction() as session:
        batch = await imported(
            session,
            HEADER
            + "PETIT;Hugo;hugo@exemple.fr;\n"
            + "Petit;Hugo;HUGO@exemple.fr;06 39 98 00 12\n"
            + "NGUYEN;Léo;;06 39 98 00 13\n"
            + "Nguyen;Leo;leo@exemple.fr;0639980013\n",
        )

        assert await counts(session, batch) == {"create": 2, "duplicate": 2}
        assert await count(session, "person", "phone IS NOT NULL AND email IS NOT NULL") == 2


async def test_homonyms_with_an_email_each_are_two_persons(database: Database) -> None:
    async with database.transaction() as session:
        batch = await imported(
            session, HEADER + "PETIT;Hugo;a@exemple.fr;\nPETIT;Hugo;b@exemple.fr;\n"
        )

        assert await counts(session, batch) == {"create": 2}
        assert await count(session, "doubt") == 0


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("DURAND;Hugo;hugo.petit@exemple.fr;\n", "same-email"),
        ("PETIT;Hugo;;\n", "no-email"),
        ("PETIT;Hugo;autre@exemple.fr;06 39 98 00 12\n", "same-phone"),
    ],
)
async def test_a_line_that_resembles_is_in_doubt_and_says_why(
    database: Database, line: str, reason: str
) -> None:
    async with database.transaction() as session:
        known = await somebody(session, phone="+33639980012")
        batch = await imported(session, HEADER + line)

        assert await counts(session, batch) == {"doubt": 1}
        assert await count(session, "doubt", f"state = 'open' AND reason = '{reason}'") == 1
        assert await canonical(session, known.id) == known.id
        assert batch.in_doubt == 1


async def test_a_restricted_person_is_neither_updated_nor_matched(database: Database) -> None:
    async with database.transaction() as session:
        known = await somebody(session)
        await restrict_person(session, known.id, limited=True, now=NOW)
        await imported(session, HEADER + "PETIT;Hugo;hugo.petit@exemple.fr;06 39 98 00 12\n")

        assert await count(session, "person", f"id = '{known.id}' AND phone IS NULL") == 1
        assert await count(session, "doubt", "reason = 'restricted' AND state = 'open'") == 1


@pytest.mark.parametrize(
    ("decision", "persons", "state"),
    [(Decision.SAME, 2, "same"), (Decision.CREATE, 2, "different"), (Decision.SKIP, 1, None)],
)
async def test_staff_decide_who_a_line_in_doubt_is(
    database: Database, decision: Decision, persons: int, state: str | None
) -> None:
    async with database.transaction() as session:
        known = await somebody(session)
        batch = await dry_run(session, HEADER + "PETIT;Hugo;hugo.perso@exemple.fr;\nPETIT;Hugo;;\n")
        (line,), _ = await lines(session, batch.id, state="doubt")
        await decide_lines(session, batch.id, [line.line], decision)
        await confirm_import(session, batch.id, by=None, now=NOW)

        created = await count(session, "person", f"mission_id = '{batch.mission_id}'")
        assert created == persons
        assert await count(session, "doubt", f"state = '{state}'") == (1 if state else 0)
        assert await canonical(session, known.id) == known.id


async def test_a_line_said_the_same_joins_the_person_and_keeps_its_own_email(
    database: Database,
) -> None:
    async with database.transaction() as session:
        known = await somebody(session)
        batch = await dry_run(session, HEADER + "DURAND;Hugo;hugo.petit@exemple.fr;\n")
        await decide_lines(session, batch.id, [2], Decision.SAME)
        await confirm_import(session, batch.id, by=None, now=NOW)

        assert await count(session, "person", f"canonical_id = '{known.id}'") == 2
        (resolved,) = await said(session, "prospection.person.resolved.v1")
        assert (resolved["canonical_id"], resolved["rule"]) == (str(known.id), "staff")


async def test_a_line_without_doubt_asks_nothing(database: Database) -> None:
    async with database.transaction() as session:
        batch = await dry_run(session, THREE)
        with pytest.raises(LineNotInDoubt):
            await decide_lines(session, batch.id, [2], Decision.SAME)


async def test_whoever_came_in_since_the_dry_run_is_found_at_the_confirmation(
    database: Database,
) -> None:
    async with database.transaction() as session:
        batch = await dry_run(session, HEADER + "PETIT;Hugo;hugo.petit@exemple.fr;06 39 98 00 12\n")
        raw = await hear(session)
        await confirm_import(session, batch.id, by=None, now=NOW)

        assert await count(session, "person") == 1
        assert await count(session, "person", f"id = '{raw}' AND phone IS NOT NULL") == 1
        assert (batch.created, batch.updated) == (0, 1)


async def test_a_registration_after_the_import_joins_the_person(database: Database) -> None:
    async with database.transaction() as session:
        await imported(session, THREE)
        raw = await hear(session)

        assert await canonical(session, raw) != raw
