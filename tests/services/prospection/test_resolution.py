"""Who is who when another service's card arrives."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from services.prospection.application.confirm_import import confirm_import
from services.prospection.application.hear_card import hear_card
from services.prospection.application.restrict_person import restrict_person
from services.prospection.domain.likeness import Likeness, Traits, compare
from shared.messaging import directory
from shared.persistence.sessions import Database
from shared.persistence.tables import uuid7
from tests.services.prospection.clock import NOW
from tests.services.prospection.world import HEADER, canonical, count, dry_run, hear, said, somebody

MET, RESOLVED = "prospection.person.met.v1", "prospection.person.resolved.v1"


def traits(**known: str | bool | None) -> Traits:
    """Hugo Petit, but for what is said."""
    described: dict[str, str | bool | None] = {
        "last_key": "petit",
        "first_key": "hugo",
        "email_key": "hugo@exemple.fr",
        "phone": None,
    }
    return Traits(**(described | known))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("other", "likeness"),
    [
        (traits(), Likeness.EXACT),
        (traits(restricted=True), Likeness.RESTRICTED),
        (traits(last_key="petitjean"), Likeness.SAME_EMAIL),
        (traits(email_key=None), Likeness.NO_EMAIL),
        (traits(email_key="autre@exemple.fr"), Likeness.OTHER_EMAIL),
        (traits(last_key="durand", email_key="autre@exemple.fr"), Likeness.NONE),
    ],
)
def test_two_descriptions_are_compared_by_one_rule(other: Traits, likeness: Likeness) -> None:
    assert compare(traits(), other) is likeness


def test_the_same_phone_makes_homonyms_alike() -> None:
    one = traits(phone="+33639980012", email_key="a@exemple.fr")
    assert compare(one, traits(phone="+33639980012")) is Likeness.SAME_PHONE


async def test_a_registration_joins_the_person_met_at_the_congress(database: Database) -> None:
    async with database.transaction() as session:
        known = await somebody(session)
        raw = await hear(session, last_name="PETIT", email="Hugo.Petit@EXEMPLE.fr")

        assert await canonical(session, raw) == known.id
        assert await said(session, RESOLVED) == [
            {
                "occurred_at": NOW.isoformat(),
                "origin": "live",
                "person_id": str(raw),
                "canonical_id": str(known.id),
                "rule": "exact",
            }
        ]


async def test_an_internationalised_domain_is_the_same_in_both_scripts(database: Database) -> None:
    async with database.transaction() as session:
        known = await somebody(session, email="hugo@médecine.fr")
        raw = await hear(session, email="hugo@xn--mdecine-bya.fr")

        assert await canonical(session, raw) == known.id


async def test_somebody_unknown_is_met_under_the_id_of_the_speaker(database: Database) -> None:
    async with database.transaction() as session:
        raw = await hear(session, speaker="logement")

        (met,) = await said(session, MET)
        assert (met["person_id"], met["channel"]) == (str(raw), "housing")
        assert await canonical(session, raw) == raw


@pytest.mark.parametrize(
    "different",
    [{"last_name": "Durand"}, {"email": "autre@exemple.fr"}, {"email": None}],
    ids=["same e-mail, other name", "same name, other e-mail", "same name, no e-mail"],
)
async def test_whoever_merely_resembles_is_put_in_doubt(
    database: Database, different: dict[str, Any]
) -> None:
    async with database.transaction() as session:
        await somebody(session)
        raw = await hear(session, **different)

        assert await canonical(session, raw) == raw
        assert await count(session, "doubt", "state = 'open'") == 1
        assert await said(session, RESOLVED) == []


async def test_a_restricted_person_is_never_tied_by_itself(database: Database) -> None:
    async with database.transaction() as session:
        known = await somebody(session)
        await restrict_person(session, known.id, limited=True, now=NOW)
        raw = await hear(session)

        assert await canonical(session, raw) == raw
        assert await count(session, "doubt", "reason = 'restricted'") == 1


async def test_two_exact_matches_are_a_doubt_not_a_choice(database: Database) -> None:
    async with database.transaction() as session:
        known = await somebody(session)
        await restrict_person(session, known.id, limited=True, now=NOW)
        await hear(session)
        await restrict_person(session, known.id, limited=False, now=NOW)
        third = await hear(session)

        assert await canonical(session, third) == third
        assert await count(session, "doubt", "state = 'open'") == 3


async def test_hearing_a_card_twice_changes_nothing(database: Database) -> None:
    async with database.transaction() as session:
        await somebody(session)
        raw = await hear(session)
        await hear(session, raw)

        assert len(await said(session, RESOLVED)) == 1
        assert await count(session, "person") == 2


async def test_an_erased_card_empties_our_copy(database: Database) -> None:
    async with database.transaction() as session:
        raw = await hear(session)
        await directory.erase(session, raw, now=NOW)
        await hear_card(session, raw, "events", now=NOW)

        assert await count(session, "person", "last_name = '' AND email IS NULL") == 1


async def test_a_card_that_becomes_exact_is_tied_then(database: Database) -> None:
    async with database.transaction() as session:
        known = await somebody(session)
        raw = await hear(session, last_name="Durand", email="durand@exemple.fr")
        await hear(session, raw, version=2)

        assert await canonical(session, raw) == known.id


async def _heard_alone(database: Database, person_id: UUID, speaker: str) -> None:
    async with database.transaction() as session:
        await hear(session, person_id, speaker=speaker)


async def test_two_lanes_that_hear_one_person_at_once_make_one_person(database: Database) -> None:
    ids = [uuid7() for _ in range(6)]
    speakers = ["events", "logement"] * 3
    await asyncio.gather(
        *(_heard_alone(database, one, speaker) for one, speaker in zip(ids, speakers, strict=True))
    )

    async with database.transaction() as session:
        assert len({await canonical(session, one) for one in ids}) == 1
        assert len(await said(session, MET)) == 1
        assert await count(session, "doubt", "state = 'open'") == 0


async def _imported_alone(database: Database, import_id: UUID) -> None:
    async with database.transaction() as session:
        await confirm_import(session, import_id, by=None, now=NOW)


async def test_an_import_and_a_registration_at_once_make_one_person(database: Database) -> None:
    async with database.transaction() as session:
        batch = await dry_run(session, HEADER + "PETIT;Hugo;hugo.petit@exemple.fr;\n")
    raw = uuid7()
    await asyncio.gather(
        _imported_alone(database, batch.id),
        _heard_alone(database, raw, "events"),
        _imported_alone(database, batch.id),
    )

    async with database.transaction() as session:
        one = await canonical(session, raw)
        assert await count(session, "person", f"canonical_id <> '{one}'") == 0
        assert len(await said(session, MET)) == 1
